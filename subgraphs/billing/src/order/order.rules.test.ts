import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PaymentEvent } from '../payment/payment-provider.js';
import { decidePayment } from './order.rules.js';

const order = { status: 'PENDING' as const, amountMinor: 4900, currency: 'EUR' };
const event = (over: Partial<PaymentEvent> = {}): PaymentEvent => ({
  id: 'evt',
  kind: 'PAID',
  reference: 'ref',
  amountMinor: 4900,
  currency: 'EUR',
  ...over,
});

describe('what a payment event does', () => {
  it('pays a pending order', () => {
    expect(decidePayment(order, event())).toEqual({ kind: 'PAY' });
  });

  it.each(['FAILED', 'EXPIRED', 'CANCELLED'] as const)('pays even a %s order', (status) => {
    // The money has come: that an end was noted first does not make it go away.
    expect(decidePayment({ ...order, status }, event())).toEqual({ kind: 'PAY' });
  });

  it('refuses any other amount or currency', () => {
    expect(decidePayment(order, event({ amountMinor: 4899 }))).toEqual({ kind: 'REFUSE' });
    expect(decidePayment(order, event({ amountMinor: 4901 }))).toEqual({ kind: 'REFUSE' });
    expect(decidePayment(order, event({ currency: 'USD' }))).toEqual({ kind: 'REFUSE' });
  });

  it('ends the same whatever the order of events', () => {
    const kinds = fc.array(fc.constantFrom('PAID', 'FAILED', 'EXPIRED'), { minLength: 1 });
    fc.assert(
      fc.property(kinds, (events) => {
        let status: Parameters<typeof decidePayment>[0]['status'] = 'PENDING';
        let payments = 0;
        for (const kind of events) {
          const decision = decidePayment({ ...order, status }, event({ kind }));
          if (decision.kind === 'PAY') {
            status = 'PAID';
            payments += 1;
          }
          if (decision.kind === 'CLOSE') status = decision.status;
        }
        const paid = events.includes('PAID');
        expect(payments).toBe(paid ? 1 : 0);
        expect(status).toBe(paid ? 'PAID' : events[0]);
      }),
    );
  });
});
