import { Readable } from 'node:stream';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LyceumError } from './errors.js';
import { newId } from './ids.js';
import { remembered } from './remembered.js';
import type { RunningService } from './service.js';
import { Stop, type StopSignal } from './stop-signal.js';
import type { SubgraphRequest } from './subgraph.js';
import type { Logger } from './telemetry/logger.js';
import { mayReadMetrics, type MetricsAccess } from './telemetry/metrics-access.js';
import type { Metrics } from './telemetry/metrics.js';
import { extractTrace, SpanKind, withSpan } from './telemetry/tracing.js';
import { verifyViewer } from './viewer-token.js';
import type { Viewer } from './viewer.js';
import { within } from './within.js';

const BODY_LIMIT = 8 * 1024 * 1024;
/** Who asks whether the service is ready gets an answer of this age, and in this time. */
const READY_FOR_MS = 1_000;
const READY_WITHIN_MS = 2_000;
/** Requests that are under way at the end get this long. */
const FINISH_MS = 10_000;

/** What is told without the gateway's token: whether the service runs, and numbers to who may have them. */
const OPEN_ROUTES = new Set(['/health/live', '/health/ready', '/metrics']);
/** Headers by which the gateway speaks to a service: no business of what handles a route. */
const INTERNAL = 'x-lyceum-';

const body = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z
    .object({
      event: z.unknown().optional(),
      network: z.string().nullish(),
      idempotency: z
        .object({ key: z.string().min(1), fingerprint: z.string().min(1), part: z.string() })
        .nullish(),
    })
    .nullish(),
});

export interface SubgraphServer {
  readonly url: string;
  /** Turns readiness red and goes on answering, until those who ask have noticed. */
  drain(): void;
  /** Takes no more, lets what is under way end for at most ten seconds. */
  close(): Promise<void>;
}

/**
 * Serves a subgraph over HTTP to its gateway alone: `/graphql` and the service's own routes answer
 * those who show a viewer token for this subgraph. Health says to everybody whether, and not why. The
 * bus is no part of it: while it is away events wait in the outbox and requests are answered, and all
 * services would turn red at once.
 */
export async function serveSubgraph(
  service: RunningService,
  options: {
    host: string;
    port: number;
    /** Shared with the gateway, for this subgraph alone. */
    secret: string;
    metrics: Metrics;
    metricsAccess: MetricsAccess;
    log: Logger;
  },
): Promise<SubgraphServer> {
  const { metrics, metricsAccess, log, secret } = options;
  const server = fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: 'idle',
    // What still comes over an open connection is answered, and the connection then closed.
    return503OnClosing: false,
  });
  let draining = false;

  server.setErrorHandler((error, request, reply) => {
    const refused = error instanceof LyceumError;
    const status = refused ? 401 : ((error as { statusCode?: number }).statusCode ?? 500);
    if (status >= 500) {
      const correlationId = correlationOf(request);
      log.error({ err: error, correlationId, route: request.routeOptions.url }, 'request failed');
    }
    const message = status >= 500 ? 'Something went wrong on our side.' : 'Malformed request.';
    return reply.code(status).send({ errors: [refused ? error.toJSON() : { message }] });
  });
  const viewers = new WeakMap<FastifyRequest, Viewer>();
  // Before the body is read: who is not the gateway learns nothing, not even which routes there are.
  server.addHook('onRequest', async (request) => {
    if (OPEN_ROUTES.has(request.routeOptions.url ?? '')) return;
    const token = request.headers['x-lyceum-viewer'];
    const text = typeof token === 'string' ? token : undefined;
    viewers.set(request, await verifyViewer(text, service.name, secret));
  });
  server.addHook('onSend', async (_request, reply) => {
    if (draining) reply.header('connection', 'close');
  });
  server.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    const route = routeOptions.url ?? 'none';
    const labels = { service: service.name, method, route, status: String(reply.statusCode) };
    metrics.httpRequests.observe(labels, reply.elapsedTime / 1_000);
    done();
  });

  server.post('/graphql', {
    handler: async (request, reply) => {
      const parsed = body.safeParse(request.body);
      if (!parsed.success) {
        return reply.code(400).send({ errors: [{ message: 'Malformed request.' }] });
      }
      const { query, operationName, variables, extensions } = parsed.data;
      const answer = await withSpan(
        `subgraph ${service.name}`,
        {},
        () =>
          service.execute({
            query,
            operationName,
            variables: variables ?? {},
            viewer: viewers.get(request)!,
            correlationId: correlationOf(request),
            event: (extensions?.event ?? null) as SubgraphRequest['event'],
            network: extensions?.network ?? null,
            idempotency: extensions?.idempotency ?? undefined,
            signal: whenGone(reply),
          }),
        { kind: SpanKind.SERVER, parent: extractTrace(request.headers) },
      );
      return reply.type('application/json').send(JSON.stringify(answer));
    },
  });

  const ready = remembered(async () => {
    const isReady = await within(service.ready(), READY_WITHIN_MS);
    if (!isReady) log.warn('not ready');
    return isReady;
  }, READY_FOR_MS);
  server.get('/health/live', () => ({ status: 'ok' }));
  server.get('/health/ready', async (_request, reply) => {
    const isReady = !draining && (await ready());
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'unavailable' });
  });
  server.get('/metrics', async (request, reply) => {
    if (!mayReadMetrics(request.headers.authorization, metricsAccess)) {
      return reply.code(401).header('www-authenticate', 'Bearer').send();
    }
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });

  await server.register((routes, _options, done) => {
    // Bodies of these routes are the service's own business, and streams.
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    for (const route of service.routes) {
      routes.route({
        method: route.method,
        url: route.path,
        bodyLimit: Number.MAX_SAFE_INTEGER,
        handler: async (request, reply) =>
          sendResponse(reply, await route.handle(webRequest(request), request.params as never)),
      });
    }
    done();
  });

  const url = await server.listen({ host: options.host, port: options.port });
  return {
    url,
    drain() {
      draining = true;
    },
    async close() {
      draining = true;
      const cut = setTimeout(() => server.server.closeAllConnections(), FINISH_MS);
      await server.close();
      clearTimeout(cut);
    },
  };
}

/** Aborted when the gateway hangs up before it has its answer. */
function whenGone(reply: FastifyReply): StopSignal {
  const gone = new Stop();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone;
}

function correlationOf(request: FastifyRequest): string {
  const given = request.headers['x-correlation-id'];
  return typeof given === 'string' ? given : newId();
}

function webRequest(request: FastifyRequest): Request {
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith(INTERNAL)) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) headers.append(name, one);
    }
  }
  return new Request(`http://${request.headers.host ?? 'localhost'}${request.url}`, {
    method: request.method,
    headers,
    ...(hasBody ? { body: Readable.toWeb(request.raw), duplex: 'half' } : {}),
  });
}

async function sendResponse(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status);
  response.headers.forEach((value, name) => void reply.header(name, value));
  if (!response.body) return reply.send();
  return reply.send(Readable.fromWeb(response.body));
}
