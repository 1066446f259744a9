import { Readable, Transform } from 'node:stream';
import type { SubgraphConnection } from '@lyceum/platform/subgraph';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CORRELATION_HEADER } from '../pipeline/correlation-id.js';
import { plainStatusOf } from '../pipeline/http/statuses.js';

/** Which service answers which paths. */
const ROUTES = [
  { url: '/.well-known/jwks.json', service: 'auth' },
  { url: '/uploads/*', service: 'course' },
  { url: '/media/*', service: 'course' },
  { url: '/certificates/*', service: 'progress' },
  { url: '/pay/*', service: 'billing' },
  { url: '/webhooks/*', service: 'billing' },
] as const;

/** What a service may take is its own affair; this is where the gateway stops listening. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Headers that concern one connection, not the message: RFC 9110 §7.6.1. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);
/** What clients make up, and the gateway alone may say: who asks, and where from. */
const INTERNAL = ['x-lyceum-', 'x-forwarded-', 'forwarded', 'x-real-ip'];

/** Hands the plain HTTP routes of services on to them, bodies as streams both ways. */
export function registerServiceRoutes(
  app: FastifyInstance,
  options: { connections: ReadonlyMap<string, SubgraphConnection>; log: Logger },
): void {
  const { connections, log } = options;

  async function forward(
    connection: SubgraphConnection,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const url = addressOf(request);
    if (!url) throw Object.assign(new Error('No address of a service'), { statusCode: 400 });
    const abort = new AbortController();
    reply.raw.once('close', () => abort.abort());
    const response = await connection.route(toWebRequest(request, url, abort.signal));
    reply.status(response.status);
    for (const [name, value] of response.headers) {
      if (isForwarded(name, request.headers.connection) && name !== 'set-cookie') {
        reply.header(name, value);
      }
    }
    const cookies = response.headers.getSetCookie();
    if (cookies.length > 0) reply.header('set-cookie', cookies);
    if (!response.body) return reply.send();
    return reply.send(Readable.fromWeb(response.body));
  }

  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.setErrorHandler((error, request, reply) => {
      const status = plainStatusOf(error);
      if (status >= 500) {
        log.error(
          { err: error, correlationId: request.id, path: request.routeOptions.url },
          'Route',
        );
      }
      const message = status >= 500 ? 'Something went wrong on our side.' : 'Not acceptable.';
      return reply
        .status(status)
        .type('text/plain; charset=utf-8')
        .send(`${message}\nCorrelation id: ${request.id}\n`);
    });
    for (const { url, service } of ROUTES) {
      const connection = connections.get(service);
      if (!connection) continue;
      scope.route({
        method: ['GET', 'POST', 'PUT'],
        url,
        bodyLimit: MOST_BYTES,
        handler: (request, reply) => forward(connection, request, reply),
      });
    }
  });
}

/**
 * What is asked for, to the letter; null where it would mean another path once it is read as a URL, as
 * `/uploads/../graphql` does: services believe the gateway, and have paths that it does not give away.
 */
function addressOf({ protocol, host, url }: FastifyRequest): URL | null {
  const address = URL.parse(`${protocol}://${host}${url}`);
  const [path] = url.split('?', 1);
  if (!address || address.pathname !== path) return null;
  return address.username || address.password ? null : address;
}

function toWebRequest(request: FastifyRequest, url: URL, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (!isForwarded(name, request.headers.connection)) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) headers.append(name, one);
    }
  }
  headers.set(CORRELATION_HEADER, request.id);
  headers.set('x-forwarded-for', request.ip);
  headers.set('x-forwarded-proto', request.protocol);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const hasBody = method !== 'GET' && request.body instanceof Readable;
  if (!hasBody) return new Request(url, { method, headers, signal });
  const body = Readable.toWeb((request.body as Readable).pipe(bounded())) as ReadableStream;
  return new Request(url, { method, headers, signal, body, duplex: 'half' });
}

function isForwarded(name: string, connection: string | undefined): boolean {
  if (HOP_BY_HOP.has(name) || INTERNAL.some((start) => name.startsWith(start))) return false;
  return !(connection ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
    .includes(name);
}

/** Fails a body that goes on and on; one that says its length beforehand is refused earlier. */
function bounded(): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) done(new Error('The body is too large.'));
      else done(null, chunk);
    },
  });
}
