import type { GraphClient } from '../graph-client.js';
import { decideOnPaymentPage, offersOf, startCheckout } from '../story/checkout.js';
import { askToEnroll } from '../story/learn.js';
import type { Live } from '../story/live.js';
import { OPERATORS_COURSE } from '../sample/operators-content.js';
import type { Screen } from './screen.js';

export interface Notification {
  template: string;
  title: string;
  course: { id: string } | null;
}

/** A course that costs something: no seat without an entitlement, and the paid order opens it. */
export async function buyCourse(
  screen: Screen,
  learner: GraphClient,
  notifications: Live<Notification>,
): Promise<void> {
  const { course } = await learner.request<{ course: { id: string; title: string } | null }>(
    'query Paid($slug: String!) { course(slug: $slug) { id title } }',
    { slug: OPERATORS_COURSE.slug },
  );
  if (!course) throw new Error('The paid course of the sample is not there.');
  const { outcome } = await askToEnroll(learner, course.id);
  if (outcome !== 'PaymentRequired') throw new Error(`Enrolling came to ${outcome}.`);
  const [offer] = await offersOf(learner, course.id);
  if (!offer) throw new Error('The paid course has no offer.');
  const { amountMinor, currency } = offer.price;
  screen.check(
    `“${course.title}” takes a payment first: ${(amountMinor / 100).toFixed(2)} ${currency}`,
  );
  const { orderId, paymentUrl } = await startCheckout(learner, offer.id);
  screen.say(`Paying on the test provider's page, ${new URL(paymentUrl).pathname.slice(0, 24)}…`);
  await decideOnPaymentPage(paymentUrl, 'pay');
  const told = await notifications.until(
    'Word of the seat',
    ({ template, course: about }) => template === 'enrolled' && about?.id === course.id,
  );
  screen.check(`Told live: “${told.title}”`);
  const answer = await learner.request<{
    order: { status: string; receipt: { number: string } | null } | null;
    course: { myEnrollment: { status: string; source: string } | null };
  }>(
    `query Bought($order: ID!, $course: ID!) {
      order(id: $order) { status receipt { number } }
      course(id: $course) { myEnrollment { status source } }
    }`,
    { order: orderId, course: course.id },
  );
  const { order } = answer;
  const { myEnrollment } = answer.course;
  if (order?.status !== 'PAID' || myEnrollment?.source !== 'PURCHASE') {
    throw new Error(`The order is ${order?.status}, the enrollment ${myEnrollment?.source}.`);
  }
  screen.check(
    `Order paid, receipt ${order.receipt?.number}; enrolled by the event of the payment`,
  );
}
