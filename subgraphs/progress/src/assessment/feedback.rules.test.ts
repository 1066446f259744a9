import { expect, it } from '@jest/globals';
import { isFeedbackOpen } from './feedback.rules.js';

const [open, failed] = [
  { passed: true, made: 1, attemptsAllowed: 2 },
  { passed: false, made: 1, attemptsAllowed: 2 },
];
it.each([
  ['NEVER', open, false],
  ['NEVER', { ...failed, made: 2 }, false],
  ['AFTER_SUBMISSION', failed, true],
  [undefined, failed, true],
  ['WHEN_PASSED_OR_EXHAUSTED', failed, false],
  ['WHEN_PASSED_OR_EXHAUSTED', { ...failed, attemptsAllowed: null, made: 99 }, false],
  ['WHEN_PASSED_OR_EXHAUSTED', { ...failed, made: 2 }, true],
  ['WHEN_PASSED_OR_EXHAUSTED', open, true],
] as const)('feedback set to %s, after %j, is open: %s', (show, tries, expected) => {
  expect(isFeedbackOpen(show, tries)).toBe(expected);
});
