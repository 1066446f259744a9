import type { ShowFeedback } from '@lyceum/events/course';

/** How far a learner has come with a quiz, over all attempts. */
export interface Tries {
  readonly passed: boolean;
  readonly made: number;
  /** What was granted to the learner included; null: as often as one likes. */
  readonly attemptsAllowed: number | null;
}

/** Whether feedback on submitted answers is open to the learner, by what the author of the quiz set. */
export function isFeedbackOpen(
  show: ShowFeedback | undefined,
  { passed, made, attemptsAllowed }: Tries,
): boolean {
  switch (show) {
    case 'NEVER':
      return false;
    case 'WHEN_PASSED_OR_EXHAUSTED':
      return passed || (attemptsAllowed !== null && made >= attemptsAllowed);
    case 'AFTER_SUBMISSION':
    case undefined:
      return true;
  }
}
