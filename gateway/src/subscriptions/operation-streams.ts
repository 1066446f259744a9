import { LyceumError } from '@lyceum/platform/errors';
import { OperationTypeNode } from 'graphql';
import { idempotencyKeyOf } from '../pipeline/idempotency-key.js';
import type { OperationRequest } from '../pipeline/operation-request.js';
import type { Asker, Operations, PublicResult } from '../pipeline/operations.js';
import type { StreamEnd, SubscriptionHub } from './subscription-hub.js';
import type { Tally } from './tally.js';

/** The answers to one operation, in order: one to a query or mutation, one for each event to a subscription. */
export interface OperationStream extends AsyncIterableIterator<PublicResult> {
  /** A subscription: it ends by no answer, and can go on elsewhere. */
  readonly isLive: boolean;
  return(value?: undefined): Promise<IteratorResult<PublicResult, undefined>>;
}

/** Operations on connections that stay open, whatever the transport. */
export interface OperationStreams {
  /**
   * @throws OperationRefused or GraphQLError when it is not executed at all
   * @param request a subscription's `extensions.resumeAfter` is the cursor it goes on after
   * @param onEnd called before a stream ends that nobody completed
   * @param idempotencyKey a mutation's, where it came beside the request
   */
  open(
    request: OperationRequest,
    asker: Asker,
    onEnd: (reason: StreamEnd) => void,
    idempotencyKey?: string | string[],
  ): Promise<OperationStream>;
  /** The cursor of now, to resume after for clients that have no message yet; null when unknown. */
  readonly cursor: string | null;
  /** What is said of something thrown. */
  refuse: Operations['refuse'];
}

/** @param perViewer how many subscriptions one person may have open, over all connections */
export function createOperationStreams(options: {
  operations: Operations;
  hub: SubscriptionHub;
  perViewer: Tally;
}): OperationStreams {
  const { operations, hub, perViewer } = options;

  return {
    refuse: operations.refuse,

    get cursor() {
      return hub.cursor;
    },

    async open(request, asker, onEnd, header) {
      const operation = await operations.resolveFor(request, asker);
      const variables = request.variables ?? {};
      if (operation.kind !== OperationTypeNode.SUBSCRIPTION) {
        const idempotencyKey = idempotencyKeyOf(operation.kind, request, {
          value: header,
          isBatch: false,
        });
        const keyed = idempotencyKey ? { ...asker, idempotencyKey } : asker;
        return only(() => operations.execute(operation, variables, keyed));
      }
      const { viewer } = asker;
      const release = viewer.kind === 'person' ? perViewer.take(viewer.userId) : () => undefined;
      if (!release) throw tooManyOpen('SUBSCRIPTIONS_PER_VIEWER', perViewer.limit);
      try {
        const resumeAfter = request.extensions?.['resumeAfter'];
        const stream = await operations.subscribe(operation, variables, asker, (current) =>
          hub.subscribe(current, variables, asker, { resumeAfter, onEnd }),
        );
        return released(stream, release);
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

/**
 * @param reason which of the limits it is
 * @param retryAfterSeconds where there is no telling what the client itself could end
 */
export function tooManyOpen(
  reason: 'SUBSCRIPTIONS_PER_CONNECTION' | 'SUBSCRIPTIONS_PER_VIEWER' | 'CONNECTIONS_PER_NETWORK',
  limit: number,
  retryAfterSeconds?: number,
): LyceumError {
  return new LyceumError('RATE_LIMITED', 'Too much is open at a time: end some of it first.', {
    reason,
    limit,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** A stream of one answer. */
export function only(execute: () => Promise<PublicResult>): OperationStream {
  async function* answer(): AsyncGenerator<PublicResult, undefined, undefined> {
    yield await execute();
  }
  return Object.assign(answer(), { isLive: false });
}

/** Calls `release` when the stream ends, whoever ends it. */
function released(
  stream: AsyncIterableIterator<PublicResult>,
  release: () => void,
): OperationStream {
  return {
    isLive: true,
    async next() {
      const result = await stream.next();
      if (result.done) release();
      return result;
    },
    async return() {
      release();
      await stream.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
