import { connectionOf } from '@lyceum/platform/pagination';
import { DateTime } from '@lyceum/platform/scalars';
import { Directive, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { LearningPathStatus } from '../../generated/prisma/enums.js';
import { EnrollResult } from '../enrollment/enrollment.types.js';

registerEnumType(LearningPathStatus, {
  name: 'LearningPathStatus',
  description: 'Where a learning path stands.',
  valuesConfig: {
    DRAFT: { description: 'Only those who manage learning paths see it.' },
    PUBLISHED: { description: 'Everyone may join.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({ description: 'Courses in an order worth taking.' })
export class LearningPath {
  @Field(() => ID, { description: 'Stable for ever.' })
  id!: string;

  @Field(() => String, { description: 'Title.' })
  title!: string;

  @Field(() => String, { description: 'Where it leads, plain text; may be empty.' })
  summary!: string;

  @Field(() => LearningPathStatus, { description: 'Where it stands.' })
  status!: LearningPathStatus;

  @Field(() => DateTime, { nullable: true, description: 'When first published; null before.' })
  publishedAt!: Date | null;
}

export const LearningPathConnection = connectionOf('LearningPath', () => LearningPath);

@InputType({ description: 'A new learning path. It is a draft, without courses.' })
export class CreateLearningPathInput {
  @Field(() => String, { description: 'Title, 1–300 characters.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'Plain text, at most 5,000 characters.' })
  summary?: string | null;
}

@InputType({ description: 'The courses of a learning path.' })
export class SetLearningPathCoursesInput {
  @Field(() => ID, { description: 'The learning path.' })
  learningPathId!: string;

  @Field(() => [ID], { description: 'All of them in their order, at most 100.' })
  courseIds!: string[];
}

@ObjectType({ description: 'What joining a learning path came to.' })
export class LearningPathJoined {
  @Field(() => LearningPath, { description: 'The learning path, joined.' })
  learningPath!: LearningPath;

  @Field(() => [EnrollResult], {
    description:
      'For each of its published courses in order: enrolled, waiting, to be paid for, or to be opened by completing others (then it opens by itself).',
  })
  courses!: (typeof EnrollResult)[];
}
