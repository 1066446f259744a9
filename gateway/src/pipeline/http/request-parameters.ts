import type { FastifyRequest } from 'fastify';
import secureJson from 'secure-json-parse';
import { badRequest, readOperationRequest, type OperationRequest } from '../operation-request.js';

/** Operations that one request may carry. */
const MOST_IN_BATCH = 10;

/** What a request asks for; a list when the client sent a list, whose answers go back as one. */
export type Asked = OperationRequest | readonly OperationRequest[];

/** @throws GraphQLError BAD_REQUEST when it cannot be read */
export function readParameters(request: FastifyRequest): Asked {
  if (request.method === 'GET') return readOperationRequest(fromQuery(request.query));
  const { body } = request;
  if (!Array.isArray(body)) return readOperationRequest(body);
  if (body.length === 0) throw badRequest('A batch holds at least one operation.');
  if (body.length > MOST_IN_BATCH) {
    throw badRequest(`A batch holds at most ${MOST_IN_BATCH} operations.`);
  }
  return body.map(readOperationRequest);
}

function fromQuery(query: unknown): Record<string, unknown> {
  const parameters = query as Record<string, unknown>;
  return {
    query: parameters['query'],
    operationName: parameters['operationName'] || undefined,
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
