import { registerEnumType } from 'type-graphql';

export enum QuizCompletion {
  PASSED = 'PASSED',
  SUBMITTED = 'SUBMITTED',
}
registerEnumType(QuizCompletion, {
  name: 'QuizCompletion',
  description: 'What of a quiz counts toward a topic with the completion rule QUIZ_SCORE.',
  valuesConfig: {
    PASSED: { description: 'An attempt reached the passing percent of the quiz.' },
    SUBMITTED: { description: 'The quiz was submitted, with any score.' },
  },
});
