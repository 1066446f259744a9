import type { Block } from '../../generated/prisma/client.js';
import type {
  DocumentContent,
  LinkContent,
  PageContent,
  QuizContent,
  VideoContent,
} from './block-content.js';
import { videoProvider } from './content.rules.js';
import { resolveMediaAddress, resolveMediaInHtml, type MediaUrl } from './media-url.js';
import { shownHtml } from './rich-text.rules.js';

/** A block as it is read: without its answer key and feedback, which take reads of their own. */
export type BlockRow = Omit<Block, 'answerKey' | 'feedback'>;

/** What the GraphQL types of blocks are resolved from: the row, its content, its media in reach. */
export function blockView(row: BlockRow, mediaUrl: MediaUrl) {
  const { content, ...place } = row;
  const address = (url: string) => resolveMediaAddress(url, row.organizationId, mediaUrl);
  const html = (text: string) => resolveMediaInHtml(text, row.organizationId, mediaUrl);
  switch (row.kind) {
    case 'PAGE':
      return { ...place, html: html((content as unknown as PageContent).html) };
    case 'VIDEO': {
      const { url, durationSeconds, transcriptUrl } = content as unknown as VideoContent;
      return {
        ...place,
        url: address(url),
        provider: videoProvider(url),
        durationSeconds,
        transcriptUrl: transcriptUrl && address(transcriptUrl),
      };
    }
    case 'LINK':
      return { ...place, ...(content as unknown as LinkContent) };
    case 'DOCUMENT': {
      const document = content as unknown as DocumentContent;
      return { ...place, ...document, url: address(document.url) };
    }
    case 'QUIZ': {
      const quiz = content as unknown as QuizContent;
      return {
        ...place,
        ...quiz,
        introduction: html(quiz.introduction),
        completion: quiz.completion ?? 'PASSED',
        showFeedback: quiz.showFeedback ?? 'AFTER_SUBMISSION',
        questions: quiz.questions.map((question) => ({
          ...question,
          promptHtml: html(shownHtml({ text: question.prompt, html: question.promptHtml })),
          choices: question.choices.map((choice) => ({ ...choice, html: html(shownHtml(choice)) })),
        })),
      };
    }
  }
}
