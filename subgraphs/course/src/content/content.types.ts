import {
  Directive,
  Field,
  Float,
  ID,
  Int,
  InterfaceType,
  ObjectType,
  registerEnumType,
} from 'type-graphql';
import { BlockKind, CompletionRule } from '../../generated/prisma/enums.js';
import { ShowFeedback } from './feedback.types.js';
import { QuizCompletion } from './quiz-completion.types.js';

registerEnumType(CompletionRule, {
  name: 'CompletionRule',
  description: 'What completes a topic.',
  valuesConfig: {
    VIEW: { description: 'Every block was opened.' },
    QUIZ_SCORE: {
      description: 'Each quiz was passed, or submitted where its `completion` is SUBMITTED.',
    },
    MANUAL: { description: 'The learner says so, with `completeTopic`.' },
  },
});

registerEnumType(BlockKind, {
  name: 'BlockKind',
  description: 'What a content block is.',
  valuesConfig: {
    PAGE: { description: 'Text with pictures: a `PageBlock`.' },
    VIDEO: { description: 'A `VideoBlock`.' },
    LINK: { description: 'A page elsewhere: a `LinkBlock`.' },
    DOCUMENT: { description: 'A file to read: a `DocumentBlock`.' },
    QUIZ: { description: 'Questions: a `QuizBlock`.' },
  },
});

export enum CourseContent {
  PUBLISHED = 'PUBLISHED',
  DRAFT = 'DRAFT',
}
registerEnumType(CourseContent, {
  name: 'CourseContent',
  description: 'Which content of a course.',
  valuesConfig: {
    PUBLISHED: { description: 'What learners see: the version published last.' },
    DRAFT: { description: 'What is being worked on; takes course:edit.' },
  },
});

export enum ContentLock {
  NOT_ENROLLED = 'NOT_ENROLLED',
  WAITLISTED = 'WAITLISTED',
  SUSPENDED = 'SUSPENDED',
}
registerEnumType(ContentLock, {
  name: 'ContentLock',
  description: 'Why the content of a topic is closed to the viewer.',
  valuesConfig: {
    NOT_ENROLLED: { description: 'They take no part in the course; see `enrollInCourse`.' },
    WAITLISTED: { description: 'They wait for a seat.' },
    SUSPENDED: { description: 'Their enrollment is suspended or has expired.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType('Module', { description: 'A part of a course: lessons in order.' })
export class CourseModule {
  @Field(() => ID, { description: 'The same in all versions of the course.' })
  id!: string;

  @Field(() => String, { description: 'Title.' })
  title!: string;

  @Field(() => Int, { description: 'Place within the course, from 0.' })
  position!: number;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A part of a module: topics in order.' })
export class Lesson {
  @Field(() => ID, { description: 'The same in all versions of the course.' })
  id!: string;

  @Field(() => String, { description: 'Title.' })
  title!: string;

  @Field(() => Int, { description: 'Place within the module, from 0.' })
  position!: number;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: 'The thing a learner does and completes: content blocks in order.' })
export class Topic {
  @Field(() => ID, { description: 'The same in all versions of the course.' })
  id!: string;

  @Field(() => String, { description: 'Title.' })
  title!: string;

  @Field(() => Int, { description: 'Place within the lesson, from 0.' })
  position!: number;

  @Field(() => CompletionRule, { description: 'What completes it.' })
  completionRule!: CompletionRule;
}

@InterfaceType({
  description: 'A piece of a topic, of one kind.',
  resolveType: (block: { kind: BlockKind }) => TYPE_OF_KIND[block.kind],
})
export abstract class ContentBlock {
  @Field(() => ID, { description: 'The same in all versions of the course.' })
  id!: string;

  @Field(() => BlockKind, { description: 'Says which type it is.' })
  kind!: BlockKind;

  @Field(() => String, { description: 'Title.' })
  title!: string;

  @Field(() => Int, { description: 'Place within the topic, from 0.' })
  position!: number;
}

@ObjectType({ implements: ContentBlock, description: 'Text with pictures.' })
export class PageBlock extends ContentBlock {
  @Field(() => String, {
    description:
      'Safe HTML: no scripts, styles or forms. Addresses of uploaded files are good for some hours.',
  })
  html!: string;
}

@ObjectType({ implements: ContentBlock, description: 'A video.' })
export class VideoBlock extends ContentBlock {
  @Field(() => String, {
    description: 'Where it plays; the address of an uploaded file is good for some hours.',
  })
  url!: string;

  @Field(() => String, {
    description: 'Who shows it: `youtube`, `vimeo`, `file` for a plain video file or stream.',
  })
  provider!: string;

  @Field(() => Int, { nullable: true, description: 'Length in seconds; null when not known.' })
  durationSeconds!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Captions or transcript (WebVTT, SRT or text); null for none.',
  })
  transcriptUrl!: string | null;
}

@ObjectType({ implements: ContentBlock, description: 'A page elsewhere.' })
export class LinkBlock extends ContentBlock {
  @Field(() => String, { description: 'Its address.' })
  url!: string;

  @Field(() => String, { description: 'Why to go there, plain text; may be empty.' })
  description!: string;
}

@ObjectType({ implements: ContentBlock, description: 'A file to read or download.' })
export class DocumentBlock extends ContentBlock {
  @Field(() => String, {
    description: 'Where it is; the address of an uploaded file is good for some hours.',
  })
  url!: string;

  @Field(() => String, { description: 'Its name.' })
  filename!: string;

  @Field(() => String, { description: 'Its media type, such as `application/pdf`.' })
  contentType!: string;

  @Field(() => Int, { nullable: true, description: 'Its size in bytes; null when not known.' })
  byteLength!: number | null;
}

export enum QuestionKind {
  SINGLE_CHOICE = 'SINGLE_CHOICE',
  MULTIPLE_CHOICE = 'MULTIPLE_CHOICE',
  DROPDOWN = 'DROPDOWN',
  NUMERIC = 'NUMERIC',
  TEXT = 'TEXT',
}
registerEnumType(QuestionKind, {
  name: 'QuestionKind',
  description: 'How a question is asked and answered.',
  valuesConfig: {
    SINGLE_CHOICE: { description: 'Choose one, all shown.' },
    MULTIPLE_CHOICE: { description: 'Choose all that hold; none may be right.' },
    DROPDOWN: { description: 'Choose one from a list.' },
    NUMERIC: { description: 'A number.' },
    TEXT: { description: 'A few words.' },
  },
});

@ObjectType({ description: 'One of the answers to choose from.' })
export class QuestionChoice {
  @Field(() => ID, { description: 'Unique within the question.' })
  id!: string;

  @Field(() => String, {
    description:
      'Plain text, readable without the HTML: 10³ is `10^3`, a picture its description, a formula its TeX.',
  })
  text!: string;

  @Field(() => String, { description: 'The same as safe HTML, as `QuizQuestion.promptHtml`.' })
  html!: string;
}

@ObjectType({ description: 'A question of a quiz. What answers it is nowhere in here.' })
export class QuizQuestion {
  @Field(() => ID, { description: 'Unique within the quiz.' })
  id!: string;

  @Field(() => QuestionKind, { description: 'How it is asked and answered.' })
  kind!: QuestionKind;

  @Field(() => String, {
    description:
      'The question in plain text, readable without the HTML: 10³ is `10^3`, a picture its description, a formula its TeX.',
  })
  prompt!: string;

  @Field(() => String, {
    description:
      'The question as safe HTML, as `PageBlock.html`, with pictures, MathML, and TeX between `\\(…\\)` or `\\[…\\]`. A question in plain text is escaped.',
  })
  promptHtml!: string;

  @Field(() => Float, { description: 'What it is worth.' })
  points!: number;

  @Directive('@listSize(assumedSize: 4)')
  @Field(() => [QuestionChoice], { description: 'To choose from; empty for NUMERIC and TEXT.' })
  choices!: QuestionChoice[];
}

@ObjectType({ description: 'Numbers from `minimum` to `maximum`, both included.' })
export class NumericRange {
  @Field(() => Float, { description: 'The smallest accepted.' })
  minimum!: number;

  @Field(() => Float, { description: 'The largest accepted.' })
  maximum!: number;
}

@ObjectType({ description: 'What answers a question. For authors only.' })
export class QuestionKey {
  @Field(() => ID, { description: 'The question.' })
  questionId!: string;

  @Field(() => [ID], { nullable: true, description: 'The right choices; null for other kinds.' })
  choiceIds!: string[] | null;

  @Directive('@listSize(assumedSize: 1)')
  @Field(() => [NumericRange], {
    nullable: true,
    description: 'Accepted numbers; null for other kinds.',
  })
  ranges!: NumericRange[] | null;

  @Field(() => [String], { nullable: true, description: 'Accepted texts; null for other kinds.' })
  accepted!: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether upper and lower case differ in texts; null for other kinds.',
  })
  caseSensitive!: boolean | null;
}

@ObjectType({ implements: ContentBlock, description: 'Questions, marked automatically.' })
export class QuizBlock extends ContentBlock {
  @Field(() => String, { description: 'Safe HTML above the questions; may be empty.' })
  introduction!: string;

  @Field(() => Float, {
    description:
      'Percent of the points that passes, 0–100. It decides `AssessmentAttempt.passed`, and completion where `completion` is PASSED.',
  })
  passingPercent!: number;

  @Field(() => QuizCompletion, {
    description: 'Whether the quiz has to be passed, or only submitted, to complete its topic.',
  })
  completion!: QuizCompletion;

  @Field(() => Int, {
    nullable: true,
    description:
      'How often it may be submitted; null for as often as one likes. What a learner was granted beyond it is in `QuizProgress.attemptsAllowed`.',
  })
  attemptsAllowed!: number | null;

  @Field(() => ShowFeedback, {
    description: 'When `MarkedAnswer.feedback` shows feedback, hints and solutions to learners.',
  })
  showFeedback!: ShowFeedback;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [QuizQuestion], { description: 'The questions in order.' })
  questions!: QuizQuestion[];
}

const TYPE_OF_KIND = {
  PAGE: PageBlock,
  VIDEO: VideoBlock,
  LINK: LinkBlock,
  DOCUMENT: DocumentBlock,
  QUIZ: QuizBlock,
} as const;
