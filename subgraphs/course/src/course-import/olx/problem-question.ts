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
  if (kind === 'NUMERIC') return { ...own, choices: [], key: { kind, ranges } };
  if (kind === 'TEXT') return { ...own, choices: [], key: { kind, accepted, caseSensitive } };
  const choices = question.choices.map(({ html }, i) => ({ id: `c${i + 1}`, html: rewrite(html) }));
  const choiceIds = question.choices.flatMap(({ correct }, i) => (correct ? [`c${i + 1}`] : []));
  return { ...own, choices, key: { kind: 'CHOICES', choiceIds } };
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
