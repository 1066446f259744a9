import { HeaderMap, type ApolloServer } from '@apollo/server';
import { LyceumError } from '@lyceum/platform/errors';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { AccessTokens } from '../viewer/access-tokens.js';
import { callerOf, type Caller } from './bearer.js';
import { LIMITS } from './limits.js';
import type { Asker } from './operations.js';
import { publicError } from './public-errors.js';

const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  SERVICE_UNAVAILABLE: 503,
  BAD_REQUEST: 400,
};

/** GraphQL over HTTP: POST, and GET for queries. */
export function registerGraphQLRoute(
  app: FastifyInstance,
  options: { apollo: ApolloServer<Asker>; tokens: AccessTokens; log: Logger },
): void {
  const { apollo, tokens, log } = options;

  function refuse(reply: FastifyReply, error: unknown): FastifyReply {
    const formatted = publicError(error, reply.request.id, log);
    const status = STATUS[String(formatted.extensions?.['code'])] ?? 500;
    if (status === 401) reply.header('www-authenticate', 'Bearer error="invalid_token"');
    return reply.status(status).send({ errors: [formatted] });
  }

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    let caller: Caller;
    try {
      caller = await callerOf(request.headers.authorization, tokens);
    } catch (error) {
      return refuse(reply, error);
    }
    const asker: Asker = {
      viewer: caller.viewer,
      correlationId: request.id,
      network: request.ip,
    };
    const response = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method,
        headers: headersOf(request),
        search: new URL(request.url, 'http://gateway').search,
        body: request.body,
      },
      context: async () => asker,
    });
    for (const [name, value] of response.headers) reply.header(name, value);
    reply.status(response.status ?? 200);
    if (response.body.kind === 'complete') return reply.send(response.body.string);
    throw new Error('Incremental delivery is not supported.');
  }

  void app.register(async (scope) => {
    // Only JSON: what a browser sends across sites without asking is refused.
    scope.removeContentTypeParser('text/plain');
    scope.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) return refuse(reply, error);
      const refusal = new GraphQLError(error.message, { extensions: { code: 'BAD_REQUEST' } });
      return reply.status(status).send({ errors: [publicError(refusal, request.id, log)] });
    });
    scope.route({
      method: ['GET', 'POST'],
      url: '/graphql',
      bodyLimit: LIMITS.bodyBytes,
      exposeHeadRoute: false,
      handler: handle,
    });
  });
}

function headersOf(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

/** An error of a route that speaks no GraphQL. */
export function plainStatusOf(error: unknown): number {
  if (error instanceof LyceumError) return STATUS[error.code] ?? 500;
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 ? status : 500;
}
