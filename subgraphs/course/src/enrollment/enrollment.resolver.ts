import type { RequestContext } from '@lyceum/platform/context';
import { can, requireSignedIn } from '@lyceum/platform/permissions';
import { PageArgs } from '@lyceum/platform/pagination';
import { DateTime } from '@lyceum/platform/scalars';
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Course as CourseRow, Enrollment as Row } from '../../generated/prisma/client.js';
import { EnrollmentStatus } from '../../generated/prisma/enums.js';
import { coursesWith } from '../course/course.access.js';
import type { CourseService } from '../course/course.service.js';
import { Course } from '../course/course.types.js';
import type { Admitted } from './admission.js';
import type { EnrollmentLoaders } from './enrollment.loaders.js';
import type { EnrollmentService } from './enrollment.service.js';
import {
  EnrollInCourseInput,
  Enrollment,
  EnrollmentConnection,
  EnrollResult,
  PaymentRequired,
  PrerequisitesUnmet,
  User,
  Waitlisted,
} from './enrollment.types.js';

const STATUS = { nullable: true, description: 'Only those in this status.' };

@Resolver(() => Enrollment)
export class EnrollmentResolver {
  constructor(
    private readonly enrollments: EnrollmentService,
    private readonly loaders: EnrollmentLoaders,
    private readonly courses: CourseService,
  ) {}

  @Query(() => Enrollment, {
    nullable: true,
    description:
      'An enrollment of the viewer, or of a course they oversee (course:insights); else null.',
  })
  enrollment(
    @Arg('id', () => ID, { description: 'Id of the enrollment.' }) id: string,
    @Ctx() context: RequestContext,
  ) {
    requireSignedIn(context.viewer);
    return this.loaders.load(id, context);
  }

  @Mutation(() => EnrollResult, {
    description:
      'Takes the viewer (or another learner) into a course. Asking again changes nothing and answers the same.',
  })
  enrollInCourse(
    @Arg('input', () => EnrollInCourseInput, { description: 'Who and what.' })
    input: EnrollInCourseInput,
    @Ctx() context: RequestContext,
  ): Promise<Admitted> {
    return this.enrollments.enroll(requireSignedIn(context.viewer), context, input);
  }

  @Mutation(() => Enrollment, {
    description:
      'Leaves a course or its waitlist: one’s own, or with enrollment:manage anyone’s. The free seat goes to who waits longest. Withdrawing twice is no error; from a completed course it is CONFLICT (COMPLETED).',
  })
  withdrawFromCourse(
    @Arg('enrollmentId', () => ID, { description: 'The enrollment.' }) enrollmentId: string,
    @Arg('leftAt', () => DateTime, {
      nullable: true,
      description:
        'When they left, if that was earlier; now unless told. Takes enrollment:manage. What they did later than that does not count from now on, what was recorded before still does. BAD_USER_INPUT (IN_FUTURE) when it lies ahead.',
    })
    leftAt: Date | null,
    @Ctx() context: RequestContext,
  ) {
    return this.enrollments.withdraw(requireSignedIn(context.viewer), enrollmentId, leftAt ?? null);
  }

  @FieldResolver(() => Course, {
    nullable: true,
    description: 'The course; null once it is not there for the viewer any more (archived, left).',
  })
  course(@Root() enrollment: Row, @Ctx() context: RequestContext) {
    return this.courses.load(enrollment.courseId, context);
  }

  @FieldResolver(() => User, { description: 'Who takes part.' })
  learner(@Root() enrollment: Row): User {
    return { id: enrollment.learnerId };
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Place in the waitlist, 1 is next; null when not waiting.',
  })
  waitlistPosition(@Root() enrollment: Row, @Ctx() context: RequestContext) {
    return this.loaders.waitlistPosition(enrollment, context);
  }
}

@Resolver(() => Course)
export class CourseEnrollmentResolver {
  constructor(private readonly loaders: EnrollmentLoaders) {}

  @FieldResolver(() => Enrollment, {
    nullable: true,
    description: "The viewer's own enrollment; null when there never was one.",
  })
  myEnrollment(@Root() course: CourseRow, @Ctx() context: RequestContext) {
    return this.loaders.own(course.id, context);
  }

  @FieldResolver(() => EnrollmentConnection, {
    nullable: true,
    description: 'Everyone’s enrollments, latest first; null without course:insights.',
  })
  enrollments(
    @Root() course: CourseRow,
    @Arg('status', () => EnrollmentStatus, STATUS) status: EnrollmentStatus | null,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { viewer }: RequestContext,
  ) {
    if (!can(viewer, 'course:insights', { courseId: course.id })) return null;
    return this.loaders.ofCourse(viewer, course.id, status ?? null, page);
  }
}

@Resolver(() => User)
export class UserEnrollmentResolver {
  constructor(private readonly loaders: EnrollmentLoaders) {}

  @FieldResolver(() => EnrollmentConnection, {
    nullable: true,
    description:
      'What the person takes part in, latest first. Of others only the courses the viewer oversees (course:insights); null when there are none such.',
  })
  enrollments(
    @Root() user: User,
    @Arg('status', () => EnrollmentStatus, STATUS) status: EnrollmentStatus | null,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
  ) {
    const { viewer } = context;
    if (viewer.kind !== 'person') return null;
    if (user.id !== viewer.userId && coursesWith(viewer, 'course:insights').length === 0) {
      return null;
    }
    return this.loaders.ofLearner(context, user.id, status ?? null, page);
  }
}

@Resolver(() => Waitlisted)
export class WaitlistedResolver {
  constructor(private readonly loaders: EnrollmentLoaders) {}

  @FieldResolver(() => Int, { description: 'Place in the waitlist; 1 is next.' })
  async position(@Root() result: { enrollment: Row }, @Ctx() context: RequestContext) {
    // Promoted between the answer and this read: there is nobody before them any more.
    return (await this.loaders.waitlistPosition(result.enrollment, context)) ?? 1;
  }
}

@Resolver(() => PaymentRequired)
export class PaymentRequiredResolver {
  constructor(private readonly courses: CourseService) {}

  @FieldResolver(() => Course, { description: 'The course.' })
  course(@Root() result: { courseId: string }, @Ctx() context: RequestContext) {
    return this.courses.load(result.courseId, context);
  }
}

@Resolver(() => PrerequisitesUnmet)
export class PrerequisitesUnmetResolver {
  constructor(private readonly courses: CourseService) {}

  @FieldResolver(() => [Course], {
    description:
      'Those of them the learner has yet to complete; without those that are not there for the viewer.',
  })
  async missing(@Root() result: { missingIds: string[] }, @Ctx() context: RequestContext) {
    const courses = await Promise.all(
      result.missingIds.map((id) => this.courses.load(id, context)),
    );
    return courses.filter((course) => course !== null);
  }
}
