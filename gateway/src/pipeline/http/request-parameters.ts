import type { FastifyError, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import secureJson from 'secure-json-parse';
import { badRequest, readOperationRequest, type OperationRequest } from '../operation-request.js';

/** What a request asks for; a list when the client sent a list, whose answers go back as one. */
export type Asked = OperationRequest | readonly OperationRequest[];

/**
 * @param batchSize operations that one request may carry
 * @throws GraphQLError BAD_REQUEST when it cannot be read, OPERATION_TOO_LARGE for a larger batch
 */
export function readParameters(request: FastifyRequest, batchSize: number): Asked {
  if (request.method === 'GET') return readOperationRequest(fromQuery(request.query));
  const { body } = request;
  if (!Array.isArray(body)) return readOperationRequest(body);
  if (body.length === 0) throw badRequest('A batch holds at least one operation.');
  if (body.length > batchSize) {
    const extensions = { limit: 'batchSize', value: body.length, max: batchSize };
    throw new GraphQLError(`A batch holds at most ${batchSize} operations.`, {
      extensions: { code: 'OPERATION_TOO_LARGE', ...extensions },
    });
  }
  return body.map(readOperationRequest);
}

/** What is said of a body that was not read. */
export function bodyRefusal(
  { code, message }: FastifyError,
  { headers, routeOptions }: FastifyRequest,
): GraphQLError {
  if (code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return badRequest(message);
  const max = routeOptions.bodyLimit;
  // Of one that does not say its length, as much is known as was read.
  const value = Number(headers['content-length'] ?? max + 1);
  return new GraphQLError(`A request has at most ${max} bytes.`, {
    extensions: { code: 'OPERATION_TOO_LARGE', limit: 'bodyBytes', value, max },
  });
}

function fromQuery(query: unknown): Record<string, unknown> {
  const parameters = query as Record<string, unknown>;
  return {
    query: parameters['query'],
    documentId: parameters['documentId'],
    operationName: parameters['operationName'],
    variables: jsonOf(parameters, 'variables'),
    extensions: jsonOf(parameters, 'extensions'),
  };
}

function jsonOf(parameters: Record<string, unknown>, name: string): unknown {
  const text = parameters[name];
  if (text === undefined || text === '') return undefined;
  if (typeof text !== 'string') throw badRequest(`"${name}" is given more than once.`);
  try {
    return secureJson.parse(text) as unknown;
  } catch {
    throw badRequest(`"${name}" is not JSON.`);
  }
}
