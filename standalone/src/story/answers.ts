export interface Question {
  id: string;
  kind: 'SINGLE_CHOICE' | 'MULTIPLE_CHOICE' | 'DROPDOWN' | 'NUMERIC' | 'TEXT';
  choices: readonly { id: string }[];
}

export interface AnswerKey {
  questionId: string;
  choiceIds: string[] | null;
  ranges: { minimum: number; maximum: number }[] | null;
  accepted: string[] | null;
}

/** As `submitAnswer` takes it. */
export interface Answer {
  questionId: string;
  choiceIds?: string[];
  number?: number;
  text?: string;
}

/** The answer that earns all points. */
export function rightAnswer(question: Question, key: AnswerKey): Answer {
  const { id: questionId, kind } = question;
  const { choiceIds, ranges, accepted } = key;
  switch (kind) {
    case 'NUMERIC':
      return { questionId, number: middleOf(ranges?.[0]) };
    case 'TEXT':
      return { questionId, text: accepted?.[0] ?? '' };
    case 'MULTIPLE_CHOICE':
      return { questionId, choiceIds: choiceIds ?? [] };
    default:
      return { questionId, choiceIds: (choiceIds ?? []).slice(0, 1) };
  }
}

/** An answer that a learner could give and that earns nothing, or not all. */
export function wrongAnswer(question: Question, key: AnswerKey): Answer {
  const { id: questionId, kind, choices } = question;
  const right = new Set(key.choiceIds);
  const wrong = choices.filter(({ id }) => !right.has(id)).map(({ id }) => id);
  switch (kind) {
    case 'NUMERIC':
      return { questionId, number: Math.max(...(key.ranges ?? []).map((r) => r.maximum), 0) + 1 };
    case 'TEXT':
      return { questionId, text: 'no idea' };
    case 'MULTIPLE_CHOICE':
      // Where every choice is right, choosing none is the mistake.
      return { questionId, choiceIds: wrong };
    default:
      return { questionId, choiceIds: wrong.slice(0, 1) };
  }
}

function middleOf(range: { minimum: number; maximum: number } | undefined): number {
  if (!range) return 0;
  return range.minimum + (range.maximum - range.minimum) / 2;
}
