import { createHmac } from 'node:crypto';
import type { Clock } from '@lyceum/platform/clock';
import { newId } from '@lyceum/platform/ids';
import { z } from 'zod';
import { InvalidWebhook, type PaymentEvent, type PaymentProvider } from './payment-provider.js';
import { checkSignature, signWebhook } from './signature.rules.js';

export const SIGNATURE_HEADER = 'lyceum-signature';

const message = z.object({
  id: z.string().min(1).max(200),
  kind: z.enum(['PAID', 'FAILED', 'EXPIRED']),
  reference: z.string().min(1).max(200),
  amountMinor: z.int(),
  currency: z.string().length(3),
});

/**
 * Moves no money: its payment page asks the buyer what the answer shall be, and tells it by the
 * same signed webhook that a real provider would send.
 */
export class TestProvider implements PaymentProvider {
  readonly name = 'test';

  constructor(
    private readonly secret: string,
    private readonly publicUrl: string,
    private readonly clock: Clock,
  ) {}

  createCheckout(order: { id: string }): Promise<{ reference: string; paymentUrl: string }> {
    // Made from the order, so that a second call gives the same; with the secret, so that nobody
    // can guess the page of someone else's order.
    const reference = createHmac('sha256', this.secret)
      .update(`checkout:${order.id}`)
      .digest('base64url');
    return Promise.resolve({ reference, paymentUrl: `${this.publicUrl}/pay/test/${reference}` });
  }

  parseWebhook(headers: Headers, body: string): PaymentEvent {
    const signature = headers.get(SIGNATURE_HEADER);
    const check = checkSignature(signature, body, this.secret, this.clock.now());
    if (check !== 'VALID') throw new InvalidWebhook(check);
    try {
      return message.parse(JSON.parse(body));
    } catch {
      throw new InvalidWebhook('UNREADABLE');
    }
  }

  /** The webhook that tells of the buyer's decision. */
  webhook(decision: Omit<PaymentEvent, 'id'>): Request {
    const body = JSON.stringify({ id: newId(), ...decision });
    return new Request(`${this.publicUrl}/webhooks/payments/${this.name}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [SIGNATURE_HEADER]: signWebhook(body, this.secret, this.clock.now()),
      },
      body,
    });
  }
}
