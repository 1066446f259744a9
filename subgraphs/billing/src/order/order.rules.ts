import type { PaymentEvent } from '../payment/payment-provider.js';

/** How far an order is. */
export type OrderStatus = 'PENDING' | 'PAID' | 'FAILED' | 'EXPIRED' | 'CANCELLED';

interface OrderState {
  readonly status: OrderStatus;
  readonly amountMinor: number;
  readonly currency: string;
}

/** What a verified payment event does to an order. */
export type PaymentDecision =
  | { kind: 'PAY' }
  | { kind: 'CLOSE'; status: 'FAILED' | 'EXPIRED' }
  | { kind: 'IGNORE' }
  | { kind: 'REFUSE' };

/**
 * Decides without regard to the order in which events arrive: that money came is the strongest
 * fact, so PAID wins over any end that was noted before it, and nothing undoes it. What was paid
 * must be exactly what was asked.
 */
export function decidePayment(order: OrderState, event: PaymentEvent): PaymentDecision {
  if (event.kind === 'PAID') {
    const exact = event.amountMinor === order.amountMinor && event.currency === order.currency;
    if (!exact) return { kind: 'REFUSE' };
    return order.status === 'PAID' ? { kind: 'IGNORE' } : { kind: 'PAY' };
  }
  if (order.status !== 'PENDING') return { kind: 'IGNORE' };
  return { kind: 'CLOSE', status: event.kind };
}

/** Whether the order can still be paid by the buyer. */
export function isOpen(order: { status: OrderStatus; expiresAt: Date }, now: Date): boolean {
  return order.status === 'PENDING' && order.expiresAt > now;
}
