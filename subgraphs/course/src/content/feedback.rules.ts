import type { AnsweredQuestion } from '@lyceum/events/answer-feedback';
import type { QuestionFeedback } from '../draft/draft-question.js';

type Shown = (html: string) => string;

/** Feedback as authors read it, with the addresses of its files. */
export function authoredFeedback(questionId: string, feedback: QuestionFeedback, shown: Shown) {
  const { correct, incorrect, choices, solution, hints } = feedback;
  const orNull = (html: string | null) => (html === null ? null : shown(html));
  return {
    questionId,
    correct: orNull(correct),
    incorrect: orNull(incorrect),
    choices: choices.map(({ choiceId, selected, unselected }) => ({
      choiceId,
      selected: orNull(selected),
      unselected: orNull(unselected),
    })),
    solution: orNull(solution),
    hints: hints.map(shown),
  };
}

/** Feedback as the learner reads it who gave this answer. */
export function answerFeedback(
  id: string,
  answer: AnsweredQuestion,
  feedback: QuestionFeedback | undefined,
  shown: Shown,
) {
  if (!feedback) return { id, message: null, choices: [], solution: null, hints: [] };
  const all = authoredFeedback(answer.questionId, feedback, shown);
  const chosen = answer.choiceIds;
  return {
    id,
    message: answer.correct ? all.correct : all.incorrect,
    choices: all.choices.flatMap(({ choiceId, selected, unselected }) => {
      const html = chosen && (chosen.includes(choiceId) ? selected : unselected);
      return html ? [{ choiceId, html }] : [];
    }),
    solution: all.solution,
    hints: all.hints,
  };
}
