import 'reflect-metadata';
import type { RequestContext } from '@lyceum/platform/context';
import { courseStaffAdded, courseStaffRemoved } from '@lyceum/events/course';
import { staffConsumers, staffGrants } from '@lyceum/platform/course-staff';
import { defineService } from '@lyceum/platform/service';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { ActivityLoaders } from './activity/activity.loaders.js';
import { ActivityResolver } from './activity/activity.resolver.js';
import { ActivityService } from './activity/activity.service.js';
import { AssessmentLoaders } from './assessment/assessment.loaders.js';
import {
  AssessmentResolver,
  EnrollmentAttemptsResolver,
} from './assessment/assessment.resolver.js';
import { FeedbackLoaders } from './assessment/feedback.loaders.js';
import { MarkedAnswerResolver } from './assessment/marked-answer.resolver.js';
import { AssessmentService } from './assessment/assessment.service.js';
import { CertificateLoaders } from './certificate/certificate.loaders.js';
import {
  CertificateResolver,
  UserCertificatesResolver,
} from './certificate/certificate.resolver.js';
import { certificateRoutes } from './certificate/certificate.routes.js';
import { Arrivals } from './course-progress/arrivals.js';
import { CourseProgressLoaders } from './course-progress/course-progress.loaders.js';
import {
  CourseProgressResolver,
  EnrollmentProgressResolver,
  MyCourseProgressResolver,
} from './course-progress/course-progress.resolver.js';
import { CourseProgressService } from './course-progress/course-progress.service.js';
import { enrollmentConsumers } from './course-progress/enrollment.consumers.js';
import { REEVALUATE, reevaluationJob } from './course-progress/reevaluation.js';
import { courseStructureConsumers } from './course-structure/course-structure.consumers.js';
import { CourseStructures } from './course-structure/course-structure.service.js';
import { progressEnv } from './env.js';
import { learningPathConsumers } from './learning-path/learning-path.consumers.js';
import { LearningPathLoaders } from './learning-path/learning-path.loaders.js';
import { LearningPathResolver } from './learning-path/learning-path.resolver.js';
import { LearningPath } from './learning-path/learning-path.types.js';
import { LiveResolver } from './live/live.resolver.js';
import { OverrideResolver } from './override/override.resolver.js';
import { OverrideService } from './override/override.service.js';
import { personConsumers } from './person/person.consumers.js';
import { QuizProgressLoaders } from './quiz-progress/quiz-progress.loaders.js';
import {
  CourseQuizzesResolver,
  QuizProgressResolver,
} from './quiz-progress/quiz-progress.resolver.js';
import { TopicProgressLoaders } from './topic-progress/topic-progress.loaders.js';
import { TopicProgressResolver } from './topic-progress/topic-progress.resolver.js';

export const progressService = defineService({
  name: 'progress',
  env: progressEnv,
  prisma: {
    create: (adapter) => new PrismaClient({ adapter, errorFormat: 'minimal' }),
    namespace: Prisma,
  },
  schema: {
    resolvers: [
      CourseProgressResolver,
      EnrollmentProgressResolver,
      MyCourseProgressResolver,
      TopicProgressResolver,
      ActivityResolver,
      AssessmentResolver,
      EnrollmentAttemptsResolver,
      MarkedAnswerResolver,
      CourseQuizzesResolver,
      QuizProgressResolver,
      OverrideResolver,
      CertificateResolver,
      UserCertificatesResolver,
      LearningPathResolver,
      LiveResolver,
    ],
    types: [LearningPath],
  },
  build({ database, clock, runSoon }) {
    const structures = new CourseStructures();
    const arrivals = new Arrivals(database);
    const progress = new CourseProgressLoaders(database, structures);
    const certificates = new CertificateLoaders(database);
    const attempts = new AssessmentLoaders(database);
    const activity = new ActivityService(database, structures, arrivals, clock);
    const assessment = new AssessmentService(database, structures, arrivals, clock);
    const courseProgress = new CourseProgressService(database, structures, arrivals, clock);
    const reevaluateSoon = () => runSoon(REEVALUATE);

    /** Entities of ours: what the viewer may not see is not there. */
    const seen =
      <V>(batch: (ids: readonly string[], context: RequestContext) => Promise<(V | null)[]>) =>
      (reference: { id: string }, context: RequestContext) =>
        context.viewer.kind === 'person' ? context.loader(batch).load(reference.id) : null;

    return {
      resolvers: [
        new CourseProgressResolver(courseProgress, progress, certificates),
        new EnrollmentProgressResolver(progress),
        new MyCourseProgressResolver(progress),
        new TopicProgressResolver(new TopicProgressLoaders(database)),
        new ActivityResolver(activity, progress, new ActivityLoaders(database)),
        new AssessmentResolver(assessment, progress),
        new EnrollmentAttemptsResolver(attempts, progress),
        new MarkedAnswerResolver(new FeedbackLoaders(database, structures)),
        new CourseQuizzesResolver(new QuizProgressLoaders(database), progress),
        new QuizProgressResolver(progress),
        new OverrideResolver(new OverrideService(database, structures, arrivals, clock)),
        new CertificateResolver(database),
        new UserCertificatesResolver(certificates),
        new LearningPathResolver(new LearningPathLoaders(database)),
        new LiveResolver(progress, attempts),
      ],
      references: {
        CourseProgress: seen(progress.byId),
        AssessmentAttempt: seen(attempts.byId),
        Certificate: seen(certificates.byId),
      },
      grantsOf: staffGrants(database),
      consumers: [
        ...staffConsumers(courseStaffAdded, courseStaffRemoved),
        ...courseStructureConsumers(reevaluateSoon),
        ...enrollmentConsumers(reevaluateSoon),
        ...learningPathConsumers(clock),
        ...personConsumers(),
      ],
      routes: certificateRoutes(database),
      jobs: [reevaluationJob(database, structures, clock)],
    };
  },
});
