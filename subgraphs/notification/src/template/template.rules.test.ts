import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatMoney } from './money.rules.js';
import { oneLine, splitTemplate } from './template.rules.js';

describe('a template file', () => {
  const whole = '=== subject\nS\n=== title\nT\n=== body\nB\n=== text\nx\n\ny\n=== html\n<p>H</p>\n';

  it('is split into its parts', () => {
    expect(splitTemplate(whole)).toEqual({
      subject: 'S',
      title: 'T',
      body: 'B',
      text: 'x\n\ny',
      html: '<p>H</p>',
    });
  });

  it('must have each part once, and no other', () => {
    expect(() => splitTemplate(whole.replace('=== body\nB\n', ''))).toThrow('Missing: body');
    expect(() => splitTemplate(`${whole}=== body\nagain`)).toThrow('twice');
    expect(() => splitTemplate(`${whole}=== sms\nshort`)).toThrow('Unknown: sms');
    expect(() => splitTemplate(`lost\n${whole}`)).toThrow('before the first');
  });
});

describe('texts that people chose', () => {
  it('become one line without anything that controls', () => {
    expect(oneLine('Ada\r\nBcc: eve@x.example')).toBe('Ada Bcc: eve@x.example');
    expect(oneLine('\u202egnp.exe\u2028x\u0000')).toBe('gnp.exe x');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(oneLine(text)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(Array.from(oneLine(text)).length).toBeLessThanOrEqual(300);
      }),
    );
  });
});

describe('money', () => {
  it('is written with every digit, as people of the locale do', () => {
    expect(formatMoney({ amountMinor: 123_456, currency: 'EUR' }, 'de')).toBe('1.234,56\u00a0€');
    expect(formatMoney({ amountMinor: 1_250, currency: 'JPY' }, 'en')).toBe('¥1,250');
    expect(formatMoney({ amountMinor: 1_250, currency: 'KWD' }, 'en')).toBe('KWD\u00a01.250');
  });
});
