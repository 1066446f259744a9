import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LyceumError } from './errors.js';
import { newId } from './ids.js';
import type { RunningService } from './service.js';
import type { SubgraphRequest } from './subgraph.js';
import type { Metrics } from './telemetry/metrics.js';
import { verifyViewer } from './viewer-token.js';

const BODY_LIMIT = 8 * 1024 * 1024;

const body = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.object({ event: z.unknown().optional(), network: z.string().nullish() }).nullish(),
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
    busHealthy: () => boolean;
  },
): Promise<{ url: string; close(): Promise<void> }> {
  const server = fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: 'idle' });

  server.post('/graphql', async (request, reply) => {
    const end = options.metrics.httpRequests.startTimer({ service: service.name, method: 'POST' });
    const answer = await answerGraphql(service, options.secret, request);
    end({ route: '/graphql', status: String(answer.status) });
    return reply.code(answer.status).type('application/json').send(JSON.stringify(answer.body));
  });

  server.get('/health/live', () => ({ status: 'ok' }));
  server.get('/health/ready', async (_request, reply) => {
    const checks = { database: await service.ready(), bus: options.busHealthy() };
    const ready = checks.database && checks.bus;
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable', checks });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(options.metrics.registry.contentType).send(await options.metrics.registry.metrics()),
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

async function answerGraphql(
  service: RunningService,
  secret: string,
  request: FastifyRequest,
): Promise<{ status: number; body: unknown }> {
  try {
    const token = request.headers['x-lyceum-viewer'];
    const viewer = await verifyViewer(
      typeof token === 'string' ? token : undefined,
      service.name,
      secret,
    );
    const parsed = body.safeParse(request.body);
    if (!parsed.success)
      return { status: 400, body: { errors: [{ message: 'Malformed request.' }] } };
    const { query, operationName, variables, extensions } = parsed.data;
    const correlation = request.headers['x-correlation-id'];
    return {
      status: 200,
      body: await service.execute({
        query,
        operationName,
        variables: variables ?? {},
        viewer,
        correlationId: typeof correlation === 'string' ? correlation : newId(),
        event: (extensions?.event ?? null) as SubgraphRequest['event'],
        network: extensions?.network ?? null,
      }),
    };
  } catch (error) {
    if (!(error instanceof LyceumError)) throw error;
    return { status: 401, body: { errors: [error.toJSON()] } };
  }
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
    ...(hasBody
      ? { body: Readable.toWeb(request.raw), duplex: 'half' }
      : {}),
  } as RequestInit);
}

async function sendResponse(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status);
  response.headers.forEach((value, name) => void reply.header(name, value));
  if (!response.body) return reply.send();
  return reply.send(Readable.fromWeb(response.body as unknown as NodeReadableStream));
}
