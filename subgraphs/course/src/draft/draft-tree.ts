import { quizCompletion, showFeedback } from '@lyceum/events/course';
import { z } from 'zod';
import { sanitizePage } from '../content/sanitize.js';
import { draftQuestion } from './draft-question.js';

/** How large a course may grow. Generous for teaching, small enough to be read and published whole. */
export const LIMITS = {
  title: 300,
  html: 500_000,
  modules: 200,
  lessonsOfModule: 500,
  topicsOfLesson: 500,
  blocksOfTopic: 200,
  topics: 5_000,
  blocks: 20_000,
  questions: 100,
} as const;

const title = z.string().trim().min(1).max(LIMITS.title);
/** Given when a part has to have it: links lead to it, or it is imported again. Made when written otherwise. */
const id = z.uuid().optional();
const html = z.string().max(LIMITS.html).transform(sanitizePage);

/** `https://…`, or `media:<id>` for a file that was uploaded to the course. */
const mediaAddress = z
  .string()
  .max(2_000)
  .refine(isMediaAddress, 'Give an http(s) address, or media:<id> of an uploaded file.');
const webAddress = z
  .string()
  .max(2_000)
  .refine((text) => isAddress(text, ['http:', 'https:', 'mailto:']), 'Give an http(s) address.');

const plainText = (max: number) => z.string().trim().min(1).max(max);

/** The content of each kind of block, without its place. */
export const draftBlock = z.discriminatedUnion('kind', [
  z.object({ id, kind: z.literal('PAGE'), title, html }),
  z.object({
    id,
    kind: z.literal('VIDEO'),
    title,
    url: mediaAddress,
    durationSeconds: z.int().min(0).max(360_000).nullable(),
    transcriptUrl: mediaAddress.nullable(),
  }),
  z.object({
    id,
    kind: z.literal('LINK'),
    title,
    url: webAddress,
    description: z.string().trim().max(5_000),
  }),
  z.object({
    id,
    kind: z.literal('DOCUMENT'),
    title,
    url: mediaAddress,
    filename: plainText(255),
    contentType: z.string().regex(/^[\w.+-]{1,100}\/[\w.+-]{1,100}$/),
    byteLength: z.int().min(0).max(2_000_000_000).nullable(),
  }),
  z
    .object({
      id,
      kind: z.literal('QUIZ'),
      title,
      /** Sanitized HTML above the questions; empty for none. */
      introduction: html,
      passingPercent: z.number().min(0).max(100),
      attemptsAllowed: z.int().min(1).max(1_000).nullable(),
      completion: quizCompletion.default('PASSED'),
      showFeedback: showFeedback.default('AFTER_SUBMISSION'),
      questions: z.array(draftQuestion).max(LIMITS.questions),
    })
    .superRefine((quiz, context) => {
      const seen = new Set<string>();
      quiz.questions.forEach((question, i) => {
        if (seen.has(question.id)) {
          context.addIssue({
            code: 'custom',
            path: ['questions', i, 'id'],
            message: 'Two questions have the same id.',
          });
        }
        seen.add(question.id);
      });
    }),
]);
export type DraftBlock = z.infer<typeof draftBlock>;

export const draftTopic = z.object({
  id,
  title,
  completionRule: z.enum(['VIEW', 'QUIZ_SCORE', 'MANUAL']),
  blocks: z.array(draftBlock).max(LIMITS.blocksOfTopic),
});
export const draftLesson = z.object({
  id,
  title,
  topics: z.array(draftTopic).max(LIMITS.topicsOfLesson),
});
export const draftModule = z.object({
  id,
  title,
  lessons: z.array(draftLesson).max(LIMITS.lessonsOfModule),
});

/**
 * A whole course in order, as importers and samples make it, before it has ids. Parsing trims,
 * sanitizes HTML and checks every bound; whether it can be *published* (each quiz has its keys, …)
 * is decided later, so that a draft may be unfinished.
 */
export const draftTree = z
  .object({ modules: z.array(draftModule).max(LIMITS.modules) })
  .superRefine((tree, context) => {
    const topics = tree.modules.flatMap((m) => m.lessons.flatMap((lesson) => lesson.topics));
    if (topics.length > LIMITS.topics) {
      context.addIssue({ code: 'custom', path: ['modules'], message: 'Too many topics.' });
    }
    if (topics.reduce((sum, topic) => sum + topic.blocks.length, 0) > LIMITS.blocks) {
      context.addIssue({ code: 'custom', path: ['modules'], message: 'Too many blocks.' });
    }
  });
/** What to give to `draftTree.parse`. */
export type DraftTreeInput = z.input<typeof draftTree>;
/** Parsed: what `draftWriter.write` takes. */
export type DraftTree = z.output<typeof draftTree>;

function isAddress(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

function isMediaAddress(text: string): boolean {
  return /^media:[\w-]{1,100}$/.test(text) || isAddress(text, ['http:', 'https:']);
}
