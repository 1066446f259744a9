import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimalOf, formatAmount, isCurrency, lowestPrice, sum } from './money.rules.js';

describe('currencies', () => {
  it.each(['EUR', 'USD', 'JPY', 'KWD', 'CHF'])('takes %s', (code) => {
    expect(isCurrency(code)).toBe(true);
  });

  it.each(['eur', 'EURO', 'XXX', 'XTS', '', 'CLF', '€', 'constructor'])('refuses %p', (code) => {
    expect(isCurrency(code)).toBe(false);
  });
});

describe('amounts', () => {
  it('knows how many digits the smallest unit has', () => {
    expect(decimalOf({ amountMinor: 1250n, currency: 'EUR' })).toBe('12.50');
    expect(decimalOf({ amountMinor: 1250n, currency: 'JPY' })).toBe('1250');
    expect(decimalOf({ amountMinor: 1250n, currency: 'KWD' })).toBe('1.250');
    expect(decimalOf({ amountMinor: -5n, currency: 'USD' })).toBe('-0.05');
  });

  it('writes them as people of the locale do', () => {
    expect(formatAmount({ amountMinor: 123456n, currency: 'EUR' }, 'en')).toBe('€1,234.56');
    expect(formatAmount({ amountMinor: 123456n, currency: 'EUR' }, 'de')).toBe('1.234,56\u00a0€');
    // Cash has no cents of it, what is charged does.
    expect(formatAmount({ amountMinor: 1250n, currency: 'AFN' }, 'en')).toBe('AFN\u00a012.50');
  });

  it('adds exactly, beyond what a floating-point number can hold', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })), (numbers) => {
        const amounts = numbers.map((amountMinor) => ({ amountMinor, currency: 'EUR' }));
        const expected = numbers.reduce((total, number) => total + number, 0n);
        expect(sum(amounts, 'EUR').amountMinor).toBe(expected);
      }),
    );
  });

  it('adds no apples to pears', () => {
    expect(() => sum([{ amountMinor: 1n, currency: 'USD' }], 'EUR')).toThrow(RangeError);
  });
});

describe('the lowest price', () => {
  it('compares within one currency only', () => {
    const prices = [
      { amountMinor: 100, currency: 'USD' },
      { amountMinor: 300, currency: 'EUR' },
      { amountMinor: 200, currency: 'EUR' },
    ];
    expect(lowestPrice(prices)).toEqual({ amountMinor: 200, currency: 'EUR' });
    expect(lowestPrice([])).toBeNull();
  });
});
