import type { ShowFeedback } from '@lyceum/events/course';
import type { z } from 'zod';
import type { draftQuestion } from '../../draft/draft-question.js';
import type { SkipReason } from '../import-report.js';
import { QUESTION_REASONS, type OlxQuestion } from './problem-response.js';

/** A question as a draft has it, but for its points. */
export function questionInput(
  question: OlxQuestion & { number: number },
  rewrite: (html: string) => string,
): Omit<z.input<typeof draftQuestion>, 'points'> {
  const { kind, ranges, accepted, caseSensitive } = question;
  const own = { id: `q${question.number}`, kind, promptHtml: rewrite(question.promptHtml) };
  const feedback = feedbackInput(question, rewrite);
  if (kind === 'NUMERIC') return { ...own, choices: [], key: { kind, ranges }, feedback };
  if (kind === 'TEXT') {
    return { ...own, choices: [], key: { kind, accepted, caseSensitive }, feedback };
  }
  const choices = question.choices.map(({ html }, i) => ({ id: `c${i + 1}`, html: rewrite(html) }));
  const choiceIds = question.choices.flatMap(({ correct }, i) => (correct ? [`c${i + 1}`] : []));
  return { ...own, choices, key: { kind: 'CHOICES', choiceIds }, feedback };
}

function feedbackInput(
  { choices, feedback }: OlxQuestion,
  rewrite: (html: string) => string,
): z.input<typeof draftQuestion>['feedback'] {
  return {
    correct: rewrite(feedback.correct),
    choices: choices.map(({ selected, unselected }, i) => ({
      choiceId: `c${i + 1}`,
      selected: rewrite(selected),
      unselected: rewrite(unselected),
    })),
    solution: rewrite(feedback.solution),
    hints: feedback.hints.map(rewrite),
  };
}

/** Why a question cannot be kept as it was read. */
export function refusal(issue: z.core.$ZodIssue | undefined): { code: SkipReason; reason: string } {
  const own: unknown = issue?.code === 'custom' ? issue.params?.['reason'] : undefined;
  if (own === 'EQUAL_CHOICES') {
    return { code: 'UNSUPPORTED_PROBLEM', reason: QUESTION_REASONS.EQUAL_CHOICES };
  }
  if (own === 'EMPTY') {
    const reason = issue?.path.includes('choices') ? 'NO_CHOICES' : 'NO_QUESTION';
    return { code: 'UNSUPPORTED_PROBLEM', reason: QUESTION_REASONS[reason] };
  }
  return { code: 'TOO_LARGE', reason: `${issue?.path.join('.')}: ${issue?.message}` };
}

/**
 * When solutions are shown, by the `showanswer` of a problem or course; Open edX's own default is
 * `finished`. Dates and numbers of attempts have no counterpart: the stricter rule is taken.
 */
export function showFeedbackOf(showAnswer: string): ShowFeedback {
  switch (showAnswer.trim().toLowerCase()) {
    case 'never':
      return 'NEVER';
    case 'always':
    case 'attempted':
    case 'attempted_no_past_due':
      return 'AFTER_SUBMISSION';
    default:
      return 'WHEN_PASSED_OR_EXHAUSTED';
  }
}
