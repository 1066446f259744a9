import { describe, expect, it } from '@jest/globals';
import {
  ANNOUNCED_FOR_MS,
  nextKeyFrom,
  publishedKeys,
  signingKeyAt,
  SIGNS_FOR_MS,
} from './signing-key.rules.js';

const START = new Date('2026-01-05T09:00:00.000Z');
const at = (milliseconds: number) => new Date(START.getTime() + milliseconds);
const GRACE_MS = 900_000;

describe('signing keys', () => {
  it('begin with one that signs at once', () => {
    expect(nextKeyFrom([], START)).toEqual(START);
  });

  it('get a successor a day before they are due, which signs from then on', () => {
    const first = { activeFrom: START };
    expect(nextKeyFrom([first], at(SIGNS_FOR_MS - ANNOUNCED_FOR_MS - 1))).toBeNull();
    const second = { activeFrom: nextKeyFrom([first], at(SIGNS_FOR_MS - ANNOUNCED_FOR_MS))! };
    expect(second.activeFrom).toEqual(at(SIGNS_FOR_MS));

    const keys = [first, second];
    expect(nextKeyFrom(keys, at(SIGNS_FOR_MS))).toBeNull();
    expect(signingKeyAt(keys, at(SIGNS_FOR_MS - 1))).toBe(first);
    expect(signingKeyAt(keys, at(SIGNS_FOR_MS))).toBe(second);
  });

  it('are announced for a day even when nobody looked for long', () => {
    const late = at(10 * SIGNS_FOR_MS);
    const next = nextKeyFrom([{ activeFrom: START }], late);
    expect(next).toEqual(new Date(late.getTime() + ANNOUNCED_FOR_MS));
  });

  it('stay published until the last token signed with them has expired', () => {
    const first = { activeFrom: START };
    const second = { activeFrom: at(1000) };
    expect(publishedKeys([first, second], START, GRACE_MS)).toEqual([second, first]);
    expect(publishedKeys([first, second], at(1000 + GRACE_MS - 1), GRACE_MS)).toContain(first);
    expect(publishedKeys([first, second], at(1000 + GRACE_MS), GRACE_MS)).toEqual([second]);
  });
});
