import type { RequestContext } from '@lyceum/platform/context';
import { isId } from '@lyceum/platform/ids';
import { parseInput } from '@lyceum/platform/input';
import { requireSignedIn } from '@lyceum/platform/permissions';
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  Resolver,
  Root,
} from 'type-graphql';
import { z } from 'zod';
import { uuid } from '../input.js';
import type { CertificateLoaders } from '../certificate/certificate.loaders.js';
import { Certificate } from '../certificate/certificate.types.js';
import { User } from '../certificate/user.reference.js';
import { Topic } from '../topic-progress/topic.reference.js';
import type { CourseProgressLoaders } from './course-progress.loaders.js';
import type { CourseProgressRow } from './course-progress.rows.js';
import {
  modulesOf,
  requireProgress,
  type CourseProgressService,
} from './course-progress.service.js';
import { CourseProgress, ModuleProgress } from './course-progress.types.js';
import { Course } from './course.reference.js';
import { Enrollment } from './enrollment.reference.js';

@InputType({ description: 'Which topic is done.' })
export class CompleteTopicInput {
  @Field(() => ID, { description: 'The enrollment.' })
  enrollmentId!: string;

  @Field(() => ID, { description: 'A topic whose completion rule is MANUAL.' })
  topicId!: string;
}
const completeTopicInput = z.object({ enrollmentId: uuid, topicId: uuid });

@Resolver(() => CourseProgress)
export class CourseProgressResolver {
  constructor(
    private readonly service: CourseProgressService,
    private readonly loaders: CourseProgressLoaders,
    private readonly certificates: CertificateLoaders,
  ) {}

  @Mutation(() => CourseProgress, {
    description:
      'Marks a topic as done, for topics whose completion rule is MANUAL. Doing it again changes nothing. Staff complete a topic for a learner with `completeTopicFor`. Errors: NOT_FOUND; PERMISSION_DENIED for those who may only see the enrollment; CONFLICT with reason NOT_MANUAL or WITHDRAWN.',
  })
  async completeTopic(
    @Arg('input', () => CompleteTopicInput, { description: 'Which topic.' })
    input: CompleteTopicInput,
    @Ctx() context: RequestContext,
  ): Promise<CourseProgressRow> {
    const viewer = requireSignedIn(context.viewer);
    return this.service.completeTopic(viewer, parseInput(completeTopicInput, input));
  }

  @FieldResolver(() => Enrollment, { description: 'The enrollment whose progress this is.' })
  enrollment(@Root() row: CourseProgressRow): Enrollment {
    return { id: row.id };
  }

  @FieldResolver(() => Course, { description: 'The course.' })
  course(@Root() row: CourseProgressRow): Course {
    return { id: row.courseId };
  }

  @FieldResolver(() => User, { description: 'Whose progress this is.' })
  learner(@Root() row: CourseProgressRow): User {
    return { id: row.learnerId };
  }

  @FieldResolver(() => Topic, {
    nullable: true,
    description:
      'The first topic, in the order of the course, that is not complete; null when none is left.',
  })
  nextTopic(@Root() row: CourseProgressRow): Topic | null {
    return row.nextTopicId === null ? null : { id: row.nextTopicId };
  }

  @Directive('@listSize(assumedSize: 6)')
  @FieldResolver(() => [ModuleProgress], {
    description: 'The same by module and lesson, of the course as it is published now.',
  })
  async modules(
    @Root() row: CourseProgressRow,
    @Ctx() context: RequestContext,
  ): Promise<ModuleProgress[]> {
    return modulesOf(this.loaders, row, context);
  }

  @FieldResolver(() => Certificate, {
    nullable: true,
    description: 'The certificate; null until the course is completed.',
  })
  async certificate(
    @Root() row: CourseProgressRow,
    @Ctx() context: RequestContext,
  ): Promise<Certificate | null> {
    if (row.completedAt === null) return null;
    return context.loader(this.certificates.byEnrollment).load(row.id);
  }
}

@Resolver(() => Enrollment)
export class EnrollmentProgressResolver {
  constructor(private readonly loaders: CourseProgressLoaders) {}

  @FieldResolver(() => CourseProgress, {
    description:
      'How far the learner is; kept after withdrawal. For the learner, and for holders of course:insights.',
  })
  async progress(
    @Root() enrollment: Enrollment,
    @Ctx() context: RequestContext,
  ): Promise<CourseProgressRow> {
    return requireProgress(this.loaders, enrollment.id, context);
  }
}

@Resolver(() => Course)
export class MyCourseProgressResolver {
  constructor(private readonly loaders: CourseProgressLoaders) {}

  @FieldResolver(() => CourseProgress, {
    nullable: true,
    description:
      "The viewer's own progress, of the latest enrollment; null when never enrolled, or not signed in.",
  })
  async myProgress(
    @Root() course: Course,
    @Ctx() context: RequestContext,
  ): Promise<CourseProgressRow | null> {
    if (context.viewer.kind !== 'person' || !isId(course.id)) return null;
    return context.loader(this.loaders.mine).load(course.id);
  }
}
