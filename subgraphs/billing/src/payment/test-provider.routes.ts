import type { Clock } from '@lyceum/platform/clock';
import type { Route } from '@lyceum/platform/service';
import type { Order } from '../../generated/prisma/client.js';
import type { BillingDatabase } from '../database.js';
import { formatAmount } from '../money/money.rules.js';
import { isOpen } from '../order/order.rules.js';
import { readBody } from './request-body.js';
import { missingPage, paymentPage } from './test-page.js';
import type { TestProvider } from './test-provider.js';

const MAX_FORM_BYTES = 1_024;

/** The page where the buyer decides. The decision goes the way of every webhook: signed, to its address. */
export function testProviderRoutes(options: {
  provider: TestProvider;
  database: BillingDatabase;
  clock: Clock;
  /** Handles a request to `/webhooks/payments/test`, as when it came from outside. */
  sendWebhook(request: Request): Promise<Response>;
}): Route[] {
  const { provider, database, clock } = options;

  const orderOf = async (token: string | undefined): Promise<Order | null> =>
    token
      ? database
          .acrossOrganizations('Whoever has the address of a payment page may pay.')
          .order.findUnique({
            where: {
              provider_providerReference: { provider: provider.name, providerReference: token },
            },
          })
      : null;

  const show: Route['handle'] = async (_request, params) => {
    const order = await orderOf(params['token']);
    if (!order) return missingPage();
    const { productName, amountMinor, currency, status } = order;
    const price = formatAmount({ amountMinor: BigInt(amountMinor), currency }, 'en');
    const closed = status === 'PENDING' ? 'EXPIRED' : status;
    const state = isOpen(order, clock.now()) ? 'OPEN' : closed;
    return paymentPage({ productName, price, state });
  };

  const decide: Route['handle'] = async (request, params) => {
    const order = await orderOf(params['token']);
    if (!order) return missingPage();
    const form = new URLSearchParams((await readBody(request, MAX_FORM_BYTES)) ?? '');
    const decision = form.get('decision');
    if (decision !== 'pay' && decision !== 'decline') {
      return new Response('Choose pay or decline.\n', { status: 400 });
    }
    if (isOpen(order, clock.now())) {
      const answer = await options.sendWebhook(
        provider.webhook({
          kind: decision === 'pay' ? 'PAID' : 'FAILED',
          reference: params['token'] ?? '',
          amountMinor: order.amountMinor,
          currency: order.currency,
        }),
      );
      if (!answer.ok) return new Response('The payment was not taken.\n', { status: 502 });
    }
    // Back to the page, which says what came of it; reloading it decides nothing.
    return new Response(null, {
      status: 303,
      headers: { location: `/pay/test/${params['token']}`, 'cache-control': 'no-store' },
    });
  };

  return [
    { method: 'GET', path: '/pay/test/:token', handle: show },
    { method: 'POST', path: '/pay/test/:token', handle: decide },
  ];
}
