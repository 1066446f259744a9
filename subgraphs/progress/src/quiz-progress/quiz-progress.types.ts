import { DateTime } from '@lyceum/platform/scalars';
import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { User } from '../certificate/user.reference.js';
import { Topic } from '../topic-progress/topic.reference.js';

@ObjectType({
  description: 'Attempts at a quiz that were granted to one learner beyond what its author allows.',
})
export class AttemptGrant {
  @Field(() => ID, { description: 'ID of the grant. Unique identifier (UUIDv7).' })
  id!: string;

  @Field(() => Int, { description: 'Number of attempts that were granted, from 1.' })
  attempts!: number;

  @Field(() => String, {
    description: 'Reason for the grant, as plain text. The learner sees it, too.',
  })
  reason!: string;

  @Field(() => User, { description: 'Person who granted the attempts.' })
  grantedBy!: User;

  @Field(() => DateTime, { description: 'When the attempts were granted.' })
  grantedAt!: Date;
}

@ObjectType({
  description:
    "A learner's progress in one quiz of the published course. Visible to the learner and to holders of course:insights.",
})
export class QuizProgress {
  @Field(() => ID, { description: 'ID of the quiz block.' })
  blockId!: string;

  @Field(() => Topic, { description: 'Topic that the quiz is part of.' })
  topic!: Topic;

  @Field(() => Int, {
    nullable: true,
    description:
      'Number of attempts this learner may make in total, granted ones included; null when there is no limit.',
  })
  attemptsAllowed!: number | null;

  @Field(() => Int, { description: 'Number of attempts the learner has made.' })
  attemptsMade!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of attempts left; null when there is no limit.',
  })
  attemptsLeft!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Result of the best attempt, 0 to 100, not rounded; null before any attempt.',
  })
  bestPercent!: number | null;

  @Field(() => Boolean, {
    description:
      "Whether any attempt reached the quiz's passing percent, as it was when it was submitted.",
  })
  passed!: boolean;

  @Directive('@listSize(assumedSize: 1)')
  @Field(() => [AttemptGrant], {
    description: 'Attempts that were granted to the learner, oldest first; at most 1,000.',
  })
  grants!: AttemptGrant[];

  /** Of whom; not a field. */
  enrollmentId!: string;
}
