import { courseChanged, coursePublished } from '@lyceum/events/course';
import { newId } from '@lyceum/platform/ids';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { SignedIn } from '@lyceum/platform/viewer';
import { testClock } from '@lyceum/testkit/clock';
import { eventually } from '@lyceum/testkit/eventually';
import { person } from '@lyceum/testkit/person';
import { testService } from '@lyceum/testkit/service';
import { billingService } from '../src/app.js';
import { signWebhook } from '../src/payment/signature.rules.js';

export const SECRET = 'the secret of the test provider, shared with this test';

export interface Offer {
  id: string;
  price: { amountMinor: number; currency: string };
}

/** The billing service with what tests of buying need. */
export async function openShop(log?: Logger) {
  const clock = testClock();
  const settings = { PAYMENT_TEST_SECRET: SECRET, PUBLIC_URL: 'https://school.example' };
  const app = await testService(billingService, { settings, clock, log });

  async function publish(
    organizationId: string,
    courseId: string,
    title: string,
    version = 1,
    time?: Date,
  ) {
    await app.deliver(coursePublished, {
      aggregateId: courseId,
      organizationId,
      ...(time ? { time } : {}),
      data: {
        courseId,
        versionNumber: version,
        slug: 'a-course',
        title,
        publishedAt: clock.now().toISOString(),
        structure: { modules: [] },
      },
    });
  }

  async function change(
    organizationId: string,
    courseId: string,
    title: string,
    status: 'DRAFT' | 'PUBLISHED' | 'ARCHIVED' = 'PUBLISHED',
  ) {
    const data = { courseId, slug: 'a-course', title, status };
    await app.deliver(courseChanged, { aggregateId: courseId, organizationId, data });
  }

  /** What the work costs; the least of a few runs, as relay and jobs run statements of their own. */
  async function statements(work: () => Promise<unknown>): Promise<number> {
    const counts: number[] = [];
    for (let run = 0; run < 4; run++) counts.push(await app.statements(work));
    return Math.min(...counts);
  }

  async function setPrice(
    viewer: SignedIn,
    courseId: string,
    amountMinor: number | null,
    currency: string | null = 'EUR',
  ): Promise<Offer[]> {
    const data = await app.as(viewer).ok<{ setCoursePrice: { offers: Offer[] } }>(
      `mutation ($input: SetCoursePriceInput!) {
         setCoursePrice(input: $input) { id offers { id price { amountMinor currency } } }
       }`,
      { input: { courseId, amountMinor, currency } },
    );
    return data.setCoursePrice.offers;
  }

  /** An organization with an administrator and a published course at a price. */
  async function courseForSale(amountMinor = 4900, currency = 'EUR', title = 'Sailing') {
    const admin = person({ roles: ['ORGANIZATION_ADMIN'] });
    const courseId = newId();
    await publish(admin.organizationId, courseId, title);
    const [offer] = await setPrice(admin, courseId, amountMinor, currency);
    const learner = () => person({ organizationId: admin.organizationId });
    return { admin, courseId, offer: offer!, learner };
  }

  async function checkout(viewer: SignedIn, offerId: string) {
    const data = await app.as(viewer).ok<{
      startCheckout: { paymentUrl: string; order: { id: string; status: string } };
    }>(
      `mutation ($offerId: ID!) {
         startCheckout(input: { offerId: $offerId }) { paymentUrl order { id status } }
       }`,
      { offerId },
    );
    const { order, paymentUrl } = data.startCheckout;
    return { orderId: order.id, paymentUrl, reference: paymentUrl.split('/').at(-1)! };
  }

  interface Message {
    id?: string;
    kind: string;
    reference: string;
    amountMinor: number;
    currency: string;
  }

  /** As a provider sends it; `header` in place of the right signature. */
  async function webhook(message: Message, header?: string) {
    const body = JSON.stringify({ id: newId(), ...message });
    const signature = header ?? signWebhook(body, SECRET, clock.now());
    const response = await app.running.route(
      new Request('https://school.example/webhooks/payments/test', {
        method: 'POST',
        headers: { 'lyceum-signature': signature },
        body,
      }),
    );
    const { outcome } = (await response.json()) as { outcome: string };
    return { status: response.status, outcome };
  }

  // Consumers begin to run a moment after the start.
  await eventually(async () => {
    await publish(newId(), newId(), 'The first course');
    return (await app.sql('SELECT 1 FROM known_course')).length > 0;
  });

  const paid = (reference: string, amountMinor = 4900, currency = 'EUR', id?: string) =>
    webhook({ id: id ?? newId(), kind: 'PAID', reference, amountMinor, currency });

  return {
    app,
    clock,
    statements,
    publish,
    change,
    setPrice,
    courseForSale,
    checkout,
    webhook,
    paid,
  };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;
