import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { Database, openPool } from '@lyceum/platform/database';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { person } from '@lyceum/testkit/person';
import { Prisma, PrismaClient } from '../../generated/prisma/client.js';
import { openShop, type Shop } from '../../test/shop.js';
import { ProductService } from '../product/product.service.js';
import { OrderService } from './order.service.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.app.close());

const START = `mutation ($offerId: ID!) { startCheckout(input: { offerId: $offerId }) { order { id } } }`;
const ORDER = `query ($id: ID!) {
  order(id: $id) { id status productName total { amountMinor currency } paymentUrl paidAt
    buyer { id } courses { id } receipt { number total { amountMinor } } }
}`;
interface OrderData {
  order: { id: string; status: string; productName: string; total: { amountMinor: number } } | null;
}
const orderOf = async (viewer: ReturnType<typeof person>, id: string) =>
  (await shop.app.as(viewer).ok<OrderData>(ORDER, { id })).order;

describe('a checkout', () => {
  it('is one order for one person and offer, however often and however fast it is started', async () => {
    const { offer, learner } = await shop.courseForSale();
    const buyer = learner();
    const started = await Promise.all(
      Array.from({ length: 5 }, () => shop.checkout(buyer, offer.id)),
    );
    const again = await shop.checkout(buyer, offer.id);
    expect(new Set([...started, again].map(({ orderId }) => orderId)).size).toBe(1);
    expect(new Set([...started, again].map(({ paymentUrl }) => paymentUrl)).size).toBe(1);
    expect(again.paymentUrl).toMatch(/^https:\/\/school\.example\/pay\/test\/[\w-]{43}$/);
    const other = await shop.checkout(learner(), offer.id);
    expect(other.orderId).not.toBe(again.orderId);
  });

  it('keeps name and price of its moment', async () => {
    const { admin, courseId, offer, learner } = await shop.courseForSale(4900, 'EUR', 'Sailing');
    const buyer = learner();
    const { orderId } = await shop.checkout(buyer, offer.id);
    await shop.setPrice(admin, courseId, 9900);
    await shop.publish(admin.organizationId, courseId, 'Sailing the seas', 2);
    expect(await orderOf(buyer, orderId)).toMatchObject({
      status: 'PENDING',
      productName: 'Sailing',
      total: { amountMinor: 4900, currency: 'EUR' },
      courses: [{ id: courseId }],
      receipt: null,
    });
    // The old offer is gone; the new one is another order, and the old one is given up.
    expect(await shop.app.as(buyer).refusal(START, { offerId: offer.id })).toBe('NOT_FOUND');
    const [dearer] = await shop.setPrice(admin, courseId, 9900);
    const next = await shop.checkout(buyer, dearer!.id);
    expect(await orderOf(buyer, next.orderId)).toMatchObject({
      productName: 'Sailing the seas',
      total: { amountMinor: 9900 },
    });
    expect(await orderOf(buyer, orderId)).toMatchObject({ status: 'CANCELLED' });
  });

  it('of an older publication that arrives late does not rename the course', async () => {
    const { admin, courseId, offer, learner } = await shop.courseForSale(100, 'EUR', 'Old');
    const earlier = shop.clock.now();
    shop.clock.advance(1000);
    await shop.publish(admin.organizationId, courseId, 'Newest', 3);
    await shop.publish(admin.organizationId, courseId, 'Late', 2, earlier);
    const buyer = learner();
    const { orderId } = await shop.checkout(buyer, offer.id);
    expect(await orderOf(buyer, orderId)).toMatchObject({ productName: 'Newest' });
  });

  it('has the name that the course has now, also without a new version', async () => {
    const { admin, courseId, offer, learner } = await shop.courseForSale(100, 'EUR', 'Old');
    const earlier = shop.clock.now();
    shop.clock.advance(1000);
    await shop.change(admin.organizationId, courseId, 'New');
    await shop.publish(admin.organizationId, courseId, 'Late', 2, earlier);
    const buyer = learner();
    const { orderId } = await shop.checkout(buyer, offer.id);
    expect(await orderOf(buyer, orderId)).toMatchObject({ productName: 'New' });
  });

  it('is refused while the course is archived; what was pending can be paid', async () => {
    const { admin, courseId, offer, learner } = await shop.courseForSale(4900);
    const buyer = learner();
    const { orderId, reference } = await shop.checkout(buyer, offer.id);
    await shop.change(admin.organizationId, courseId, 'Sailing', 'ARCHIVED');
    const reasonFor = async (viewer: typeof buyer) =>
      (await shop.app.as(viewer).query(START, { offerId: offer.id })).errors?.[0]?.extensions;
    const refused = { code: 'CONFLICT', reason: 'NOT_ON_SALE' };
    expect(await reasonFor(learner())).toMatchObject(refused);
    expect(await reasonFor(buyer)).toMatchObject(refused);
    const page = new Request(`https://school.example/pay/test/${reference}`);
    expect((await shop.app.running.route(page)).status).toBe(200);
    expect(await shop.paid(reference)).toMatchObject({ outcome: 'APPLIED' });
    expect(await orderOf(buyer, orderId)).toMatchObject({ status: 'PAID' });
    await shop.change(admin.organizationId, courseId, 'Sailing', 'PUBLISHED');
    expect(await reasonFor(learner())).toBeUndefined();
  });

  it('is refused before the course is published, whatever else was said of it', async () => {
    const { admin, learner } = await shop.courseForSale();
    const courseId = newId();
    const [offer] = await shop.setPrice(admin, courseId, 100);
    await shop.change(admin.organizationId, courseId, 'Draft', 'DRAFT');
    const { errors } = await shop.app.as(learner()).query(START, { offerId: offer!.id });
    expect(errors?.[0]?.extensions).toMatchObject({ reason: 'COURSE_NOT_PUBLISHED' });
  });

  it('is refused for what one has already', async () => {
    const { offer, learner } = await shop.courseForSale();
    const buyer = learner();
    const { reference } = await shop.checkout(buyer, offer.id);
    await shop.paid(reference);
    const { errors } = await shop.app.as(buyer).query(START, { offerId: offer.id });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', reason: 'ALREADY_ENTITLED' });
  });

  it('ends when it was not paid in time', async () => {
    const { offer, learner } = await shop.courseForSale();
    const buyer = learner();
    const first = await shop.checkout(buyer, offer.id);
    shop.clock.advance(61 * 60_000);
    const second = await shop.checkout(buyer, offer.id);
    expect(second.orderId).not.toBe(first.orderId);
    expect(await orderOf(buyer, first.orderId)).toMatchObject({ status: 'EXPIRED' });
  });

  it('ends by the job as well, in every organization, and leaves alone what is not pending', async () => {
    const sales = [await shop.courseForSale(), await shop.courseForSale()];
    const open = [];
    for (const { offer, learner } of sales) open.push(await shop.checkout(learner(), offer.id));
    const paid = await shop.checkout(sales[0]!.learner(), sales[0]!.offer.id);
    await shop.paid(paid.reference);
    shop.clock.advance(61 * 60_000);
    const fresh = await shop.checkout(sales[0]!.learner(), sales[0]!.offer.id);

    const pool = openPool({ connectionString: shop.app.databaseUrl, name: 'expiry' });
    const database = new Database(
      pool,
      (adapter) => new PrismaClient({ adapter }),
      Prisma,
      shop.clock,
    );
    const products = new ProductService(database, shop.clock);
    await new OrderService(database, products, null, shop.clock, silentLogger, 60_000).expire();
    await database.close();

    const ids = [...open, paid, fresh].map(({ orderId }) => orderId);
    const rows = await shop.app.sql<{ status: string }>(
      'SELECT status FROM orders WHERE id = ANY($1) ORDER BY array_position($1, id)',
      [ids],
    );
    expect(rows.map(({ status }) => status)).toEqual(['EXPIRED', 'EXPIRED', 'PAID', 'PENDING']);
  });

  it('can be given up by the buyer alone, while it is pending', async () => {
    const { admin, offer, learner } = await shop.courseForSale();
    const buyer = learner();
    const { orderId } = await shop.checkout(buyer, offer.id);
    const CANCEL = `mutation ($id: ID!) { cancelOrder(id: $id) { status paymentUrl } }`;
    expect(await shop.app.as(admin).refusal(CANCEL, { id: orderId })).toBe('NOT_FOUND');
    expect(await shop.app.as(buyer).ok(CANCEL, { id: orderId })).toEqual({
      cancelOrder: { status: 'CANCELLED', paymentUrl: null },
    });
    expect(await shop.app.as(buyer).refusal(CANCEL, { id: orderId })).toBe('CONFLICT');
  });

  it('is for those who signed in, of offers of their organization', async () => {
    const { offer } = await shop.courseForSale();
    expect(await shop.app.as({ kind: 'anonymous' }).refusal(START, { offerId: offer.id })).toBe(
      'UNAUTHENTICATED',
    );
    expect(await shop.app.as(person()).refusal(START, { offerId: offer.id })).toBe('NOT_FOUND');
    expect(await shop.app.as(person()).refusal(START, { offerId: 'nonsense' })).toBe('NOT_FOUND');
  });
});

describe('orders', () => {
  it('are seen by their buyer and by billing:read in the same organization', async () => {
    const { admin, offer, learner } = await shop.courseForSale();
    const buyer = learner();
    const { orderId } = await shop.checkout(buyer, offer.id);
    expect(await orderOf(buyer, orderId)).toMatchObject({
      id: orderId,
      buyer: { id: buyer.userId },
    });
    // Others do not get to pay it, or to see where.
    expect(await orderOf(admin, orderId)).toMatchObject({ id: orderId, paymentUrl: null });
    expect(await orderOf(learner(), orderId)).toBeNull();
    expect(await orderOf(person({ roles: ['ORGANIZATION_ADMIN'] }), orderId)).toBeNull();
    expect(await orderOf(buyer, 'nonsense')).toBeNull();
  });

  it("are a person's purchases, page by page, in few statements", async () => {
    const { admin, learner } = await shop.courseForSale();
    const buyer = learner();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      const courseId = newId();
      await shop.publish(admin.organizationId, courseId, `Course ${i}`);
      const [offer] = await shop.setPrice(admin, courseId, 100 + i);
      const { reference, orderId } = await shop.checkout(buyer, offer!.id);
      await shop.paid(reference, 100 + i);
      ids.unshift(orderId);
    }
    const PURCHASES = `query ($user: [_Any!]!, $first: Int, $after: String) {
      _entities(representations: $user) { ... on User { purchases(first: $first, after: $after, status: PAID) {
        nodes { id receipt { number } } pageInfo { hasNextPage endCursor } } } } }`;
    interface Page {
      nodes: { id: string }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    }
    const read = async (viewer: typeof buyer, first: number, after?: string) => {
      const user = [{ __typename: 'User', id: buyer.userId }];
      const data = await shop.app
        .as(viewer)
        .ok<{ _entities: { purchases: Page | null }[] }>(PURCHASES, { user, first, after });
      return data._entities[0]!.purchases;
    };
    const first = (await read(buyer, 3))!;
    const second = (await read(buyer, 3, first.pageInfo.endCursor))!;
    expect([...first.nodes, ...second.nodes].map(({ id }) => id)).toEqual(ids);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    expect((await read(admin, 3))!.nodes).toHaveLength(3);
    expect(await read(learner(), 3)).toBeNull();
    const one = await shop.statements(() => read(buyer, 1));
    expect(await shop.statements(() => read(buyer, 5))).toBe(one);
    expect(one).toBe(3);
  });
});
