import type { GraphClient } from '../graph-client.js';

export interface Offer {
  id: string;
  price: { amountMinor: number; currency: string };
}

const OFFERS = `query Offers($id: ID!) {
  course(id: $id) { offers { id price { amountMinor currency } } }
}`;
const CHECKOUT = `mutation Checkout($input: StartCheckoutInput!) {
  startCheckout(input: $input) { paymentUrl order { id status } }
}`;

export async function offersOf(client: GraphClient, courseId: string): Promise<Offer[]> {
  const { course } = await client.request<{ course: { offers: Offer[] } | null }>(OFFERS, {
    id: courseId,
  });
  return course?.offers ?? [];
}

export async function startCheckout(
  client: GraphClient,
  offerId: string,
): Promise<{ orderId: string; paymentUrl: string }> {
  const { startCheckout: started } = await client.request<{
    startCheckout: { paymentUrl: string; order: { id: string } };
  }>(CHECKOUT, { input: { offerId } });
  return { orderId: started.order.id, paymentUrl: started.paymentUrl };
}

/** Presses a button of the test provider's payment page, as the buyer's browser does. */
export async function decideOnPaymentPage(
  paymentUrl: string,
  decision: 'pay' | 'decline',
): Promise<void> {
  const page = await fetch(paymentUrl);
  const html = await page.text();
  if (!page.ok || !html.includes(`value="${decision}"`)) {
    throw new Error(`The payment page has no such button (status ${page.status}).`);
  }
  const response = await fetch(paymentUrl, {
    method: 'POST',
    body: new URLSearchParams({ decision }),
  });
  if (!response.ok) throw new Error(`The payment page answered ${response.status}.`);
}
