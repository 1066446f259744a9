import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { ExecutionOutput } from '../graph/plan-execution.js';
import type { Capacity } from '../overload/capacity.js';
import type { PublicResult } from '../pipeline/operations.js';
import type { ResolvedOperation } from '../pipeline/resolved-operation.js';
import { publicError } from '../pipeline/public-errors.js';
import type { FeedEvent } from './feed.js';
import { cursorExtension } from './notices.js';

/** Executes a subscription's operation for one event; null when there is nothing to deliver. Never rejects. */
export type EventExecution = (
  operation: ResolvedOperation,
  variables: Readonly<Record<string, unknown>>,
  item: FeedEvent,
  subscriber: { readonly viewer: SignedIn; readonly network: string | null },
) => Promise<PublicResult | null>;

export function createEventExecution(options: {
  capacity: Pick<Capacity, 'event'>;
  log: Logger;
}): EventExecution {
  const { capacity, log } = options;

  function toDeliver(output: ExecutionOutput, correlationId: string): PublicResult | null {
    const { data = null, errors, skip } = output;
    if (skip) return null;
    if (!errors) return { data };
    // What one may not see does not exist: neither does its event.
    const isNothing = data === null || Object.values(data).every((value) => value === null);
    const isHidden = errors.every((error) => error.extensions['code'] === 'NOT_FOUND');
    if (isNothing && isHidden) return null;
    return { data, errors: errors.map((error) => publicError(error, correlationId, log)) };
  }

  return async ({ graph, plan }, variables, { event, position }, { viewer, network }) => {
    const { correlationId } = event;
    let result: PublicResult | null;
    try {
      const output = await capacity.event((signal) =>
        graph.plans.execute(plan(), {
          ...{ variables, viewer, correlationId, network, event, signal },
        }),
      );
      result = toDeliver(output, correlationId);
    } catch (error) {
      result = { errors: [publicError(error, correlationId, log)] };
    }
    return result && { ...result, ...cursorExtension(position) };
  };
}
