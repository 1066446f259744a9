import { connectionOf } from '@lyceum/platform/pagination';
import { DateTime } from '@lyceum/platform/scalars';
import {
  createUnionType,
  Directive,
  Field,
  ID,
  InputType,
  Int,
  ObjectType,
  registerEnumType,
} from 'type-graphql';
import { EnrollmentSource, EnrollmentStatus } from '../../generated/prisma/enums.js';
import { Course } from '../course/course.types.js';

registerEnumType(EnrollmentStatus, {
  name: 'EnrollmentStatus',
  description: 'How a learner stands to a course.',
  valuesConfig: {
    PENDING: { description: 'Asked for, not decided yet.' },
    WAITLISTED: { description: 'Waits for a seat.' },
    ACTIVE: { description: 'Takes part.' },
    SUSPENDED: { description: 'Keeps the seat, but the content is closed for now.' },
    COMPLETED: { description: 'Has completed the course, and may still read it.' },
    WITHDRAWN: { description: 'Left, or was taken out.' },
    EXPIRED: { description: 'The time to take part is over.' },
  },
});

registerEnumType(EnrollmentSource, {
  name: 'EnrollmentSource',
  description: 'What brought a learner into a course.',
  valuesConfig: {
    SELF: { description: 'The learner enrolled by themselves.' },
    PURCHASE: { description: 'It was paid for.' },
    STAFF: { description: 'Someone who manages enrollments put them in.' },
    LEARNING_PATH: { description: 'A learning path they joined.' },
    WAITLIST: { description: 'A seat became free while they waited.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'That a learner takes (or took, or waits to take) part in a course. One for each learner and course: coming back after leaving is the same enrollment again.',
})
export class Enrollment {
  @Field(() => ID, { description: 'Stable for ever.' })
  id!: string;

  @Field(() => EnrollmentStatus, { description: 'How the learner stands to the course now.' })
  status!: EnrollmentStatus;

  @Field(() => EnrollmentSource, { description: 'What brought the learner in, the last time.' })
  source!: EnrollmentSource;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the learner got the seat, the last time; null while waiting for the first.',
  })
  enrolledAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When they left; null unless withdrawn.' })
  withdrawnAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When they completed the course; null until then.',
  })
  completedAt!: Date | null;
}

export const EnrollmentConnection = connectionOf('Enrollment', () => Enrollment);

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A person.' })
export class User {
  @Field(() => ID, { description: 'Id of the person.' })
  id!: string;
}

@InputType({ description: 'Who is to take part in what.' })
export class EnrollInCourseInput {
  @Field(() => ID, { description: 'A published course.' })
  courseId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The viewer when absent. Given, it takes enrollment:manage, and neither prerequisites nor payment are asked for (seats are). A person without any role can be enrolled; the course opens to them with their next role.',
  })
  learnerId?: string | null;
}

@ObjectType({ description: 'The learner takes part (now, or did already).' })
export class Enrolled {
  @Field(() => Enrollment, { description: 'The enrollment.' })
  enrollment!: Enrollment;
}

@ObjectType({ description: 'The course is full: the learner waits, and gets the next free seat.' })
export class Waitlisted {
  @Field(() => Enrollment, { description: 'The enrollment, waiting.' })
  enrollment!: Enrollment;

  @Field(() => Int, { description: 'Place in the waitlist; 1 is next.' })
  position!: number;
}

@ObjectType({ description: 'The course must be paid for first; see `Course.offers`.' })
export class PaymentRequired {
  @Field(() => Course, { description: 'The course.' })
  course!: Course;
}

@ObjectType({ description: 'Other courses must be completed first.' })
export class PrerequisitesUnmet {
  @Field(() => [Course], { description: 'Those of them the learner has yet to complete.' })
  missing!: Course[];
}

const RESULT_TYPES = {
  ENROLLED: Enrolled,
  WAITLISTED: Waitlisted,
  PAYMENT_REQUIRED: PaymentRequired,
  PREREQUISITES_UNMET: PrerequisitesUnmet,
};

export const EnrollResult = createUnionType({
  name: 'EnrollResult',
  description: 'What came of a wish to enroll.',
  types: () => [Enrolled, Waitlisted, PaymentRequired, PrerequisitesUnmet] as const,
  resolveType: (value) =>
    RESULT_TYPES[(value as unknown as { kind: keyof typeof RESULT_TYPES }).kind],
});
