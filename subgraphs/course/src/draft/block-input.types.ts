import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { QuestionKind } from '../content/content.types.js';
import { ShowFeedback } from '../content/feedback.types.js';
import { QuizCompletion } from '../content/quiz-completion.types.js';

const FEEDBACK = 'HTML, at most 100,000 characters, sanitized; null for none.';

@InputType({ description: 'Text with pictures.' })
export class PageBlockInput {
  @Field(() => String, {
    description:
      'HTML, at most 500,000 characters. What can act (scripts, styles, forms) is taken out; `media:<id>` refers to an uploaded file.',
  })
  html!: string;
}

@InputType({ description: 'A video.' })
export class VideoBlockInput {
  @Field(() => String, { description: 'http(s) address, or `media:<id>` of an uploaded file.' })
  url!: string;

  @Field(() => Int, { nullable: true, description: 'Length in seconds, when known.' })
  durationSeconds?: number | null;

  @Field(() => String, { nullable: true, description: 'Captions or transcript, as `url`.' })
  transcriptUrl?: string | null;
}

@InputType({ description: 'A page elsewhere.' })
export class LinkBlockInput {
  @Field(() => String, { description: 'http(s) or mailto address.' })
  url!: string;

  @Field(() => String, { nullable: true, description: 'Plain text, at most 5,000 characters.' })
  description?: string | null;
}

@InputType({ description: 'A file to read or download.' })
export class DocumentBlockInput {
  @Field(() => String, { description: 'http(s) address, or `media:<id>` of an uploaded file.' })
  url!: string;

  @Field(() => String, { description: 'Its name, at most 255 characters.' })
  filename!: string;

  @Field(() => String, { description: 'Its media type, such as `application/pdf`.' })
  contentType!: string;

  @Field(() => Int, { nullable: true, description: 'Its size in bytes, when known.' })
  byteLength?: number | null;
}

@InputType({ description: 'One of the answers to choose from.' })
export class QuestionChoiceInput {
  @Field(() => ID, { description: 'Unique within the question: letters, digits, `.`, `_`, `-`.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Plain text, at most 2,000 characters. Give this or `html`.',
  })
  text?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'HTML, at most 50,000 characters, as `QuizQuestionInput.promptHtml`. Give this or `text`.',
  })
  html?: string | null;
}

@InputType({ description: 'Accepted numbers, both ends included.' })
export class NumericRangeInput {
  @Field(() => Float, { description: 'The smallest accepted.' })
  minimum!: number;

  @Field(() => Float, { description: 'The largest accepted.' })
  maximum!: number;
}

@InputType({ description: 'What to say of one choice.' })
export class ChoiceFeedbackInput {
  @Field(() => ID, { description: 'The choice; BAD_USER_INPUT (UNKNOWN_CHOICE) for another.' })
  choiceId!: string;

  @Field(() => String, { nullable: true, description: `When it was chosen. ${FEEDBACK}` })
  selected?: string | null;

  @Field(() => String, { nullable: true, description: `When it was not chosen. ${FEEDBACK}` })
  unselected?: string | null;
}

@InputType({
  description: 'What learners see of a question once they answered it; see `ShowFeedback`.',
})
export class QuestionFeedbackInput {
  @Field(() => String, { nullable: true, description: `Of a correct answer. ${FEEDBACK}` })
  correct?: string | null;

  @Field(() => String, { nullable: true, description: `Of an incorrect answer. ${FEEDBACK}` })
  incorrect?: string | null;

  @Field(() => [ChoiceFeedbackInput], { nullable: true, description: 'Of single choices.' })
  choices?: ChoiceFeedbackInput[] | null;

  @Field(() => String, { nullable: true, description: `How the question is solved. ${FEEDBACK}` })
  solution?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Hints in order, at most 20, as HTML like `solution`.',
  })
  hints?: string[] | null;
}

@InputType({ description: 'A question with what answers it.' })
export class QuizQuestionInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'Unique within the quiz; made up when absent. Keep it when changing a quiz: attempts refer to it.',
  })
  id?: string | null;

  @Field(() => QuestionKind, { description: 'How it is asked and answered.' })
  kind!: QuestionKind;

  @Field(() => String, {
    nullable: true,
    description:
      'The question in plain text, at most 10,000 characters. Give this or `promptHtml`; otherwise BAD_USER_INPUT (EXACTLY_ONE).',
  })
  prompt?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The question as HTML, at most 100,000 characters. It is sanitized as `PageBlockInput.html` is, and `media:<id>` refers to an uploaded file; MathML and TeX stay. BAD_USER_INPUT (EMPTY) when nothing is left.',
  })
  promptHtml?: string | null;

  @Field(() => Float, { nullable: true, description: 'What it is worth; 1 unless told.' })
  points?: number | null;

  @Field(() => [QuestionChoiceInput], {
    nullable: true,
    description:
      'At most 50; for the kinds with choices. BAD_USER_INPUT (EQUAL_CHOICES) when two look the same.',
  })
  choices?: QuestionChoiceInput[] | null;

  @Field(() => [ID], { nullable: true, description: 'The right ones of `choices`.' })
  correctChoiceIds?: string[] | null;

  @Field(() => [NumericRangeInput], {
    nullable: true,
    description: 'For NUMERIC: any of these is right.',
  })
  acceptedRanges?: NumericRangeInput[] | null;

  @Field(() => [String], { nullable: true, description: 'For TEXT: any of these is right.' })
  acceptedTexts?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'For TEXT: whether upper and lower case differ; false unless told.',
  })
  caseSensitive?: boolean | null;

  @Field(() => QuestionFeedbackInput, {
    nullable: true,
    description: 'Feedback, hints and solution; null for none.',
  })
  feedback?: QuestionFeedbackInput | null;
}

@InputType({ description: 'Questions, marked automatically.' })
export class QuizBlockInput {
  @Field(() => String, {
    nullable: true,
    description: 'HTML above the questions, as `PageBlockInput.html`.',
  })
  introduction?: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Percent of the points that passes, 0–100; 50 unless told.',
  })
  passingPercent?: number | null;

  @Field(() => QuizCompletion, {
    nullable: true,
    description:
      'Whether the quiz has to be passed, or only submitted, to complete its topic; PASSED by default.',
  })
  completion?: QuizCompletion | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How often it may be submitted; null for as often as one likes.',
  })
  attemptsAllowed?: number | null;

  @Field(() => ShowFeedback, {
    nullable: true,
    description: 'When learners see feedback, hints and solutions; AFTER_SUBMISSION by default.',
  })
  showFeedback?: ShowFeedback | null;

  @Field(() => [QuizQuestionInput], { description: 'In order, at most 100.' })
  questions!: QuizQuestionInput[];
}

@InputType({ description: 'The content of a block: exactly one of these.' })
export class BlockContentInput {
  @Field(() => PageBlockInput, { nullable: true, description: 'Makes it a page.' })
  page?: PageBlockInput | null;

  @Field(() => VideoBlockInput, { nullable: true, description: 'Makes it a video.' })
  video?: VideoBlockInput | null;

  @Field(() => LinkBlockInput, { nullable: true, description: 'Makes it a link.' })
  link?: LinkBlockInput | null;

  @Field(() => DocumentBlockInput, { nullable: true, description: 'Makes it a document.' })
  document?: DocumentBlockInput | null;

  @Field(() => QuizBlockInput, { nullable: true, description: 'Makes it a quiz.' })
  quiz?: QuizBlockInput | null;
}
