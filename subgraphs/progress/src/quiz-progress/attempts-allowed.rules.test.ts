import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  attemptsAllowed,
  attemptsLeft,
  grantRefusal,
  MAX_ATTEMPTS_GRANTED,
  type Grant,
} from './attempts-allowed.rules.js';

const grant = (attempts: number, attemptsMade: number): Grant => ({ attempts, attemptsMade });

describe('attempts that were granted', () => {
  it.each<[string, number | null, Grant[], number | null]>([
    ['without any, are those of the author', 2, [], 2],
    ['come on top of the limit', 1, [grant(2, 1)], 3],
    ['add up', 1, [grant(2, 1), grant(1, 3)], 4],
    ['can be given before any was made', 2, [grant(1, 0)], 3],
    ['are of no account where there is no limit', null, [grant(2, 1)], null],
    ['come on top of what was made when the limit was lowered since', 1, [grant(1, 3)], 4],
    ['grow with the limit', 5, [grant(2, 1)], 7],
    ['stop where an Int ends', 2 ** 31 - 1, [grant(100, 1)], 2 ** 31 - 1],
  ])('%s', (_name, limit, grants, expected) => {
    expect(attemptsAllowed(limit, grants)).toBe(expected);
  });

  it('are there to be used, and none is ever taken away, whatever the author allows', () => {
    const grants = fc.array(
      fc.record({ attempts: fc.integer({ min: 1, max: 100 }), attemptsMade: fc.nat(50) }),
    );
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), grants, (limit, more, given) => {
        const allowed = attemptsAllowed(limit, given)!;
        const [last, before] = [given.at(-1), given.slice(0, -1)];
        expect(allowed).toBeGreaterThanOrEqual(limit);
        expect(attemptsAllowed(limit + more, given)).toBeGreaterThanOrEqual(allowed);
        if (!last) return;
        expect(attemptsLeft(allowed, last.attemptsMade)).toBeGreaterThanOrEqual(last.attempts);
        expect(allowed).toBeGreaterThanOrEqual(attemptsAllowed(limit, before)! + last.attempts);
      }),
    );
  });

  it('leave none, not fewer, when more were made than are allowed', () => {
    expect(attemptsLeft(1, 3)).toBe(0);
    expect(attemptsLeft(null, 3)).toBeNull();
  });
});

it.each([
  [1, [], 1, null],
  [1, [grant(MAX_ATTEMPTS_GRANTED - 1, 1)], 1, null],
  [1, [grant(MAX_ATTEMPTS_GRANTED - 1, 1)], 2, 'TOO_MANY_GRANTED'],
  [null, [], 1, 'ATTEMPTS_UNLIMITED'],
] as const)('limit %s and grants %j: %s more is refused as %s', (limit, grants, more, expected) => {
  expect(grantRefusal(limit, grants, more)).toBe(expected);
});
