import type { AnswerKey } from '@lyceum/events/course';
import type { DraftQuestion } from '../draft/draft-question.js';
import type { DraftBlock } from '../draft/draft-tree.js';

type ContentOf<K extends DraftBlock['kind']> = Omit<
  Extract<DraftBlock, { kind: K }>,
  'kind' | 'title'
>;
export type PageContent = ContentOf<'PAGE'>;
export type VideoContent = ContentOf<'VIDEO'>;
export type LinkContent = ContentOf<'LINK'>;
export type DocumentContent = ContentOf<'DOCUMENT'>;
/** A quiz as learners may see it: its questions have no keys. */
export type QuizContent = Omit<ContentOf<'QUIZ'>, 'questions'> & {
  questions: Omit<DraftQuestion, 'key'>[];
};
/** The keys of a quiz by question id; lives in a column of its own. */
export type QuizKeys = Record<string, AnswerKey>;

/** What the columns `content` and `answer_key` of a block hold. */
export interface StoredContent {
  content: PageContent | VideoContent | LinkContent | DocumentContent | QuizContent;
  answerKey: QuizKeys | null;
}

/** Takes the keys out of what learners may see. */
export function storedContent(block: DraftBlock): StoredContent {
  const { kind: _kind, title: _title, ...content } = block;
  if (!('questions' in content)) return { content, answerKey: null };
  return {
    content: {
      ...content,
      questions: content.questions.map(({ key: _key, ...question }) => question),
    },
    answerKey: Object.fromEntries(content.questions.map(({ id, key }) => [id, key])),
  };
}
