import { entitlementGranted, orderPaid } from '@lyceum/events/billing';
import type { Clock } from '@lyceum/platform/clock';
import { newId } from '@lyceum/platform/ids';
import type { Order } from '../../generated/prisma/client.js';
import type { BillingDatabase, BillingTransaction } from '../database.js';
import { postingsOfPaidOrder } from '../ledger/ledger.rules.js';
import type { LedgerService } from '../ledger/ledger.service.js';
import { decidePayment } from '../order/order.rules.js';
import { receiptNumber } from '../receipt/receipt.rules.js';
import type { PaymentEvent } from './payment-provider.js';

export type PaymentOutcome = 'APPLIED' | 'IGNORED' | 'WRONG_AMOUNT' | 'DUPLICATE' | 'UNKNOWN_ORDER';

/** Takes up what providers say of payments. The caller has verified the event. */
export class PaymentService {
  constructor(
    private readonly database: BillingDatabase,
    private readonly ledger: LedgerService,
    private readonly clock: Clock,
  ) {}

  /** Takes effect exactly once, however often and in whatever order events come. */
  async apply(provider: string, event: PaymentEvent): Promise<PaymentOutcome> {
    const known = await this.database
      .acrossOrganizations('A webhook names a checkout, and that leads to the organization.')
      .order.findUnique({
        where: { provider_providerReference: { provider, providerReference: event.reference } },
        select: { id: true, organizationId: true },
      });
    if (!known) return 'UNKNOWN_ORDER';
    const { id, organizationId } = known;
    return this.database.transaction({ kind: 'system', organizationId }, async (tx) => {
      // Everything about one order happens one after the other.
      await tx.prisma
        .$queryRaw`SELECT id FROM orders WHERE organization_id = ${organizationId}::uuid AND id = ${id}::uuid FOR UPDATE`;
      const order = await tx.prisma.order.findUniqueOrThrow({ where: { id } });
      const decision = decidePayment(order, event);
      const outcome = OUTCOMES[decision.kind];
      const fresh = await tx.prisma.providerEvent.createMany({
        data: [
          {
            provider,
            eventId: event.id,
            organizationId,
            orderId: id,
            kind: event.kind,
            outcome,
            receivedAt: this.clock.now(),
          },
        ],
        skipDuplicates: true,
      });
      if (fresh.count === 0) return 'DUPLICATE';
      if (decision.kind === 'PAY') await this.#pay(tx, order);
      if (decision.kind === 'CLOSE') {
        await tx.prisma.order.update({ where: { id }, data: { status: decision.status } });
      }
      return outcome;
    });
  }

  async #pay(tx: BillingTransaction, order: Order): Promise<void> {
    const { id: orderId, organizationId, buyerId, courseIds, amountMinor, currency } = order;
    const now = this.clock.now();
    await tx.prisma.order.update({
      where: { id: orderId },
      data: { status: 'PAID', paidAt: now },
    });
    await this.ledger.enter(tx, {
      organizationId,
      source: `order-paid:${orderId}`,
      orderId,
      occurredAt: now,
      lines: postingsOfPaidOrder(order),
    });
    const entitlements = courseIds.map((courseId) => ({
      id: newId(),
      organizationId,
      holderId: buyerId,
      courseId,
      orderId,
      grantedAt: now,
    }));
    await tx.prisma.entitlement.createMany({ data: entitlements });
    // Last, because it makes all other payments of the organization wait until the commit.
    const number = await this.#nextReceiptNumber(tx, organizationId);
    await tx.prisma.receipt.createMany({
      data: [{ id: newId(), organizationId, orderId, number, issuedAt: now }],
    });

    tx.record(orderPaid, {
      aggregateId: orderId,
      data: {
        orderId,
        buyerId,
        productName: order.productName,
        courseIds,
        total: { amountMinor, currency },
        receiptNumber: receiptNumber(number),
        paidAt: now.toISOString(),
      },
    });
    for (const { id: entitlementId, holderId, courseId } of entitlements) {
      tx.record(entitlementGranted, {
        aggregateId: entitlementId,
        data: { entitlementId, holderId, courseId, orderId, grantedAt: now.toISOString() },
      });
    }
  }

  /** Gapless: the counter's row stays locked until the receipt is there, or both are undone. */
  async #nextReceiptNumber(tx: BillingTransaction, organizationId: string): Promise<number> {
    const [counter] = await tx.prisma.$queryRaw<{ last: number }[]>`
      INSERT INTO receipt_counter (organization_id, last) VALUES (${organizationId}::uuid, 1)
      ON CONFLICT (organization_id) DO UPDATE SET last = receipt_counter.last + 1
      RETURNING last`;
    return counter!.last;
  }
}

const OUTCOMES = {
  PAY: 'APPLIED',
  CLOSE: 'APPLIED',
  IGNORE: 'IGNORED',
  REFUSE: 'WRONG_AMOUNT',
} as const;
