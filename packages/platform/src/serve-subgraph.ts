import { Readable } from 'node:stream';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LyceumError } from './errors.js';
import { newId } from './ids.js';
import type { RunningService } from './service.js';
import type { SubgraphRequest } from './subgraph.js';
import type { Logger } from './telemetry/logger.js';
import type { Metrics } from './telemetry/metrics.js';
import { extractTrace, SpanKind, withSpan } from './telemetry/tracing.js';
import { verifyViewer } from './viewer-token.js';
import type { Viewer } from './viewer.js';

const BODY_LIMIT = 8 * 1024 * 1024;

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

/**
 * Serves a subgraph over HTTP to its gateway: `/graphql` for those who show a viewer token, the
 * service's own routes, health and metrics.
 */
export async function serveSubgraph(
  service: RunningService,
  options: {
    host: string;
    port: number;
    /** Shared with the gateway, for this subgraph alone. */
    secret: string;
    metrics: Metrics;
    log: Logger;
    busHealthy: () => boolean;
  },
): Promise<{ url: string; close(): Promise<void> }> {
  const { metrics, log, secret } = options;
  const server = fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: 'idle' });

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
  server.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    const route = routeOptions.url ?? 'none';
    const labels = { service: service.name, method, route, status: String(reply.statusCode) };
    metrics.httpRequests.observe(labels, reply.elapsedTime / 1_000);
    done();
  });

  const viewers = new WeakMap<FastifyRequest, Viewer>();
  server.post('/graphql', {
    // Before the body is read: who is not the gateway learns nothing, not even what is malformed.
    onRequest: async (request) => {
      const token = request.headers['x-lyceum-viewer'];
      const text = typeof token === 'string' ? token : undefined;
      viewers.set(request, await verifyViewer(text, service.name, secret));
    },
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
          }),
        { kind: SpanKind.SERVER, parent: extractTrace(request.headers) },
      );
      return reply.type('application/json').send(JSON.stringify(answer));
    },
  });

  server.get('/health/live', () => ({ status: 'ok' }));
  server.get('/health/ready', async (_request, reply) => {
    const checks = { database: await service.ready(), bus: options.busHealthy() };
    const ready = checks.database && checks.bus;
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable', checks });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );

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
  return { url, close: () => server.close() };
}

function correlationOf(request: FastifyRequest): string {
  const given = request.headers['x-correlation-id'];
  return typeof given === 'string' ? given : newId();
}

function webRequest(request: FastifyRequest): Request {
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
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
