import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCode, verificationCode } from './verification-code.rules.js';

const random = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('a verification code', () => {
  it('is 26 letters and digits in groups, none that look alike', () => {
    const pattern = /^(?:[0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{6}$/;
    fc.assert(
      fc.property(random, (bytes) => {
        expect(verificationCode(bytes)).toMatch(pattern);
      }),
    );
    expect(() => verificationCode(new Uint8Array(8))).toThrow(RangeError);
  });

  it('keeps every bit', () => {
    fc.assert(
      fc.property(random, random, (one, other) => {
        const same = one.every((byte, i) => byte === other[i]);
        expect(verificationCode(one) === verificationCode(other)).toBe(same);
      }),
    );
  });

  it('is read as people type it', () => {
    fc.assert(
      fc.property(random, (bytes) => {
        const code = verificationCode(bytes);
        const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o');
        expect(readCode(typed)).toBe(code);
        expect(readCode(code.replaceAll('1', 'I'))).toBe(code);
      }),
    );
  });

  it('is nothing else', () => {
    for (const text of ['', 'abc', 'U'.repeat(26), '0'.repeat(27), '0'.repeat(100_000)]) {
      expect(readCode(text)).toBeNull();
    }
  });
});
