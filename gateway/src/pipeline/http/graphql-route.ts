import type { IncomingMessage } from 'node:http';
import type { LyceumError } from '@lyceum/platform/errors';
import { Stop, type StopSignal } from '@lyceum/platform/stop-signal';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { EventStreams } from '../../event-stream/event-streams.js';
import { streamFormatOf } from '../../event-stream/stream-negotiation.js';
import { cacheControlOf, isShared } from '../../persisted/cache-control.js';
import type { AccessTokens } from '../../viewer/access-tokens.js';
import { callerOf, type Caller } from '../bearer.js';
import { idempotencyKeyOf } from '../idempotency-key.js';
import { badRequest, clientOf, type OperationRequest } from '../operation-request.js';
import type { Asker, Operations, PublicResult } from '../operations.js';
import { answerTypeOf, BY_DEFAULT, type AnswerType } from './answer-type.js';
import { bodyRefusal, readParameters } from './request-parameters.js';
import { RATE_LIMIT_HEADERS, rateLimitHeaders } from './rate-limit-headers.js';
import { headersOf, headersOfBatch, statusOf } from './statuses.js';

/** GraphQL over HTTP: POST, and GET for what changes nothing; as streams where clients ask for them. */
export function registerGraphQLRoute(
  app: FastifyInstance,
  options: {
    operations: Operations;
    eventStreams: EventStreams;
    tokens: AccessTokens;
    batchSize: number;
    bodyMs: number;
    persistedMaxAgeSeconds: number;
    /** What is said to whoever comes now, before anything is read; null while there is room. */
    refusal: () => LyceumError | null;
  },
): void {
  const { operations, eventStreams, tokens, batchSize, bodyMs } = options;
  const { persistedMaxAgeSeconds: maxAgeSeconds, refusal } = options;

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { accept } = request.headers;
    const format = streamFormatOf(accept);
    const inOneAnswer = answerTypeOf(accept);
    const answerType = inOneAnswer ?? (format && BY_DEFAULT);
    if (!answerType) {
      const refusal = badRequest('Accept application/json or application/graphql-response+json.');
      return send(reply.status(406), operations.refuse(refusal, request.id));
    }
    let asking: Awaited<ReturnType<typeof askerOf>>;
    let asked: ReturnType<typeof readParameters>;
    try {
      asking = await askerOf(request, reply);
      asked = readParameters(request, batchSize);
    } catch (error) {
      return answer(reply, operations.refuse(error, request.id), answerType);
    }
    const { asker } = asking;
    if ('length' in asked) {
      try {
        operations.holdTogether(asked, asker.client);
      } catch (error) {
        return answer(reply, operations.refuse(error, request.id), answerType);
      }
      const results = await Promise.all(asked.map((one) => run(one, asker, request, reply)));
      return send(reply.headers(headersOfBatch(results)), results);
    }
    if (format && isStreamed(asked, asker, request, inOneAnswer)) {
      const { 'last-event-id': lastEventId, 'idempotency-key': idempotencyKey } = request.headers;
      const refusal = await eventStreams.serve(reply, format, {
        ...asking,
        request: resumedBy(lastEventId, asked),
        idempotencyKey,
      });
      return refusal ? answer(reply, refusal, answerType) : reply;
    }
    return answer(reply, await run(asked, asker, request, reply), answerType);
  }

  /** Where the client takes either, only what has more than one answer is streamed. */
  function isStreamed(
    asked: OperationRequest,
    { client }: Asker,
    { method }: FastifyRequest,
    inOneAnswer: AnswerType | null,
  ): boolean {
    try {
      const { kind } = operations.resolve(asked, client);
      // Refused in the ordinary way.
      if (kind === OperationTypeNode.MUTATION && method === 'GET') return false;
      return inOneAnswer === null || kind === OperationTypeNode.SUBSCRIPTION;
    } catch {
      return inOneAnswer === null;
    }
  }

  async function askerOf(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ asker: Asker; caller: Caller }> {
    const { headers } = request;
    const caller = await callerOf(headers.authorization, tokens);
    const asker: Asker = {
      viewer: caller.viewer,
      correlationId: request.id,
      network: request.ip,
      client: clientOf(
        headers['apollographql-client-name'],
        headers['apollographql-client-version'],
      ),
      signal: whenGone(reply),
      onStanding: (standing) => void reply.headers(rateLimitHeaders(standing)),
    };
    return { asker, caller };
  }

  async function run(
    asked: OperationRequest,
    asker: Asker,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<PublicResult> {
    try {
      const operation = await operations.resolveFor(asked, asker);
      if (operation.kind === OperationTypeNode.SUBSCRIPTION) {
        throw badRequest('Subscribe over the WebSocket here, or accept text/event-stream.');
      }
      if (operation.kind === OperationTypeNode.MUTATION && request.method === 'GET') {
        reply.header('allow', 'POST');
        throw new GraphQLError('Mutations go by POST.', {
          extensions: { code: 'METHOD_NOT_ALLOWED' },
        });
      }
      const idempotencyKey = idempotencyKeyOf(operation.kind, asked, {
        value: request.headers['idempotency-key'],
        isBatch: Array.isArray(request.body),
      });
      const keyed = idempotencyKey ? { ...asker, idempotencyKey } : asker;
      const result = await operations.execute(operation, asked.variables ?? {}, keyed);
      if (request.method === 'GET' && !asked.query) {
        const anonymous = asker.viewer.kind === 'anonymous';
        const failed = result.errors !== undefined;
        const cacheControl = cacheControlOf({ anonymous, failed, maxAgeSeconds });
        reply.header('cache-control', cacheControl).header('vary', 'Origin, Authorization, Accept');
        // What is left to one of those who share it is no business of the others.
        if (isShared(cacheControl)) RATE_LIMIT_HEADERS.forEach((name) => reply.removeHeader(name));
      }
      return result;
    } catch (error) {
      return operations.refuse(error, asker.correlationId);
    }
  }

  function answer(reply: FastifyReply, result: PublicResult, type: AnswerType): FastifyReply {
    reply.headers(headersOf(result)).status(statusOf(result, type.isLegacy));
    return send(reply.type(type.contentType), result);
  }

  void app.register(async (scope) => {
    // Only JSON: what a browser sends across sites without asking is refused.
    scope.removeContentTypeParser('text/plain');
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      const status = error.statusCode ?? 500;
      const refusal = status < 500 ? bodyRefusal(error, request) : error;
      return send(reply.status(status), operations.refuse(refusal, request.id));
    });
    scope.route({
      method: ['GET', 'POST'],
      url: '/graphql',
      exposeHeadRoute: false,
      onRequest: (request, reply, done) => {
        const refused = refusal();
        if (!refused) return done();
        const result = operations.refuse(refused, request.id);
        reply.headers(headersOf(result)).status(statusOf(result, false));
        send(reply, result);
      },
      preParsing: (request, _reply, payload, done) => {
        cutWhenLate(request.raw, bodyMs);
        // Nobody else reads it to its end, which is at once where it has no body.
        if (request.method === 'GET') request.raw.resume();
        done(null, payload);
      },
      handler: handle,
    });
  });
}

function send(reply: FastifyReply, result: PublicResult | readonly PublicResult[]): FastifyReply {
  if (!reply.hasHeader('content-type')) reply.type('application/json; charset=utf-8');
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  // An answer is data, wherever somebody gets a browser to show it.
  reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  return reply.send(JSON.stringify(result));
}

/** Whoever sends a body byte by byte keeps no connection for it. */
function cutWhenLate(request: IncomingMessage, ms: number): void {
  const timer = setTimeout(() => request.destroy(), ms).unref();
  request.once('end', () => clearTimeout(timer));
}

/** A client that connects again says so in the way of event streams. */
function resumedBy(lastEventId: unknown, asked: OperationRequest): OperationRequest {
  if (typeof lastEventId !== 'string' || !lastEventId) return asked;
  return { ...asked, extensions: { ...asked.extensions, resumeAfter: lastEventId } };
}

/** Aborted when the client hangs up before it has its answer. */
function whenGone(reply: FastifyReply): StopSignal {
  const gone = new Stop();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone;
}
