import { describe, expect, it } from '@jest/globals';
import { checkSignature, signWebhook, TOLERANCE_SECONDS } from './signature.rules.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const SECRET = 'a secret that nobody else knows!';
const BODY = '{"kind":"PAID"}';
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describe('webhook signatures', () => {
  it('accepts what was signed with the secret', () => {
    expect(checkSignature(signWebhook(BODY, SECRET, NOW), BODY, SECRET, NOW)).toBe('VALID');
  });

  it('refuses another body, another secret, another time', () => {
    const header = signWebhook(BODY, SECRET, NOW);
    expect(checkSignature(header, BODY.replace('PAID', 'PAID '), SECRET, NOW)).toBe('SIGNATURE');
    expect(checkSignature(signWebhook(BODY, 'guess', NOW), BODY, SECRET, NOW)).toBe('SIGNATURE');
    const moved = header.replace(/t=\d+/, `t=${NOW.getTime() / 1000 + 1}`);
    expect(checkSignature(moved, BODY, SECRET, NOW)).toBe('SIGNATURE');
  });

  it.each([null, '', 't=,v1=', 't=1', 'v1=aa', 't=1,v1=', 't=abc,v1=00', '=,=,=', 't=1,v1=é'])(
    'refuses the header %p',
    (header) => {
      expect(checkSignature(header, BODY, SECRET, NOW)).toBe('SIGNATURE');
    },
  );

  it('is good for the tolerance, both ways, and no second longer', () => {
    const header = signWebhook(BODY, SECRET, NOW);
    expect(checkSignature(header, BODY, SECRET, later(TOLERANCE_SECONDS))).toBe('VALID');
    expect(checkSignature(header, BODY, SECRET, later(-TOLERANCE_SECONDS))).toBe('VALID');
    expect(checkSignature(header, BODY, SECRET, later(TOLERANCE_SECONDS + 1))).toBe('TOO_OLD');
    expect(checkSignature(header, BODY, SECRET, later(-TOLERANCE_SECONDS - 1))).toBe('TOO_OLD');
  });

  it('takes either of two signatures while a secret is replaced', () => {
    const both = `${signWebhook(BODY, 'old', NOW)},${signWebhook(BODY, SECRET, NOW).split(',')[1]}`;
    expect(checkSignature(both, BODY, SECRET, NOW)).toBe('VALID');
  });
});
