import type { AnswerKey, QuizCompletion, ShowFeedback } from '@lyceum/events/course';
import type { DraftQuestion, QuestionFeedback } from '../draft/draft-question.js';
import type { DraftBlock } from '../draft/draft-tree.js';

type ContentOf<K extends DraftBlock['kind']> = Omit<
  Extract<DraftBlock, { kind: K }>,
  'id' | 'kind' | 'title'
>;
export type PageContent = ContentOf<'PAGE'>;
export type VideoContent = ContentOf<'VIDEO'>;
export type LinkContent = ContentOf<'LINK'>;
export type DocumentContent = ContentOf<'DOCUMENT'>;
/** A quiz as learners may see it before they answer: its questions have neither keys nor feedback. */
export type QuizContent = Omit<ContentOf<'QUIZ'>, 'questions' | 'showFeedback' | 'completion'> & {
  /** Absent in what was written before there was a choice: PASSED. */
  completion?: QuizCompletion;
  /** Absent in what was written before there was feedback: AFTER_SUBMISSION. */
  showFeedback?: ShowFeedback;
  questions: Omit<DraftQuestion, 'key' | 'feedback'>[];
};
/** The keys of a quiz by question id; lives in a column of its own. */
export type QuizKeys = Record<string, AnswerKey>;
/** The feedback of a quiz by question id; lives in a column of its own. */
export type QuizFeedback = Record<string, QuestionFeedback>;

/** What the columns `content`, `answer_key` and `feedback` of a block hold. */
export interface StoredContent {
  content: PageContent | VideoContent | LinkContent | DocumentContent | QuizContent;
  answerKey: QuizKeys | null;
  feedback: QuizFeedback | null;
}

/** The columns that are not read with the content of a block: they say what is right. */
export const WITHOUT_ANSWERS = { answerKey: true, feedback: true } as const;

/** Takes the keys out of what learners may see. */
export function storedContent(block: DraftBlock): StoredContent {
  const { id: _id, kind: _kind, title: _title, ...content } = block;
  if (!('questions' in content)) return { content, answerKey: null, feedback: null };
  const feedback = content.questions.flatMap(({ id, feedback: own }) => (own ? [[id, own]] : []));
  return {
    content: {
      ...content,
      questions: content.questions.map(
        ({ key: _key, feedback: _feedback, ...question }) => question,
      ),
    },
    answerKey: Object.fromEntries(content.questions.map(({ id, key }) => [id, key])),
    feedback: feedback.length > 0 ? (Object.fromEntries(feedback) as QuizFeedback) : null,
  };
}
