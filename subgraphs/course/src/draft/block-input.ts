import type { AnswerKey } from '@lyceum/events/course';
import { badInput } from '@lyceum/platform/errors';
import { newId } from '@lyceum/platform/ids';
import type { z } from 'zod';
import { QuestionKind } from '../content/content.types.js';
import type { BlockKind } from '../../generated/prisma/enums.js';
import type {
  BlockContentInput,
  QuestionFeedbackInput,
  QuizBlockInput,
  QuizQuestionInput,
} from './block-input.types.js';
import { draftBlock, type DraftBlock } from './draft-tree.js';

const PARTS = {
  page: 'PAGE',
  video: 'VIDEO',
  link: 'LINK',
  document: 'DOCUMENT',
  quiz: 'QUIZ',
} as const satisfies Record<keyof BlockContentInput, BlockKind>;

/**
 * The block that an input describes by its one part.
 * @throws BAD_USER_INPUT with the path within `input`
 */
export function parseBlock(title: string, input: BlockContentInput): DraftBlock {
  const given = (Object.keys(PARTS) as (keyof BlockContentInput)[]).filter(
    (part) => input[part] != null,
  );
  const [part] = given;
  if (!part || given.length > 1) {
    throw badInput(['input'], 'EXACTLY_ONE', 'Give one of page, video, link, document and quiz.');
  }
  const content = part === 'quiz' ? quizContent(input.quiz!) : withoutUnset(input[part]!);
  const result = draftBlock.safeParse({ ...DEFAULTS[part], ...content, kind: PARTS[part], title });
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  throw badInput(
    path[0] === 'title' ? ['input', 'title'] : ['input', part, ...path],
    reasonOf(issue),
    issue.message,
  );
}

/** A check of our own says its reason; one of zod's is told by its kind. */
function reasonOf(issue: z.core.$ZodIssue): string {
  const own: unknown = issue.code === 'custom' ? issue.params?.['reason'] : undefined;
  return typeof own === 'string' ? own : issue.code.toUpperCase();
}

const DEFAULTS: Record<keyof BlockContentInput, object> = {
  page: {},
  video: { durationSeconds: null, transcriptUrl: null },
  link: { description: '' },
  document: { byteLength: null },
  quiz: {},
};

function withoutUnset(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value != null));
}

function quizContent(quiz: QuizBlockInput): object {
  return {
    introduction: quiz.introduction ?? '',
    passingPercent: quiz.passingPercent ?? 50,
    attemptsAllowed: quiz.attemptsAllowed ?? null,
    completion: quiz.completion ?? undefined,
    showFeedback: quiz.showFeedback ?? undefined,
    questions: quiz.questions.map((question) => ({
      id: question.id ?? newId(),
      kind: question.kind,
      prompt: question.prompt ?? undefined,
      promptHtml: question.promptHtml ?? undefined,
      points: question.points ?? 1,
      choices: (question.choices ?? []).map(({ id, text, html }) => ({
        id,
        text: text ?? undefined,
        html: html ?? undefined,
      })),
      key: keyOf(question),
      feedback: question.feedback ? feedbackOf(question.feedback) : undefined,
    })),
  };
}

function feedbackOf({ choices, hints, ...texts }: QuestionFeedbackInput): object {
  return {
    ...withoutUnset(texts),
    choices: (choices ?? []).map((choice) => withoutUnset(choice)),
    hints: hints ?? [],
  };
}

/** The key of the question's kind. It may be empty in a draft; publishing asks for it. */
function keyOf(question: QuizQuestionInput): AnswerKey {
  switch (question.kind) {
    case QuestionKind.NUMERIC:
      return { kind: 'NUMERIC', ranges: question.acceptedRanges ?? [] };
    case QuestionKind.TEXT:
      return {
        kind: 'TEXT',
        accepted: question.acceptedTexts ?? [],
        caseSensitive: question.caseSensitive ?? false,
      };
    default:
      return { kind: 'CHOICES', choiceIds: question.correctChoiceIds ?? [] };
  }
}
