import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { billingEnv } from '../env.js';
import { openShop, type Shop } from '../../test/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.app.close());

const get = (url: string) => shop.app.running.route(new Request(url));
const decide = (url: string, decision: string) =>
  shop.app.running.route(
    new Request(url, { method: 'POST', body: new URLSearchParams({ decision }) }),
  );
async function checkout(title?: string) {
  const { offer, learner } = await shop.courseForSale(123_456, 'EUR', title);
  return shop.checkout(learner(), offer.id);
}
const statusOf = async (orderId: string) =>
  (await shop.app.sql('SELECT status FROM orders WHERE id = $1', [orderId]))[0]!['status'];

describe('the payment page', () => {
  it('says what is bought for how much, with two buttons and no script', async () => {
    const { paymentUrl } = await checkout('Sailing');
    const response = await get(paymentUrl);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain('Sailing');
    expect(html).toContain('€1,234.56');
    expect(html.match(/<button/g)).toHaveLength(2);
    expect(html).toContain('<html lang="en">');
    expect(html).not.toContain('<script');
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('takes no HTML from titles', async () => {
    const { paymentUrl } = await checkout(`"><script>alert('x')</script>&amp;`);
    const html = await (await get(paymentUrl)).text();
    expect(html).not.toContain('<script');
    expect(html).toContain('&#34;&#62;&#60;script&#62;');
  });

  it('pays by the signed webhook and says so', async () => {
    const { paymentUrl, orderId } = await checkout();
    const response = await decide(paymentUrl, 'pay');
    expect(response.status).toBe(303);
    expect(`https://school.example${response.headers.get('location')}`).toBe(paymentUrl);
    expect(await statusOf(orderId)).toBe('PAID');
    const events = await shop.app.sql('SELECT outcome FROM provider_event WHERE order_id = $1', [
      orderId,
    ]);
    expect(events).toEqual([{ outcome: 'APPLIED' }]);
    const after = await (await get(paymentUrl)).text();
    expect(after).toContain('Paid');
    expect(after).not.toContain('<button');
    // Clicking again in another tab changes nothing.
    expect((await decide(paymentUrl, 'decline')).status).toBe(303);
    expect(await statusOf(orderId)).toBe('PAID');
  });

  it('declines', async () => {
    const { paymentUrl, orderId } = await checkout();
    await decide(paymentUrl, 'decline');
    expect(await statusOf(orderId)).toBe('FAILED');
    expect(await (await get(paymentUrl)).text()).toContain('Declined');
  });

  it('takes no other decision, and no payment after its time', async () => {
    const { paymentUrl, orderId } = await checkout();
    expect((await decide(paymentUrl, 'steal')).status).toBe(400);
    shop.clock.advance(61 * 60_000);
    expect(await (await get(paymentUrl)).text()).toContain('Too late');
    await decide(paymentUrl, 'pay');
    expect(await statusOf(orderId)).not.toBe('PAID');
  });

  it('does not exist for other addresses', async () => {
    expect((await get('https://school.example/pay/test/guess')).status).toBe(404);
    expect((await decide('https://school.example/pay/test/guess', 'pay')).status).toBe(404);
  });
});

describe('the provider', () => {
  it('is the test provider in development, and in production only when told', () => {
    expect(billingEnv.parse({}).provider).toBe('test');
    expect(billingEnv.parse({ NODE_ENV: 'production' }).provider).toBe('none');
    const told = { NODE_ENV: 'production', PAYMENT_PROVIDER: 'test' };
    expect(billingEnv.parse(told).provider).toBe('test');
    expect(billingEnv.safeParse({ PAYMENT_PROVIDER: 'cash' }).success).toBe(false);
  });
});
