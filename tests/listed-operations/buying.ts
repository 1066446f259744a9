import { expect } from '@jest/globals';
import {
  decideOnPaymentPage,
  offersOf,
  startCheckout,
  type Offer,
} from '@lyceum/standalone/story/checkout';
import { eventually } from '@lyceum/testkit/eventually';
import type { Person } from '../people.js';
import type { Runs } from './run.js';
import type { School } from './school.js';

const PRICE = { amountMinor: 4900, currency: 'EUR' };

/** A course for sale, and what it is offered for. */
async function forSale(school: School, title: string): Promise<{ courseId: string; offer: Offer }> {
  const { id: courseId } = await school.newCourse(title);
  await eventually(() =>
    school.admin.client.request(
      `mutation ($input: SetCoursePriceInput!) { setCoursePrice(input: $input) { id } }`,
      { input: { courseId, ...PRICE } },
    ),
  );
  const [offer] = await offersOf(school.admin.client, courseId);
  return { courseId, offer: offer! };
}

/** @returns a paid order's id */
async function paid(buyer: Person, offer: Offer): Promise<string> {
  const { orderId, paymentUrl } = await startCheckout(buyer.client, offer.id);
  await decideOnPaymentPage(paymentUrl, 'pay');
  await eventually(async () => {
    const { order } = await buyer.client.request<{ order: { status: string } }>(
      `query ($id: ID!) { order(id: $id) { status } }`,
      { id: orderId },
    );
    expect(order.status).toBe('PAID');
  });
  return orderId;
}

export const buying: Runs = {
  async SetCoursePrice(operation, { admin, newCourse }) {
    const { id: courseId } = await newCourse('Priced');
    const answered = await eventually(() =>
      operation.ask(admin.client, { input: { courseId, ...PRICE } }),
    );
    expect(answered).toMatchObject({
      setCoursePrice: { id: courseId, offers: [{ price: PRICE }] },
    });
  },

  async StartCheckout(operation, school) {
    const { offer } = await forSale(school, 'Checked out');
    const { client } = await school.newcomer('Chloe Checkout');
    expect(await operation.ask(client, { input: { offerId: offer.id } })).toMatchObject({
      startCheckout: {
        paymentUrl: expect.stringMatching(/^http/),
        order: { status: 'PENDING', productName: 'Checked out', total: PRICE },
      },
    });
  },

  async OrderPage(operation, school) {
    const { offer, courseId } = await forSale(school, 'Ordered');
    const buyer = await school.newcomer('Olga Order');
    const id = await paid(buyer, offer);
    expect(await operation.ask(buyer.client, { id })).toMatchObject({
      order: {
        ...{ id, status: 'PAID', paidAt: expect.any(String), total: PRICE },
        courses: [{ id: courseId, title: 'Ordered' }],
        receipt: { number: expect.any(String), productName: 'Ordered', total: PRICE },
      },
    });
  },

  async CancelOrder(operation, school) {
    const { offer } = await forSale(school, 'Cancelled');
    const { client } = await school.newcomer('Carl Cancel');
    const { orderId: id } = await startCheckout(client, offer.id);
    expect(await operation.ask(client, { id })).toMatchObject({
      cancelOrder: { id, status: 'CANCELLED' },
    });
  },

  async MyPurchases(operation, school) {
    const { offer } = await forSale(school, 'Bought');
    const buyer = await school.newcomer('Pia Purchase');
    const id = await paid(buyer, offer);
    expect(await operation.ask(buyer.client)).toMatchObject({
      me: { purchases: { nodes: [{ id, status: 'PAID', productName: 'Bought', total: PRICE }] } },
    });
  },

  async OrganizationBilling(operation, school) {
    const { offer } = await forSale(school, 'Sold');
    const buyer = await school.newcomer('Sue Sold');
    const id = await paid(buyer, offer);
    const { organization } = await operation.ask<{
      organization: {
        billing: {
          revenue: { amountMinor: string; currency: string }[];
          ledger: unknown[];
          orders: { nodes: unknown[] };
        };
      };
    }>(school.admin.client, { status: 'PAID' });
    const { revenue, ledger, orders } = organization.billing;
    const euros = revenue.find(({ currency }) => currency === 'EUR');
    expect(Number(euros?.amountMinor)).toBeGreaterThanOrEqual(PRICE.amountMinor);
    expect(ledger.length).toBeGreaterThan(0);
    expect(orders.nodes).toContainEqual(
      expect.objectContaining({
        id,
        buyer: expect.objectContaining({ id: buyer.id, name: 'Sue Sold' }),
      }),
    );
  },
};
