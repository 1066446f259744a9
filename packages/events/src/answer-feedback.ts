import { z } from 'zod';

/** An answer as progress marked it: what course needs to say the author's feedback of it. */
export const answeredQuestion = z.object({
  courseId: z.uuid(),
  /** The published version that was answered, from 1. */
  versionNumber: z.int(),
  blockId: z.uuid(),
  questionId: z.string(),
  correct: z.boolean(),
  /** Null where it is not known what was chosen. */
  choiceIds: z.array(z.string()).nullable(),
});
export type AnsweredQuestion = z.infer<typeof answeredQuestion>;

/**
 * The id of the entity `AnswerFeedback`, which progress refers to and course resolves. It says what
 * was answered, never what would be right.
 */
export function answerFeedbackId(answer: AnsweredQuestion): string {
  const { courseId, versionNumber, blockId, questionId, correct, choiceIds } = answer;
  const parts = [courseId, versionNumber, blockId, questionId, correct, choiceIds];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @returns null for what is no such id */
export function readAnswerFeedbackId(id: string): AnsweredQuestion | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(id, 'base64url').toString());
    if (!Array.isArray(parts)) return null;
    const [courseId, versionNumber, blockId, questionId, correct, choiceIds] = parts as unknown[];
    const given = { courseId, versionNumber, blockId, questionId, correct, choiceIds };
    return answeredQuestion.safeParse(given).data ?? null;
  } catch {
    return null;
  }
}
