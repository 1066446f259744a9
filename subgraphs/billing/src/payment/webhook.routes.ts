import type { Route } from '@lyceum/platform/service';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { PaymentOutcome, PaymentService } from './payment.service.js';
import { InvalidWebhook, type PaymentEvent, type PaymentProvider } from './payment-provider.js';
import { readBody } from './request-body.js';

const MAX_WEBHOOK_BYTES = 65_536;

const STATUS: Readonly<Record<PaymentOutcome, number>> = {
  APPLIED: 200,
  DUPLICATE: 200,
  IGNORED: 200,
  // It may come before the checkout's own answer was stored: then it is sent again.
  UNKNOWN_ORDER: 404,
  WRONG_AMOUNT: 422,
};

/** Answers as providers understand them: 2xx is done, 4xx and 5xx are sent again for a while. */
export function webhookRoutes(
  providers: readonly PaymentProvider[],
  payments: PaymentService,
  log: Logger,
): Route[] {
  const handle: Route['handle'] = async (request, params) => {
    const provider = providers.find(({ name }) => name === params['provider']);
    if (!provider) return answer(404, 'UNKNOWN_PROVIDER');
    const body = await readBody(request, MAX_WEBHOOK_BYTES);
    if (body === null) return answer(413, 'TOO_LARGE');
    let event: PaymentEvent | null;
    try {
      event = provider.parseWebhook(request.headers, body);
    } catch (error) {
      if (!(error instanceof InvalidWebhook)) throw error;
      log.warn({ provider: provider.name, reason: error.reason }, 'webhook refused');
      return answer(400, error.reason);
    }
    if (!event) return answer(200, 'NOT_FOR_US');
    const outcome = await payments.apply(provider.name, event);
    if (outcome === 'WRONG_AMOUNT') {
      log.error({ provider: provider.name, eventId: event.id }, 'payment of a wrong amount');
    }
    return answer(STATUS[outcome], outcome);
  };
  return [{ method: 'POST', path: '/webhooks/payments/:provider', handle }];
}

function answer(status: number, outcome: string): Response {
  return Response.json({ outcome }, { status, headers: { 'cache-control': 'no-store' } });
}
