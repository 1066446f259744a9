import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';

export enum ShowFeedback {
  NEVER = 'NEVER',
  AFTER_SUBMISSION = 'AFTER_SUBMISSION',
  WHEN_PASSED_OR_EXHAUSTED = 'WHEN_PASSED_OR_EXHAUSTED',
}
registerEnumType(ShowFeedback, {
  name: 'ShowFeedback',
  description: 'When learners see the feedback, hints and solutions of a quiz.',
  valuesConfig: {
    NEVER: { description: 'They never do.' },
    AFTER_SUBMISSION: { description: 'With each attempt, as soon as it is submitted.' },
    WHEN_PASSED_OR_EXHAUSTED: {
      description: 'Once an attempt has passed, or no attempts are left.',
    },
  },
});

const HTML = 'Safe HTML, as `PageBlock.html`; null for none.';

@ObjectType({ description: 'What the author says of one choice. For authors only.' })
export class ChoiceFeedback {
  @Field(() => ID, { description: 'The choice.' })
  choiceId!: string;

  @Field(() => String, { nullable: true, description: `When it was chosen. ${HTML}` })
  selected!: string | null;

  @Field(() => String, { nullable: true, description: `When it was not chosen. ${HTML}` })
  unselected!: string | null;
}

@ObjectType({ description: 'What is shown of a question once it is answered. For authors only.' })
export class QuestionFeedback {
  @Field(() => ID, { description: 'The question.' })
  questionId!: string;

  @Field(() => String, { nullable: true, description: `Of a correct answer. ${HTML}` })
  correct!: string | null;

  @Field(() => String, { nullable: true, description: `Of an incorrect answer. ${HTML}` })
  incorrect!: string | null;

  @Directive('@listSize(assumedSize: 4)')
  @Field(() => [ChoiceFeedback], { description: 'Of single choices; empty for none.' })
  choices!: ChoiceFeedback[];

  @Field(() => String, { nullable: true, description: `How the question is solved. ${HTML}` })
  solution!: string | null;

  @Directive('@listSize(assumedSize: 2)')
  @Field(() => [String], { description: 'Hints in order, as safe HTML; empty for none.' })
  hints!: string[];
}

@ObjectType({ description: 'What the author says of a choice that was, or was not, chosen.' })
export class AnsweredChoiceFeedback {
  @Field(() => ID, { description: 'The choice.' })
  choiceId!: string;

  @Field(() => String, { description: 'Safe HTML, as `PageBlock.html`.' })
  html!: string;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'What the author of a quiz says of an answer, by the version of the course that was answered.',
})
export class AnswerFeedback {
  @Field(() => ID, { description: 'Opaque; the same for equal answers.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: `Of the answer as a whole, correct or incorrect as it was. ${HTML}`,
  })
  message!: string | null;

  @Directive('@listSize(assumedSize: 4)')
  @Field(() => [AnsweredChoiceFeedback], {
    description: 'Of the choices, as they were chosen or not; empty for none.',
  })
  choices!: AnsweredChoiceFeedback[];

  @Field(() => String, { nullable: true, description: `How the question is solved. ${HTML}` })
  solution!: string | null;

  @Directive('@listSize(assumedSize: 2)')
  @Field(() => [String], { description: 'Hints in order, as safe HTML; empty for none.' })
  hints!: string[];
}
