/** What a payment provider is told of an order. */
export interface CheckoutOrder {
  /** Also the key by which a repeated call makes no second checkout. */
  readonly id: string;
  readonly productName: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly expiresAt: Date;
}

/** Where the buyer pays. `reference` is the provider's name for it. */
export interface ProviderCheckout {
  readonly reference: string;
  readonly paymentUrl: string;
}

/** What a provider said of a checkout, once its signature is verified. */
export interface PaymentEvent {
  /** The provider's id of the message: the same when it is sent again. */
  readonly id: string;
  readonly kind: 'PAID' | 'FAILED' | 'EXPIRED';
  /** Of the checkout. */
  readonly reference: string;
  /** What was (or was to be) paid, by the provider's account. */
  readonly amountMinor: number;
  readonly currency: string;
}

/** A webhook that was not made by the provider, is too old, or cannot be read. */
export class InvalidWebhook extends Error {
  constructor(readonly reason: 'SIGNATURE' | 'TOO_OLD' | 'UNREADABLE') {
    super(`Webhook refused: ${reason}`);
    this.name = 'InvalidWebhook';
  }
}

/** The one seam behind which money moves: small enough for Stripe Checkout and its like. */
export interface PaymentProvider {
  /** As in the webhook's address, `/webhooks/payments/<name>`. */
  readonly name: string;
  /** Called again for the same order, it must give a checkout that is paid once. */
  createCheckout(order: CheckoutOrder): Promise<ProviderCheckout>;
  /**
   * Verifies a webhook against the raw body and reads it; null for a genuine message that is
   * about nothing of ours.
   * @throws InvalidWebhook
   */
  parseWebhook(headers: Headers, body: string): PaymentEvent | null;
}
