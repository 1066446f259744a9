import { describe, expect, it } from '@jest/globals';
import { failureCode, isMailAddress, isPermanent, retryDelayMs } from './delivery.rules.js';

describe('failures', () => {
  it('are for good when the server refuses this mail, not when the platform is in trouble', () => {
    expect(isPermanent({ code: 'EENVELOPE', responseCode: 550 })).toBe(true);
    expect(isPermanent({ code: 'EENVELOPE', responseCode: 450 })).toBe(false);
    expect(isPermanent({ code: 'EAUTH', responseCode: 535 })).toBe(false);
    expect(isPermanent({ code: 'ECONNECTION' })).toBe(false);
    expect(isPermanent({})).toBe(false);
  });

  it('are kept as codes, without what a server said', () => {
    expect(failureCode({ code: 'EENVELOPE', responseCode: 550 })).toBe('EENVELOPE 550');
    expect(failureCode({ code: 'no such user ada@people.example' })).toBe('UNKNOWN');
  });

  it('are tried again after 10 s, then ever later, at most after an hour', () => {
    expect([1, 2, 3, 20].map(retryDelayMs)).toEqual([10_000, 20_000, 40_000, 3_600_000]);
  });
});

describe('addresses', () => {
  it.each(['ada@people.example', "o'neil+x@people.example", 'ä@bücher.example'])(
    'takes %s',
    (text) => {
      expect(isMailAddress(text)).toBe(true);
    },
  );

  it.each([
    'ada',
    'ada@people.example, eve@people.example',
    'ada@people.example\nBcc: eve@people.example',
    '<ada@people.example>',
    '"ada b"@people.example',
    'a@b@c',
    '',
  ])('refuses %j', (text) => {
    expect(isMailAddress(text)).toBe(false);
  });
});
