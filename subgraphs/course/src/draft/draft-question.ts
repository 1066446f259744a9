import { answerKey, questionKind } from '@lyceum/events/course';
import { z } from 'zod';
import { readableText } from '../content/readable-text.rules.js';
import { equalTexts, richText, toldApart, type RichText } from '../content/rich-text.rules.js';
import { sanitizePage } from '../content/sanitize.js';

/** How long the texts of a question may be, in characters. */
export const QUESTION_LIMITS = {
  prompt: 10_000,
  promptHtml: 100_000,
  choice: 2_000,
  choiceHtml: 50_000,
  choices: 50,
  feedbackHtml: 100_000,
  hints: 20,
} as const;

const id = z.string().regex(/^[\w.-]{1,100}$/);
const sanitized = (longest: number) => z.string().max(longest).transform(sanitizePage);
const plain = (longest: number) => z.string().trim().min(1).max(longest);

const choice = z
  .object({
    /** Unique within the question. */
    id,
    /** Plain text; made from `html` where that is given. */
    text: plain(QUESTION_LIMITS.choice).optional(),
    html: sanitized(QUESTION_LIMITS.choiceHtml).optional(),
  })
  .transform(({ text, html, ...own }, context): { id: string } & RichText => ({
    ...own,
    ...textOf({ text, html }, QUESTION_LIMITS.choice, ['text', 'html'], context),
  }));

/** Null when nothing is left of it that shows something. */
const feedbackHtml = sanitized(QUESTION_LIMITS.feedbackHtml)
  .transform((html) => (readableText(html) === '' ? null : html.trim()))
  .nullable()
  .default(null);

/** What is shown of a question once it is answered: sanitized HTML, null where there is none. */
export const questionFeedback = z.object({
  /** Of a right and of a wrong answer. */
  correct: feedbackHtml,
  incorrect: feedbackHtml,
  /** Of single choices: when they were chosen, and when they were not. */
  choices: z
    .array(z.object({ choiceId: id, selected: feedbackHtml, unselected: feedbackHtml }))
    .max(QUESTION_LIMITS.choices)
    .default([])
    .transform((all) => all.filter(({ selected, unselected }) => selected ?? unselected)),
  /** How the question is solved. */
  solution: feedbackHtml,
  /** In the order in which they help. */
  hints: z
    .array(feedbackHtml)
    .max(QUESTION_LIMITS.hints)
    .default([])
    .transform((all) => all.filter((hint) => hint !== null)),
});
export type QuestionFeedback = z.output<typeof questionFeedback>;

export const draftQuestion = z
  .object({
    /** Unique within the quiz, and stable: attempts refer to it. */
    id,
    kind: questionKind,
    /** Plain text; made from `promptHtml` where that is given. */
    prompt: plain(QUESTION_LIMITS.prompt).optional(),
    promptHtml: sanitized(QUESTION_LIMITS.promptHtml).optional(),
    /** 0: asked, and counts for nothing. */
    points: z.number().min(0).max(1_000),
    /** For the kinds with choices; else empty. No two look the same. */
    choices: z.array(choice).max(QUESTION_LIMITS.choices),
    key: answerKey,
    feedback: questionFeedback.optional(),
  })
  .transform(({ prompt, promptHtml, choices, feedback, ...own }, context) => {
    const given = { text: prompt, html: promptHtml };
    const fields = ['prompt', 'promptHtml'] as const;
    const { text, html } = textOf(given, QUESTION_LIMITS.prompt, fields, context);
    const equal = equalTexts(choices);
    if (equal) {
      issue(context, ['choices', equal[1]], 'EQUAL_CHOICES', 'Two choices look the same.');
    }
    const known = new Set(choices.map((one) => one.id));
    feedback?.choices.forEach(({ choiceId }, index) => {
      // A choice is spoken of once.
      if (known.delete(choiceId)) return;
      const path = ['feedback', 'choices', index, 'choiceId'];
      issue(context, path, 'UNKNOWN_CHOICE', 'The question has no such choice, or it came before.');
    });
    return {
      ...own,
      ...(feedback && saysSomething(feedback) ? { feedback } : {}),
      prompt: text,
      ...(html === undefined ? {} : { promptHtml: html }),
      choices: toldApart(choices, QUESTION_LIMITS.choice),
    };
  });
export type DraftQuestion = z.output<typeof draftQuestion>;

function saysSomething(feedback: QuestionFeedback): boolean {
  return Object.values(feedback).some((part) => part !== null && part.length > 0);
}

/** A text given as plain text or as HTML, by exactly one of the two. */
function textOf(
  { text, html }: { text: string | undefined; html: string | undefined },
  longest: number,
  [textField, htmlField]: readonly [string, string],
  context: z.RefinementCtx,
): RichText {
  if (html === undefined || text !== undefined) {
    if (text !== undefined && html === undefined) return { text };
    issue(context, [textField], 'EXACTLY_ONE', `Give one of ${textField} and ${htmlField}.`);
    return { text: text ?? '' };
  }
  const rich = richText(html.trim(), longest);
  if (rich.text === '') {
    issue(context, [htmlField], 'EMPTY', 'Nothing is left of the HTML without what is unsafe.');
  }
  return rich;
}

function issue(
  context: z.RefinementCtx,
  path: (string | number)[],
  reason: string,
  message: string,
): void {
  context.addIssue({ code: 'custom', path, message, params: { reason } });
}
