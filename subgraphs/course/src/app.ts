import '@lyceum/platform/subgraph-schema';
import { staffGrants } from '@lyceum/platform/course-staff';
import { defineService } from '@lyceum/platform/service';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import {
  CatalogResolver,
  OrganizationCourseResolver,
  Organization,
} from './catalog/catalog.resolver.js';
import { CatalogService } from './catalog/catalog.service.js';
import { ContentLoaders } from './content/content.loaders.js';
import {
  CourseContentResolver,
  LessonResolver,
  ModuleResolver,
  QuizBlockResolver,
  TopicResolver,
} from './content/content.resolver.js';
import { FeedbackLoaders } from './content/feedback.loaders.js';
import { AnswerFeedback } from './content/feedback.types.js';
import {
  DocumentBlock,
  LinkBlock,
  PageBlock,
  QuizBlock,
  VideoBlock,
} from './content/content.types.js';
import { CourseImportResolver } from './course-import/course-import.resolver.js';
import { CourseImportService } from './course-import/course-import.service.js';
import { IMPORT_JOB, ImportRunner } from './course-import/import-runner.js';
import { CourseResolver } from './course/course.resolver.js';
import { CourseService } from './course/course.service.js';
import { DraftResolver } from './draft/draft.resolver.js';
import { DraftService } from './draft/draft.service.js';
import { Admission } from './enrollment/admission.js';
import { enrollmentConsumers } from './enrollment/enrollment.consumers.js';
import { EnrollmentLoaders } from './enrollment/enrollment.loaders.js';
import {
  CourseEnrollmentResolver,
  EnrollmentResolver,
  PaymentRequiredResolver,
  PrerequisitesUnmetResolver,
  UserEnrollmentResolver,
  WaitlistedResolver,
} from './enrollment/enrollment.resolver.js';
import { EnrollmentService } from './enrollment/enrollment.service.js';
import {
  Enrolled,
  PaymentRequired,
  PrerequisitesUnmet,
  Waitlisted,
} from './enrollment/enrollment.types.js';
import { SeatKeeper } from './enrollment/seat-keeper.js';
import { courseEnv } from './env.js';
import { LearningPathResolver } from './learning-path/learning-path.resolver.js';
import { LearningPathService } from './learning-path/learning-path.service.js';
import { MediaFiles } from './media/media-files.js';
import { MediaLibrary } from './media/media-library.js';
import { MediaResolver } from './media/media.resolver.js';
import { MediaService } from './media/media.service.js';
import { AddressSigner } from './media/signed-address.js';
import { PrerequisiteResolver } from './prerequisite/prerequisite.resolver.js';
import { PrerequisiteService } from './prerequisite/prerequisite.service.js';
import { PublishingResolver } from './publishing/publishing.resolver.js';
import { PublishingService } from './publishing/publishing.service.js';
import { staffConsumers } from './staff/staff.consumers.js';
import { StaffLoaders } from './staff/staff.loaders.js';
import {
  CourseStaffResolver,
  StaffResolver,
  TaughtCoursesResolver,
} from './staff/staff.resolver.js';
import { StaffService } from './staff/staff.service.js';
import { UploadResolver } from './upload/upload.resolver.js';
import { UploadService } from './upload/upload.service.js';

export const courseService = defineService({
  name: 'course',
  env: courseEnv,
  prisma: {
    create: (adapter) => new PrismaClient({ adapter, errorFormat: 'minimal' }),
    namespace: Prisma,
  },
  schema: {
    resolvers: [
      ...[CourseResolver, CourseContentResolver, CourseEnrollmentResolver],
      ...[ModuleResolver, LessonResolver, TopicResolver, QuizBlockResolver, DraftResolver],
      ...[PublishingResolver, PrerequisiteResolver, CatalogResolver, OrganizationCourseResolver],
      ...[EnrollmentResolver, UserEnrollmentResolver, LearningPathResolver],
      ...[WaitlistedResolver, PaymentRequiredResolver, PrerequisitesUnmetResolver],
      ...[UploadResolver, MediaResolver, CourseImportResolver],
      ...[StaffResolver, CourseStaffResolver, TaughtCoursesResolver],
    ],
    types: [
      ...[PageBlock, VideoBlock, LinkBlock, DocumentBlock, QuizBlock, AnswerFeedback],
      ...[Enrolled, Waitlisted, PaymentRequired, PrerequisitesUnmet, Organization],
    ],
  },
  build({ env, database, clock, log, runSoon }) {
    const files = new MediaFiles(env.MEDIA_DIR);
    const signer = new AddressSigner(env.COURSE_SECRET);
    const media = new MediaService(database, files, signer, clock);
    const uploads = new UploadService(database, files, signer, clock, env.COURSE_MAX_UPLOAD_BYTES);
    const library = new MediaLibrary(database, files, clock);
    const seats = new SeatKeeper(clock);
    const admission = new Admission(seats);
    const courses = new CourseService(database, clock, seats, admission);
    const content = new ContentLoaders(database);
    const enrollmentLoaders = new EnrollmentLoaders(database);
    const enrollments = new EnrollmentService(database, courses, seats, admission, clock);
    const feedback = new FeedbackLoaders(database, enrollmentLoaders, media.url);
    const drafts = new DraftService(database);
    const publishing = new PublishingService(database, clock, seats, admission);
    const prerequisites = new PrerequisiteService(database);
    const catalog = new CatalogService(database);
    const paths = new LearningPathService(database, clock, seats, admission);
    const imports = new CourseImportService(database, clock, () => runSoon(IMPORT_JOB));
    const importRunner = new ImportRunner(database, files, clock, log);

    return {
      resolvers: [
        new CourseResolver(courses),
        new CourseContentResolver(content),
        new CourseEnrollmentResolver(enrollmentLoaders),
        new ModuleResolver(content, courses),
        new LessonResolver(content, courses),
        new TopicResolver(content, courses, enrollmentLoaders, media.url),
        new QuizBlockResolver(content, media.url),
        new DraftResolver(drafts, courses, media.url),
        new PublishingResolver(publishing),
        new PrerequisiteResolver(prerequisites, courses),
        new CatalogResolver(catalog),
        new OrganizationCourseResolver(catalog),
        new EnrollmentResolver(enrollments, enrollmentLoaders, courses),
        new UserEnrollmentResolver(enrollmentLoaders),
        new LearningPathResolver(paths, courses),
        new WaitlistedResolver(enrollmentLoaders),
        new PaymentRequiredResolver(courses),
        new PrerequisitesUnmetResolver(courses),
        new UploadResolver(uploads),
        new MediaResolver(library, media.url),
        new CourseImportResolver(imports, courses),
        new StaffResolver(new StaffService(database, seats, clock), new StaffLoaders(database)),
        new CourseStaffResolver(),
        new TaughtCoursesResolver(catalog),
      ],
      references: {
        Course: ({ id }, context) => courses.load(id, context),
        Module: ({ id }, context) => content.part('Module', id, context),
        Lesson: ({ id }, context) => content.part('Lesson', id, context),
        Topic: ({ id }, context) => content.part('Topic', id, context),
        Enrollment: ({ id }, context) => enrollmentLoaders.load(id, context),
        AnswerFeedback: ({ id }, context) => feedback.load(id, context),
        LearningPath: ({ id }, context) => paths.load(id, context),
        User: ({ id }) => ({ id }),
        // Another organization's courses are not there: the scope would answer with the viewer's own.
        Organization: ({ id }, { viewer }): Organization | null =>
          viewer.kind === 'person' && viewer.organizationId === id ? { id } : null,
      },
      grantsOf: staffGrants(database),
      consumers: [...enrollmentConsumers(seats, admission), ...staffConsumers(seats, clock)],
      routes: [uploads.route, media.route],
      jobs: [
        importRunner.job,
        { name: 'expired-uploads', everyMs: 10 * 60_000, run: uploads.cleanUp },
      ],
    };
  },
});
