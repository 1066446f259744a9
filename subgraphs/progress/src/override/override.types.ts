import { Field, ID, InputType, Int } from 'type-graphql';

@InputType({ description: 'Further attempts at a quiz for one learner.' })
export class GrantAttemptsInput {
  @Field(() => ID, { description: "ID of the learner's enrollment." })
  enrollmentId!: string;

  @Field(() => ID, {
    description: 'ID of a quiz block of the published course that limits its attempts.',
  })
  blockId!: string;

  @Field(() => Int, {
    description:
      'Number of attempts to add, 1 to 100, on top of those that are allowed or were made so far.',
  })
  attempts!: number;

  @Field(() => String, {
    description:
      'Reason, as plain text of 1 to 1,000 characters. It is kept, and the learner is sent it.',
  })
  reason!: string;
}

@InputType({ description: 'A topic to complete for a learner.' })
export class CompleteTopicForInput {
  @Field(() => ID, { description: "ID of the learner's enrollment." })
  enrollmentId!: string;

  @Field(() => ID, {
    description: 'ID of a topic of the published course, whatever its completion rule is.',
  })
  topicId!: string;

  @Field(() => String, {
    description:
      'Reason, as plain text of 1 to 1,000 characters. It is kept, and the learner is sent it.',
  })
  reason!: string;
}
