import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { person } from '@lyceum/testkit/person';
import fc from 'fast-check';
import { openShop, type Shop } from '../../test/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.app.close());

const BILLING = `query ($organization: [_Any!]!) {
  _entities(representations: $organization) { ... on Organization { billing {
    revenue { amountMinor decimal currency }
    ledger { kind balance { amountMinor currency } }
    orders(first: 100) { nodes { status total { amountMinor currency } } }
  } } } }`;
interface Billing {
  revenue: { amountMinor: string; decimal: string; currency: string }[];
  ledger: { kind: string; balance: { amountMinor: string; currency: string } }[];
  orders: { nodes: { status: string; total: { amountMinor: number; currency: string } }[] };
}
async function billingOf(viewer: ReturnType<typeof person>, organizationId: string) {
  const organization = [{ __typename: 'Organization', id: organizationId }];
  const data = await shop.app
    .as(viewer)
    .ok<{ _entities: { billing: Billing | null }[] }>(BILLING, { organization });
  return data._entities[0]!.billing;
}

const CURRENCIES = ['EUR', 'JPY'] as const;
const operation = fc.oneof(
  fc.record({
    kind: fc.constant('price' as const),
    amount: fc.option(fc.integer({ min: 1, max: 2_000_000_000 })),
    currency: fc.constantFrom(...CURRENCIES),
  }),
  fc.record({ kind: fc.constant('checkout' as const), buyer: fc.nat(2), offer: fc.nat(3) }),
  fc.record({
    kind: fc.constantFrom('PAID' as const, 'FAILED' as const, 'EXPIRED' as const),
    order: fc.nat(5),
    wrongBy: fc.constantFrom(0, 0, 0, 1),
    twice: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('wait' as const) }),
);

describe('the ledger', () => {
  it('balances after any sequence of operations, and its revenue is what was paid', async () => {
    const sequences = fc.array(operation, { minLength: 5, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(sequences, async (operations) => {
        const { admin, courseId, offer, learner } = await shop.courseForSale(4900);
        const buyers = [learner(), learner(), learner()];
        let offers = [offer];
        const orders: { reference: string; amount: number; currency: string }[] = [];
        for (const step of operations) {
          if (step.kind === 'price') {
            offers = await shop.setPrice(admin, courseId, step.amount, step.currency);
          } else if (step.kind === 'wait') {
            shop.clock.advance(40 * 60_000);
          } else if (step.kind === 'checkout') {
            const chosen = offers[step.offer % Math.max(offers.length, 1)];
            if (!chosen) continue;
            const { amountMinor: amount, currency } = chosen.price;
            const made = await shop.checkout(buyers[step.buyer]!, chosen.id).catch(() => null);
            if (made) orders.push({ reference: made.reference, amount, currency });
          } else {
            const order = orders[step.order % Math.max(orders.length, 1)];
            if (!order) continue;
            const message = {
              id: newId(),
              kind: step.kind,
              reference: order.reference,
              amountMinor: order.amount + step.wrongBy,
              currency: order.currency,
            };
            await Promise.all(
              step.twice ? [shop.webhook(message), shop.webhook(message)] : [shop.webhook(message)],
            );
          }
        }

        const billing = (await billingOf(admin, admin.organizationId))!;
        for (const currency of CURRENCIES) {
          const ofCurrency = billing.ledger.filter((a) => a.balance.currency === currency);
          const balance = ofCurrency.reduce((sum, a) => sum + BigInt(a.balance.amountMinor), 0n);
          expect(balance).toBe(0n);
          const paid = billing.orders.nodes
            .filter((order) => order.status === 'PAID' && order.total.currency === currency)
            .reduce((sum, order) => sum + BigInt(order.total.amountMinor), 0n);
          const revenue = billing.revenue.find((total) => total.currency === currency);
          expect(BigInt(revenue?.amountMinor ?? 0)).toBe(paid);
        }
        const [counts] = await shop.app.sql(
          `SELECT (SELECT count(*)::int FROM orders WHERE organization_id = $1 AND status = 'PAID') AS paid,
                  (SELECT count(*)::int FROM receipt WHERE organization_id = $1) AS receipts,
                  (SELECT coalesce(max(number), 0)::int FROM receipt WHERE organization_id = $1) AS last,
                  (SELECT count(*)::int FROM entitlement WHERE organization_id = $1) AS entitlements`,
          [admin.organizationId],
        );
        const { paid } = counts as { paid: number };
        expect(counts).toEqual({ paid, receipts: paid, last: paid, entitlements: paid });
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it('is for billing:read in the organization itself', async () => {
    const { admin, learner } = await shop.courseForSale();
    expect(await billingOf(learner(), admin.organizationId)).toBeNull();
    const stranger = person({ roles: ['ORGANIZATION_ADMIN'] });
    expect(await billingOf(stranger, admin.organizationId)).toBeNull();
    expect(await billingOf(admin, admin.organizationId)).toMatchObject({ revenue: [], ledger: [] });
  });

  it('costs the same number of statements whatever was sold', async () => {
    const { admin, offer, learner } = await shop.courseForSale();
    const cost = () => shop.statements(() => billingOf(admin, admin.organizationId));
    await shop.paid((await shop.checkout(learner(), offer.id)).reference);
    const one = await cost();
    for (let i = 0; i < 5; i++) {
      await shop.paid((await shop.checkout(learner(), offer.id)).reference);
    }
    expect(await cost()).toBe(one);
    expect(one).toBe(3);
  });
});

describe('the database', () => {
  async function entry(postings: [amount: number, currency: string][], stated = postings.length) {
    const ids = { organization: newId(), entry: newId() };
    const accounts = postings.map(() => newId());
    // One statement, one transaction: the constraint is deferred to its end.
    await shop.app.sql(
      `WITH account AS (
         INSERT INTO ledger_account (id, organization_id, kind, currency)
         SELECT a.id, $1, a.kind::"LedgerAccountKind", a.currency
           FROM unnest($3::uuid[], $4::text[], $5::text[]) AS a(id, kind, currency) RETURNING 1),
       entry AS (
         INSERT INTO journal_entry (id, organization_id, source, order_id, posting_count, occurred_at)
         VALUES ($2::uuid, $1, $2::uuid::text, $2::uuid, $7, now()) RETURNING 1)
       INSERT INTO posting (id, organization_id, entry_id, account_id, currency, amount_minor)
       SELECT gen_random_uuid(), $1, $2::uuid, p.account, p.currency, p.amount
         FROM unnest($3::uuid[], $5::text[], $6::bigint[]) AS p(account, currency, amount)`,
      [
        ids.organization,
        ids.entry,
        accounts,
        postings.map((_, i) => (i % 2 === 0 ? 'PROVIDER_CLEARING' : 'REVENUE')),
        postings.map(([, currency]) => currency),
        postings.map(([amount]) => amount),
        stated,
      ],
    );
    return { ...ids, accounts };
  }

  it('refuses an entry that does not balance in each currency', async () => {
    await expect(
      entry([
        [100, 'EUR'],
        [-99, 'EUR'],
      ]),
    ).rejects.toThrow('does not balance');
    await expect(
      entry([
        [100, 'EUR'],
        [-100, 'USD'],
      ]),
    ).rejects.toThrow('does not balance');
    await expect(
      entry([
        [100, 'EUR'],
        [-100, 'EUR'],
      ]),
    ).resolves.toBeDefined();
  });

  it('refuses an entry without its postings, and postings added later', async () => {
    await expect(entry([], 2)).rejects.toThrow('has 0 postings');
    const made = await entry([
      [5, 'EUR'],
      [-5, 'EUR'],
    ]);
    await expect(
      shop.app.sql(
        `INSERT INTO posting (id, organization_id, entry_id, account_id, currency, amount_minor)
         SELECT gen_random_uuid(), $1, $2, account, 'EUR', amount
           FROM unnest($3::uuid[], ARRAY[7, -7]) AS p(account, amount)`,
        [made.organization, made.entry, made.accounts],
      ),
    ).rejects.toThrow('has 4 postings');
  });

  it.each([
    ['UPDATE posting SET amount_minor = amount_minor + 1'],
    ['DELETE FROM posting'],
    ["UPDATE journal_entry SET source = 'other'"],
    ['DELETE FROM journal_entry'],
    ['TRUNCATE posting, journal_entry'],
    ['UPDATE receipt SET number = number + 1'],
    ['DELETE FROM receipt'],
    ['TRUNCATE receipt'],
  ])('is append-only: %s', async (statement) => {
    const { offer, learner } = await shop.courseForSale();
    await shop.paid((await shop.checkout(learner(), offer.id)).reference);
    await expect(shop.app.sql(statement)).rejects.toThrow('append-only');
  });
});
