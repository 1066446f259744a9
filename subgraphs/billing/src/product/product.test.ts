import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offersChanged } from '@lyceum/events/billing';
import { newId } from '@lyceum/platform/ids';
import { person } from '@lyceum/testkit/person';
import { openShop, type Offer, type Shop } from '../../test/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.app.close());

const OFFERS = `query ($ids: [_Any!]!) {
  _entities(representations: $ids) { ... on Course { id offers { id price { amountMinor currency } product { id courses { id } } } } }
}`;
const reference = (id: string) => ({ __typename: 'Course', id });

describe('the price of a course', () => {
  it('is an offer, and the course service hears of it', async () => {
    const { courseId, offer, learner } = await shop.courseForSale(4900);
    expect(offer.price).toEqual({ amountMinor: 4900, currency: 'EUR' });
    const found = await shop.app
      .as(learner())
      .ok<{ _entities: unknown[] }>(OFFERS, { ids: [reference(courseId)] });
    expect(found._entities).toMatchObject([
      { id: courseId, offers: [{ id: offer.id, product: { courses: [{ id: courseId }] } }] },
    ]);
    const events = await shop.app.published(offersChanged);
    expect(events.filter((event) => event.aggregateId === courseId)).toMatchObject([
      { data: { paymentRequired: true, lowestPrice: { amountMinor: 4900, currency: 'EUR' } } },
    ]);
  });

  it('is versioned: another amount is another offer, the same amount is the same', async () => {
    const { admin, courseId, offer } = await shop.courseForSale(4900);
    expect((await shop.setPrice(admin, courseId, 4900))[0]!.id).toBe(offer.id);
    const [dearer] = await shop.setPrice(admin, courseId, 5900);
    expect(dearer!.id).not.toBe(offer.id);
    const rows = await shop.app.sql(
      `SELECT amount_minor, retired_at IS NULL AS current FROM price
        WHERE product_id = (SELECT id FROM product WHERE course_id = $1) ORDER BY id`,
      [courseId],
    );
    expect(rows).toEqual([
      { amount_minor: 4900, current: false },
      { amount_minor: 5900, current: true },
    ]);
  });

  it('stands once in each currency, and null takes it away', async () => {
    const { admin, courseId } = await shop.courseForSale(4900);
    expect(await shop.setPrice(admin, courseId, 5200, 'USD')).toHaveLength(2);
    expect(
      (await shop.setPrice(admin, courseId, null, 'EUR')).map((o) => o.price.currency),
    ).toEqual(['USD']);
    expect(await shop.setPrice(admin, courseId, null, null)).toEqual([]);
    const last = (await shop.app.published(offersChanged)).at(-1);
    expect(last).toMatchObject({ data: { courseId, paymentRequired: false, lowestPrice: null } });
  });

  it('set by two at once leaves one current', async () => {
    const { admin, courseId } = await shop.courseForSale(100);
    await Promise.all([200, 300, 400].map((amount) => shop.setPrice(admin, courseId, amount)));
    const found = await shop.app
      .as(admin)
      .ok<{ _entities: { offers: Offer[] }[] }>(OFFERS, { ids: [reference(courseId)] });
    expect(found._entities[0]!.offers).toHaveLength(1);
  });

  it('must be money', async () => {
    const { admin, courseId } = await shop.courseForSale();
    const set = (amountMinor: number | null, currency: string | null) =>
      shop.app
        .as(admin)
        .refusal(
          `mutation ($input: SetCoursePriceInput!) { setCoursePrice(input: $input) { id } }`,
          { input: { courseId, amountMinor, currency } },
        );
    expect(await set(0, 'EUR')).toBe('BAD_USER_INPUT');
    expect(await set(-1, 'EUR')).toBe('BAD_USER_INPUT');
    expect(await set(2_000_000_001, 'EUR')).toBe('BAD_USER_INPUT');
    expect(await set(100, 'XXX')).toBe('BAD_USER_INPUT');
    expect(await set(100, 'eur')).toBe('BAD_USER_INPUT');
    expect(await set(100, null)).toBe('BAD_USER_INPUT');
    expect(await set(2_000_000_000, 'JPY')).toBeUndefined();
  });

  it('is set by those with offer:manage for that course alone', async () => {
    const { courseId, learner, admin } = await shop.courseForSale();
    const change = `mutation ($input: SetCoursePriceInput!) { setCoursePrice(input: $input) { id } }`;
    const input = { courseId, amountMinor: 1, currency: 'EUR' };
    expect(await shop.app.as(learner()).refusal(change, { input })).toBe('PERMISSION_DENIED');
    const teacher = person({
      organizationId: admin.organizationId,
      assignments: [{ role: 'INSTRUCTOR', scope: 'COURSE', scopeId: courseId }],
    });
    expect(await shop.app.as(teacher).refusal(change, { input })).toBeUndefined();
    const elsewhere = { ...input, courseId: newId() };
    expect(await shop.app.as(teacher).refusal(change, { input: elsewhere })).toBe(
      'PERMISSION_DENIED',
    );
  });

  it("of one organization's course is neither seen nor changed from another", async () => {
    const { courseId, offer } = await shop.courseForSale(4900);
    const stranger = person({ roles: ['ORGANIZATION_ADMIN'] });
    const found = await shop.app
      .as(stranger)
      .ok<{ _entities: unknown[] }>(OFFERS, { ids: [reference(courseId)] });
    expect(found._entities).toEqual([{ id: courseId, offers: [] }]);
    await shop.setPrice(stranger, courseId, 1);
    const rows = await shop.app.sql('SELECT amount_minor, retired_at FROM price WHERE id = $1', [
      offer.id,
    ]);
    expect(rows).toEqual([{ amount_minor: 4900, retired_at: null }]);
  });

  it('costs the same number of statements for one course and for twenty', async () => {
    const admin = person({ roles: ['ORGANIZATION_ADMIN'] });
    const ids = Array.from({ length: 20 }, () => newId());
    for (const id of ids) await shop.setPrice(admin, id, 100);
    const cost = (some: string[]) =>
      shop.statements(() => shop.app.as(admin).ok(OFFERS, { ids: some.map(reference) }));
    const one = await cost(ids.slice(0, 1));
    expect(await cost(ids)).toBe(one);
    expect(one).toBe(3);
  });
});
