import { enrollmentCreated, enrollmentWithdrawn } from '@lyceum/events/course';
import type { EventEnvelope } from '@lyceum/events/envelope';
import {
  attemptsGranted,
  attemptSubmitted,
  courseCompleted,
  courseProgressChanged,
} from '@lyceum/events/progress';
import type { RequestContext } from '@lyceum/platform/context';
import { FromEvent, skipEvent } from '@lyceum/platform/from-event';
import { requireSight } from '@lyceum/platform/permissions';
import { Arg, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { AssessmentAttempt as AttemptRow } from '../../generated/prisma/client.js';
import type { AssessmentLoaders } from '../assessment/assessment.loaders.js';
import type { CourseProgressLoaders } from '../course-progress/course-progress.loaders.js';
import type { CourseProgressRow } from '../course-progress/course-progress.rows.js';
import { requireProgress } from '../course-progress/course-progress.service.js';
import { CourseProgress } from '../course-progress/course-progress.types.js';
import { AssessmentAttempt } from '../assessment/assessment.types.js';
import { CourseActivity, type CourseActivityKind } from './course-activity.types.js';

interface OfLearner {
  courseId: string;
  enrollmentId: string;
  learnerId: string;
  attemptId?: string;
}

const KINDS: Readonly<Record<string, CourseActivityKind>> = {
  [enrollmentCreated.type]: 'ENROLLED',
  [enrollmentWithdrawn.type]: 'WITHDRAWN',
  [courseProgressChanged.type]: 'PROGRESSED',
  [attemptSubmitted.type]: 'ANSWERED',
  [courseCompleted.type]: 'COMPLETED',
};

type ActivityRoot = CourseActivity & { attemptId: string | null };

@Resolver(() => CourseActivity)
export class LiveResolver {
  constructor(
    private readonly progressLoaders: CourseProgressLoaders,
    private readonly attempts: AssessmentLoaders,
  ) {}

  @FromEvent(() => CourseProgress, {
    events: [courseProgressChanged, attemptsGranted],
    match: ['data.courseId = args.courseId', 'data.learnerId = viewer.userId'],
    endedBy: [enrollmentWithdrawn],
    description:
      "The viewer's own progress in a course, whenever topics are completed, staff grant attempts at a quiz, or a new version of the course changes it. Ends with PERMISSION_DENIED (reason ENROLLMENT_WITHDRAWN) when the viewer leaves the course or is taken out of it.",
  })
  async courseProgressUpdated(
    @Arg('courseId', () => ID, { description: 'The course.' }) courseId: string,
    @Root() event: EventEnvelope<OfLearner>,
    @Ctx() context: RequestContext,
  ): Promise<CourseProgressRow> {
    const { viewer } = context;
    const own = viewer.kind === 'person' && event.data.learnerId === viewer.userId;
    if (!own || event.data.courseId !== courseId) skipEvent();
    return requireProgress(this.progressLoaders, event.data.enrollmentId, context);
  }

  @FromEvent(() => CourseActivity, {
    events: [
      enrollmentCreated,
      enrollmentWithdrawn,
      courseProgressChanged,
      attemptSubmitted,
      courseCompleted,
    ],
    match: ['data.courseId = args.courseId'],
    description:
      'What happens in a course: who enrolls, how far everyone comes, what they answer. Takes course:insights. Errors: NOT_FOUND without it.',
  })
  courseActivity(
    @Arg('courseId', () => ID, { description: 'The course.' }) courseId: string,
    @Root() event: EventEnvelope<OfLearner>,
    @Ctx() context: RequestContext,
  ): ActivityRoot {
    const viewer = requireSight(context.viewer, 'course:insights', { courseId }, 'Course');
    const kind = KINDS[event.type];
    const { data } = event;
    if (!kind || data.courseId !== courseId || event.organizationId !== viewer.organizationId) {
      skipEvent();
    }
    return {
      kind,
      occurredAt: new Date(event.time),
      learner: { id: data.learnerId },
      enrollment: { id: data.enrollmentId },
      attemptId: data.attemptId ?? null,
    };
  }

  @FieldResolver(() => CourseProgress, {
    nullable: true,
    description: 'How far the learner is now; null when it is not known yet.',
  })
  async progress(
    @Root() { enrollment }: ActivityRoot,
    @Ctx() context: RequestContext,
  ): Promise<CourseProgressRow | null> {
    return context.loader(this.progressLoaders.byId).load(enrollment.id);
  }

  @FieldResolver(() => AssessmentAttempt, {
    nullable: true,
    description: 'The attempt, for ANSWERED; else null.',
  })
  async attempt(
    @Root() { attemptId }: ActivityRoot,
    @Ctx() context: RequestContext,
  ): Promise<AttemptRow | null> {
    return attemptId === null ? null : context.loader(this.attempts.byId).load(attemptId);
  }
}
