import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import Fastify, { type FastifyInstance } from 'fastify';
import { CORRELATION_HEADER, correlationIdOf } from '../correlation-id.js';
import { RATE_LIMIT_HEADERS } from './rate-limit-headers.js';
import type { Origins } from './origins.js';

const PREFLIGHT_SECONDS = 600;
const HSTS = 'max-age=31536000; includeSubDomains';
const EXPOSED = [
  CORRELATION_HEADER,
  'retry-after',
  'idempotency-replayed',
  ...RATE_LIMIT_HEADERS,
].join(', ');

/** The HTTP server with what holds for every route: correlation, CORS, security headers, metrics. */
export function createHttpServer(options: {
  origins: Origins;
  trustProxy: boolean;
  /** How clients reach the gateway, where that is known. */
  publicUrl: string | null;
  bodyBytes: number;
  metrics: Metrics;
  isDraining: () => boolean;
}): FastifyInstance {
  const { origins, trustProxy, publicUrl, bodyBytes, metrics, isDraining } = options;
  const isSecure = publicUrl?.startsWith('https:') ?? false;
  const app = Fastify({
    logger: false,
    // The one proxy in front, and no further: what stands left of its entry is the client's to invent.
    trustProxy: trustProxy && ((_address: string, hop: number) => hop === 0),
    bodyLimit: bodyBytes,
    forceCloseConnections: 'idle',
    // What still comes over an open connection is answered, and the connection then closed.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: (request) => correlationIdOf(request.headers[CORRELATION_HEADER]),
  });

  app.addHook('onRequest', (request, reply, done) => {
    reply.header(CORRELATION_HEADER, request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('x-frame-options', 'DENY');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('cross-origin-opener-policy', 'same-origin');
    if (isSecure) reply.header('strict-transport-security', HSTS);
    const { origin } = request.headers;
    if (origin !== undefined) {
      reply.header('vary', 'Origin');
      const allow = origins.forSharing(origin);
      if (allow) {
        reply.header('access-control-allow-origin', allow);
        reply.header('access-control-expose-headers', EXPOSED);
      }
    }
    done();
  });

  app.options('/*', async (request, reply) => {
    if (reply.hasHeader('access-control-allow-origin')) {
      reply.header('access-control-allow-methods', 'GET, POST, PUT');
      const wanted = request.headers['access-control-request-headers'];
      reply.header('access-control-allow-headers', wanted ?? 'authorization, content-type');
      reply.header('access-control-max-age', PREFLIGHT_SECONDS);
    }
    return reply.status(204).send();
  });

  // A client that kept its connection would hold up the end.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isDraining()) reply.header('connection', 'close');
    done();
  });

  app.addHook('onResponse', (request, reply, done) => {
    metrics.httpRequests.observe(
      {
        service: 'gateway',
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: String(reply.statusCode),
      },
      reply.elapsedTime / 1000,
    );
    done();
  });

  app.setNotFoundHandler(async (_request, reply) =>
    reply.status(404).type('text/plain; charset=utf-8').send('There is nothing here.\n'),
  );
  return app;
}
