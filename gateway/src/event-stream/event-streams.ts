import { once } from 'node:events';
import type { OutgoingHttpHeaders } from 'node:http';
import { LyceumError } from '@lyceum/platform/errors';
import { networkOf } from '@lyceum/platform/network';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../pipeline/bearer.js';
import { statusOf } from '../pipeline/http/statuses.js';
import type { OperationRequest } from '../pipeline/operation-request.js';
import type { Asker, PublicResult } from '../pipeline/operations.js';
import {
  only,
  tooManyOpen,
  type OperationStream,
  type OperationStreams,
} from '../subscriptions/operation-streams.js';
import type { StandingCallers, Ending } from '../subscriptions/standing-callers.js';
import type { Tally } from '../subscriptions/tally.js';
import { tokenRefusal } from '../viewer/access-tokens.js';
import type { StreamFormat } from './stream-format.js';
import { StreamedResponse } from './streamed-response.js';

const DRAIN_MS = 2_000;
const RETRY_AFTER_SECONDS = 30;

const REASONS = {
  TOKEN_EXPIRED: 'EXPIRED',
  SESSION_REVOKED: 'REVOKED',
  ROLE_REVOKED: 'ROLE_REVOKED',
} as const satisfies Record<Ending, string>;

/** Answers as the body of a response that stays open, for networks that let no WebSocket through. */
export interface EventStreams {
  /** What to answer in the ordinary way instead; null when the stream has begun. */
  serve(
    reply: FastifyReply,
    format: StreamFormat,
    asked: {
      request: OperationRequest;
      asker: Asker;
      caller: Caller;
      idempotencyKey: string | string[] | undefined;
    },
  ): Promise<PublicResult | null>;
  /** Lets subscribers ask again elsewhere, and waits a moment until they have gone; others are answered. */
  close(): Promise<void>;
  readonly size: number;
}

interface Open {
  beat(): void;
  leave(): void;
  readonly gone: Promise<unknown>;
}

export function createEventStreams(options: {
  streams: OperationStreams;
  callers: StandingCallers;
  perNetwork: Tally;
  heartbeatMs: number;
  metrics: Pick<Metrics, 'connections'>;
}): EventStreams {
  const { streams, callers, perNetwork, heartbeatMs, metrics } = options;
  const all = new Set<Open>();
  let isClosed = false;
  const heartbeat = setInterval(() => {
    for (const open of all) open.beat();
  }, heartbeatMs).unref();

  /** By the protocol, what is wrong with an operation is told on the stream. */
  function orRefusal(error: unknown, correlationId: string): OperationStream | PublicResult {
    const refusal = streams.refuse(error, correlationId);
    return statusOf(refusal, true) === 200 ? only(async () => refusal) : refusal;
  }

  function begin(
    reply: FastifyReply,
    format: StreamFormat,
    stream: OperationStream,
    { caller, asker }: { caller: Caller; asker: Asker },
    response: StreamedResponse,
  ): Open {
    const { raw } = reply;
    const failure = (error: unknown) => streams.refuse(error, asker.correlationId);
    const standing = callers.watch(caller, (ending) => {
      response.end(format.failure(failure(tokenRefusal(REASONS[ending]))));
      void stream.return();
    });
    const open: Open = {
      beat: () => response.beat(format.heartbeat),
      leave() {
        // Asked for again, it would change data twice.
        if (!stream.isLive) return;
        response.end(format.goingAway(failure(goingAway())));
        void stream.return();
      },
      gone: once(raw, 'close').catch(() => undefined),
    };
    raw.once('close', () => {
      standing.leave();
      void stream.return();
      all.delete(open);
      metrics.connections.dec({ transport: format.transport });
    });
    all.add(open);
    metrics.connections.inc({ transport: format.transport });
    return open;
  }

  return {
    async serve(reply, format, { request, asker, caller, idempotencyKey }) {
      const { correlationId } = asker;
      const release = perNetwork.take(networkOf(asker.network ?? ''));
      if (!release) {
        const error = tooManyOpen('CONNECTIONS_PER_NETWORK', perNetwork.limit, RETRY_AFTER_SECONDS);
        return streams.refuse(error, correlationId);
      }
      const { raw } = reply;
      raw.once('close', release);
      const response = new StreamedResponse(raw);
      const stream = await streams
        .open(
          request,
          asker,
          (reason) => {
            if (reason === 'TOO_SLOW') response.abandon();
          },
          idempotencyKey,
        )
        .catch((error: unknown) => orRefusal(error, correlationId));
      if (!('next' in stream)) {
        release();
        return stream;
      }
      reply.hijack();
      if (raw.destroyed) {
        release();
        await stream.return();
        return null;
      }
      reply.headers({
        'content-type': format.contentType,
        'cache-control': 'no-cache, no-transform',
        // A proxy that keeps answers until they are whole would keep them for ever.
        'x-accel-buffering': 'no',
      });
      raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
      const open = begin(reply, format, stream, { caller, asker }, response);
      await response.write(format.head);
      if (isClosed) open.leave();
      for await (const result of stream) await response.write(format.message(result));
      response.end(format.end);
      return null;
    },

    async close() {
      isClosed = true;
      clearInterval(heartbeat);
      const gone = Promise.all([...all].map((open) => open.gone));
      for (const open of all) open.leave();
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
    },

    get size() {
      return all.size;
    },
  };
}

function goingAway(): LyceumError {
  return new LyceumError('SERVICE_UNAVAILABLE', 'This gateway stops: ask again.');
}
