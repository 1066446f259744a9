import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '@lyceum/platform/scalars';
import { User } from '../certificate/user.reference.js';
import { Enrollment } from '../course-progress/enrollment.reference.js';

export const COURSE_ACTIVITY_KINDS = [
  'ENROLLED',
  'WITHDRAWN',
  'PROGRESSED',
  'ANSWERED',
  'COMPLETED',
] as const;
export type CourseActivityKind = (typeof COURSE_ACTIVITY_KINDS)[number];

export const CourseActivityKindEnum = Object.fromEntries(
  COURSE_ACTIVITY_KINDS.map((kind) => [kind, kind]),
) as Record<CourseActivityKind, CourseActivityKind>;
registerEnumType(CourseActivityKindEnum, {
  name: 'CourseActivityKind',
  description: 'What happened in a course.',
  valuesConfig: {
    ENROLLED: { description: 'A learner enrolled.' },
    WITHDRAWN: { description: 'A learner left, or was taken out.' },
    PROGRESSED: { description: 'A learner completed one or more topics.' },
    ANSWERED: { description: 'A learner answered a quiz; see `attempt`.' },
    COMPLETED: { description: 'A learner completed the course.' },
  },
});

@ObjectType({ description: 'Something that happened in a course just now.' })
export class CourseActivity {
  @Field(() => CourseActivityKindEnum, { description: 'What happened.' })
  kind!: CourseActivityKind;

  @Field(() => DateTime, { description: 'When.' })
  occurredAt!: Date;

  @Field(() => User, { description: 'Whose doing it was.' })
  learner!: User;

  @Field(() => Enrollment, { description: "The learner's enrollment in the course." })
  enrollment!: Enrollment;
}
