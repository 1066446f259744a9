import { DateTime } from '@lyceum/platform/scalars';
import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { StaffRole } from '../../generated/prisma/enums.js';

registerEnumType(StaffRole, {
  name: 'StaffRole',
  description: 'What a person does in a course.',
  valuesConfig: {
    INSTRUCTOR: { description: 'Teaches it: changes, publishes and staffs it, enrolls people.' },
    TEACHING_ASSISTANT: { description: "Sees everyone's progress and the figures." },
  },
});
export { StaffRole };

@ObjectType({ description: 'A person who teaches a course or assists in it.' })
export class CourseStaff {
  @Field(() => StaffRole, { description: 'What they do.' })
  role!: StaffRole;

  @Field(() => DateTime, { description: 'Since when they have this role.' })
  addedAt!: Date;

  userId!: string;
  courseId!: string;
  addedBy!: string | null;
}

@InputType({ description: 'Whom to give which role in a course.' })
export class AddCourseStaffInput {
  @Field(() => ID, { description: 'The course.' })
  courseId!: string;

  @Field(() => ID, { description: 'A person of the organization.' })
  userId!: string;

  @Field(() => StaffRole, {
    description: 'What they do from now on, also instead of what they did before.',
  })
  role!: StaffRole;
}

@InputType({ description: 'Whose role in a course to end.' })
export class RemoveCourseStaffInput {
  @Field(() => ID, { description: 'The course.' })
  courseId!: string;

  @Field(() => ID, { description: 'Somebody of its staff.' })
  userId!: string;
}
