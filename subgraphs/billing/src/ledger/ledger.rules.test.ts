import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isBalanced, postingsOfPaidOrder } from './ledger.rules.js';

describe('postings', () => {
  it('of any paid orders balance, all together and each alone', () => {
    const orders = fc.array(
      fc.record({
        amountMinor: fc.integer({ min: 1, max: 2_000_000_000 }),
        currency: fc.constantFrom('EUR', 'USD', 'JPY'),
      }),
    );
    fc.assert(
      fc.property(orders, (paid) => {
        const entries = paid.map(postingsOfPaidOrder);
        expect(entries.every(isBalanced)).toBe(true);
        expect(isBalanced(entries.flat())).toBe(true);
      }),
    );
  });

  it('do not balance across currencies', () => {
    const [debit, credit] = postingsOfPaidOrder({ amountMinor: 100, currency: 'EUR' });
    expect(isBalanced([debit!, { ...credit!, currency: 'USD' }])).toBe(false);
    expect(isBalanced([debit!])).toBe(false);
  });
});
