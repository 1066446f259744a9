import { Directive, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime } from '@lyceum/platform/scalars';

@InputType({ description: 'The answer to one question; give what fits its kind.' })
export class QuestionAnswerInput {
  @Field(() => ID, { description: 'The question.' })
  questionId!: string;

  @Field(() => [ID], {
    nullable: true,
    description: 'Chosen: one for single choice and dropdown, any number for multiple choice.',
  })
  choiceIds?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'For text questions; at most 5,000 characters. A number may also come as text.',
  })
  text?: string | null;

  @Field(() => Float, { nullable: true, description: 'For numeric questions.' })
  number?: number | null;
}

@InputType({ description: 'A quiz handed in.' })
export class SubmitAnswerInput {
  @Field(() => ID, { description: 'The enrollment.' })
  enrollmentId!: string;

  @Field(() => ID, { description: 'The quiz block.' })
  blockId!: string;

  @Field(() => [QuestionAnswerInput], {
    description: 'The answers; questions without one count as wrong.',
  })
  answers!: QuestionAnswerInput[];

  @Field(() => ID, {
    nullable: true,
    description:
      'A UUID made by the client: handing in again with the same one returns the first attempt instead of making another.',
  })
  submissionId?: string | null;
}

@ObjectType({
  description:
    'How one question of an attempt was marked. It never says what would have been right; `feedback` does where the author of the quiz does.',
})
export class MarkedAnswer {
  @Field(() => ID, { description: 'The question.' })
  questionId!: string;

  @Field(() => String, { description: 'What was asked, at the time.' })
  prompt!: string;

  @Field(() => String, { description: 'What was answered, readable; empty when it was left out.' })
  response!: string;

  @Directive('@listSize(assumedSize: 2)')
  @Field(() => [ID], {
    nullable: true,
    description:
      'The choices that were made; empty for questions without choices, null for attempts from before they were kept.',
  })
  choiceIds!: string[] | null;

  @Field(() => Boolean, { description: 'Whether it was right.' })
  correct!: boolean;

  @Field(() => Float, { description: 'Points earned.' })
  points!: number;

  @Field(() => Float, { description: 'Points that it could earn.' })
  maxPoints!: number;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description: 'A quiz answered and marked. Seen by the learner and by holders of course:insights.',
})
export class AssessmentAttempt {
  @Field(() => ID, { description: 'Id of the attempt.' })
  id!: string;

  @Field(() => ID, { description: 'The quiz block.' })
  blockId!: string;

  @Field(() => Int, { description: 'Counts the attempts at this quiz, from 1.' })
  number!: number;

  @Field(() => Float, { description: 'Points earned.' })
  score!: number;

  @Field(() => Float, { description: 'Points that could be earned.' })
  maxScore!: number;

  @Field(() => Float, { description: '0 to 100, not rounded.' })
  percent!: number;

  @Field(() => Boolean, {
    description:
      "Whether it reached the quiz's passing percent, as it was at the time. A quiz with the completion SUBMITTED completes its topic either way.",
  })
  passed!: boolean;

  @Field(() => DateTime, { description: 'When it was handed in.' })
  submittedAt!: Date;
}
