import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entitlementGranted, orderPaid } from '@lyceum/events/billing';
import { newId } from '@lyceum/platform/ids';
import { openShop, SECRET, type Shop } from '../../test/shop.js';
import { signWebhook } from './signature.rules.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.app.close());

async function pendingOrder() {
  const sale = await shop.courseForSale();
  const buyer = sale.learner();
  return { ...sale, buyer, ...(await shop.checkout(buyer, sale.offer.id)) };
}
const eventsOf = async (orderId: string) => ({
  paid: (await shop.app.published(orderPaid)).filter((e) => e.data.orderId === orderId),
  granted: (await shop.app.published(entitlementGranted)).filter((e) => e.data.orderId === orderId),
});
const statusOf = async (orderId: string) =>
  (await shop.app.sql<{ status: string }>('SELECT status FROM orders WHERE id = $1', [orderId]))[0]!
    .status;

describe('a paid order', () => {
  it('opens the course by event, with a receipt', async () => {
    const { orderId, reference, courseId, buyer, admin } = await pendingOrder();
    expect(await shop.paid(reference)).toEqual({ status: 200, outcome: 'APPLIED' });
    const { paid, granted } = await eventsOf(orderId);
    expect(paid).toMatchObject([
      {
        organizationId: admin.organizationId,
        data: {
          buyerId: buyer.userId,
          productName: 'Sailing',
          courseIds: [courseId],
          total: { amountMinor: 4900, currency: 'EUR' },
          receiptNumber: 'R-000001',
        },
      },
    ]);
    expect(granted).toMatchObject([{ data: { holderId: buyer.userId, courseId } }]);
  });

  it('is paid once, however often the webhook comes, also all at the same time', async () => {
    const { orderId, reference } = await pendingOrder();
    const id = newId();
    const same = Array.from({ length: 6 }, () => shop.paid(reference, 4900, 'EUR', id));
    const others = Array.from({ length: 6 }, () => shop.paid(reference));
    const outcomes = (await Promise.all([...same, ...others])).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'APPLIED')).toHaveLength(1);
    expect((await shop.paid(reference, 4900, 'EUR', id)).outcome).toBe('DUPLICATE');
    const { paid, granted } = await eventsOf(orderId);
    expect([paid.length, granted.length]).toEqual([1, 1]);
    const rows = await shop.app.sql(
      `SELECT (SELECT count(*)::int FROM journal_entry WHERE order_id = $1) AS entries,
              (SELECT count(*)::int FROM receipt WHERE order_id = $1) AS receipts,
              (SELECT count(*)::int FROM entitlement WHERE order_id = $1) AS entitlements`,
      [orderId],
    );
    expect(rows).toEqual([{ entries: 1, receipts: 1, entitlements: 1 }]);
  });

  it('stays paid when the news of a failure or of its expiry comes late, and wins over them', async () => {
    const first = await pendingOrder();
    await shop.paid(first.reference);
    const news = { reference: first.reference, amountMinor: 4900, currency: 'EUR' };
    expect((await shop.webhook({ ...news, kind: 'FAILED' })).outcome).toBe('IGNORED');
    expect(await statusOf(first.orderId)).toBe('PAID');

    const second = await pendingOrder();
    const late = { reference: second.reference, amountMinor: 4900, currency: 'EUR' };
    expect((await shop.webhook({ ...late, kind: 'EXPIRED' })).outcome).toBe('APPLIED');
    expect(await statusOf(second.orderId)).toBe('EXPIRED');
    expect((await shop.paid(second.reference)).outcome).toBe('APPLIED');
    expect(await statusOf(second.orderId)).toBe('PAID');
  });
});

describe('a webhook', () => {
  it('with a forged signature changes nothing', async () => {
    const { orderId, reference } = await pendingOrder();
    const message = { kind: 'PAID', reference, amountMinor: 4900, currency: 'EUR' };
    const forged = signWebhook('{}', 'not the secret', shop.clock.now());
    for (const header of ['', 't=0,v1=00', forged]) {
      expect(await shop.webhook(message, header)).toEqual({ status: 400, outcome: 'SIGNATURE' });
    }
    expect(await statusOf(orderId)).toBe('PENDING');
  });

  it('that is replayed after its time is refused', async () => {
    const { orderId, reference } = await pendingOrder();
    const body = { id: newId(), kind: 'PAID', reference, amountMinor: 4900, currency: 'EUR' };
    const old = signWebhook(JSON.stringify(body), SECRET, shop.clock.now());
    shop.clock.advance(301_000);
    expect(await shop.webhook(body, old)).toEqual({ status: 400, outcome: 'TOO_OLD' });
    expect(await statusOf(orderId)).toBe('PENDING');
  });

  it('of a wrong amount or currency pays nothing', async () => {
    const { orderId, reference } = await pendingOrder();
    expect(await shop.paid(reference, 4899)).toEqual({ status: 422, outcome: 'WRONG_AMOUNT' });
    expect(await shop.paid(reference, 4900, 'USD')).toMatchObject({ outcome: 'WRONG_AMOUNT' });
    expect(await statusOf(orderId)).toBe('PENDING');
    expect((await eventsOf(orderId)).paid).toEqual([]);
    // And does not stand in the way of the right one.
    expect((await shop.paid(reference)).outcome).toBe('APPLIED');
  });

  it('of an unknown checkout or provider, unreadable or too large, is refused', async () => {
    expect(await shop.paid('nobody-knows-it')).toEqual({ status: 404, outcome: 'UNKNOWN_ORDER' });
    const post = (path: string, body: string) =>
      shop.app.running.route(
        new Request(`https://school.example${path}`, {
          method: 'POST',
          headers: { 'lyceum-signature': signWebhook(body, SECRET, shop.clock.now()) },
          body,
        }),
      );
    expect((await post('/webhooks/payments/stripe', '{}')).status).toBe(404);
    expect((await post('/webhooks/payments/test', 'not json')).status).toBe(400);
    expect((await post('/webhooks/payments/test', '{"kind":"PAID"}')).status).toBe(400);
    expect((await post('/webhooks/payments/test', 'x'.repeat(70_000))).status).toBe(413);
  });
});

describe('receipt numbers', () => {
  it('are without gaps in each organization when many pay at once and some fail', async () => {
    const { admin, offer, learner } = await shop.courseForSale();
    const orders = await Promise.all(
      Array.from({ length: 12 }, () => shop.checkout(learner(), offer.id)),
    );
    await Promise.all(
      orders.flatMap(({ reference }, i) =>
        i % 4 === 3
          ? [shop.paid(reference, 1)]
          : [shop.paid(reference), shop.paid(reference, 4899), shop.paid(reference)],
      ),
    );
    const rows = await shop.app.sql<{ number: number }>(
      'SELECT number FROM receipt WHERE organization_id = $1 ORDER BY number',
      [admin.organizationId],
    );
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
