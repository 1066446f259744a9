import type { AnswerKey, StructureQuestion } from '@lyceum/events/course';

/** What a learner answered to one question; what does not fit its kind is null or empty. */
export interface Answer {
  readonly questionId: string;
  readonly choiceIds: readonly string[];
  readonly text: string | null;
  readonly number: number | null;
}

export interface MarkedAnswer {
  questionId: string;
  prompt: string;
  /** Readable: the texts of the choices, the number, the text; empty when unanswered. */
  response: string;
  /** What was chosen; empty for questions without choices. */
  choiceIds: string[];
  /** Whether it was answered at all. To choose none of many is an answer. */
  answered: boolean;
  correct: boolean;
  points: number;
  maxPoints: number;
}

export interface Mark {
  score: number;
  maxScore: number;
  /** 0–100, not rounded. A quiz without points is passed by handing it in: 100. */
  percent: number;
  passed: boolean;
  answers: MarkedAnswer[];
}

/** Relative, for numbers that binary fractions cannot hold: 0.1 + 0.2 lies in 0.3 … 0.3. */
const EPSILON = 1e-9;

export type UnacceptableAnswer = 'UNKNOWN_QUESTION' | 'ANSWERED_TWICE' | 'UNKNOWN_CHOICE';

/** The first answer that cannot belong to this quiz, and why; null when all can. */
export function unacceptable(
  questions: readonly StructureQuestion[],
  answers: readonly Answer[],
): { index: number; reason: UnacceptableAnswer } | null {
  const byId = new Map(questions.map((question) => [question.id, question]));
  const seen = new Set<string>();
  for (const [index, answer] of answers.entries()) {
    const question = byId.get(answer.questionId);
    if (!question) return { index, reason: 'UNKNOWN_QUESTION' };
    if (seen.has(answer.questionId)) return { index, reason: 'ANSWERED_TWICE' };
    seen.add(answer.questionId);
    const choices = new Set(question.choices.map((choice) => choice.id));
    if (!answer.choiceIds.every((id) => choices.has(id))) {
      return { index, reason: 'UNKNOWN_CHOICE' };
    }
  }
  return null;
}

/**
 * Marks a quiz: each question earns its points or none, unanswered ones none, and the score is
 * their sum.
 * @param passingPercent 0–100
 */
export function mark(
  questions: readonly StructureQuestion[],
  passingPercent: number,
  answers: readonly Answer[],
): Mark {
  const byQuestion = new Map(answers.map((answer) => [answer.questionId, answer]));
  const marked = questions.map((question) => {
    const answer = byQuestion.get(question.id);
    const correct = answer !== undefined && isCorrect(question, answer);
    return {
      questionId: question.id,
      prompt: question.prompt,
      response: answer ? responseText(question, answer) : '',
      choiceIds: [...new Set(answer?.choiceIds)],
      answered: answer !== undefined && isAnswered(question, answer),
      correct,
      points: correct ? question.points : 0,
      maxPoints: question.points,
    };
  });
  const score = exact(sum(marked.map((answer) => answer.points)));
  const maxScore = exact(sum(questions.map((question) => question.points)));
  const percent = maxScore > 0 ? Math.min(100, (100 * score) / maxScore) : 100;
  return { score, maxScore, percent, passed: percent >= passingPercent - EPSILON, answers: marked };
}

/** Whether an answer is right; by the kind of its question's key. */
export function isCorrect(question: StructureQuestion, answer: Answer): boolean {
  const { key } = question;
  if (key.kind === 'NUMERIC') return isWithin(key, numberOf(answer));
  if (key.kind === 'TEXT') return isAccepted(key, answer.text);
  return question.kind === 'MULTIPLE_CHOICE'
    ? sameSet(key.choiceIds, answer.choiceIds)
    : answer.choiceIds.length === 1 && key.choiceIds.includes(answer.choiceIds[0]!);
}

function isAnswered({ kind }: StructureQuestion, { choiceIds, text, number }: Answer): boolean {
  if (kind === 'MULTIPLE_CHOICE' || choiceIds.length > 0 || number !== null) return true;
  return text !== null && text.trim() !== '';
}

/** All or nothing: every right choice, and no other. */
function sameSet(wanted: readonly string[], given: readonly string[]): boolean {
  const chosen = new Set(given);
  return chosen.size === new Set(wanted).size && wanted.every((id) => chosen.has(id));
}

function isWithin(key: Extract<AnswerKey, { kind: 'NUMERIC' }>, value: number | null): boolean {
  if (value === null || !Number.isFinite(value)) return false;
  return key.ranges.some(({ minimum, maximum }) => {
    const slack = EPSILON * Math.max(1, Math.abs(minimum), Math.abs(maximum));
    return value >= minimum - slack && value <= maximum + slack;
  });
}

/** A number may also come as text, as from a plain input field: `3.5`, `-2`, `1e3`. */
function numberOf(answer: Answer): number | null {
  if (answer.number !== null) return answer.number;
  const text = answer.text?.trim();
  return text ? Number(text) : null;
}

function isAccepted(key: Extract<AnswerKey, { kind: 'TEXT' }>, text: string | null): boolean {
  if (text === null) return false;
  const given = comparable(text, key.caseSensitive);
  return given !== '' && key.accepted.some((one) => comparable(one, key.caseSensitive) === given);
}

/** Outer spaces, the number of inner ones and the Unicode form of letters never matter. */
function comparable(text: string, caseSensitive: boolean): string {
  const plain = text.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
  return caseSensitive ? plain : plain.toLowerCase();
}

function responseText(question: StructureQuestion, answer: Answer): string {
  if (answer.choiceIds.length > 0) {
    const texts = new Map(question.choices.map((choice) => [choice.id, choice.text]));
    return answer.choiceIds.map((id) => texts.get(id) ?? id).join(', ');
  }
  return answer.number === null ? (answer.text ?? '') : String(answer.number);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Without the dust of adding binary fractions. */
function exact(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
