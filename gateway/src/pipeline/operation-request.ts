import { GraphQLError } from 'graphql';

/** Lists and objects within each other: what works on values recursively needs a bound. */
const MOST_NESTED = 64;

/** An operation as a client sent it, by whatever transport. */
export interface OperationRequest {
  /** The text; absent where the client names an operation that is known here. */
  readonly query?: string;
  /** Instead of the text: the id of an operation, as `sha256:…`. */
  readonly documentId?: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Which program asks, as far as it says so: for its list of operations and for counting. */
export interface Client {
  readonly name: string | null;
  readonly version: string | null;
}

export const UNNAMED_CLIENT: Client = { name: null, version: null };

const SANE = /^[\x21-\x7e](?:[\x20-\x7e]{0,98}[\x21-\x7e])?$/;

/** A client's name and version from what it sent; what is too long or unprintable counts as nothing. */
export function clientOf(name: unknown, version: unknown): Client {
  const sane = (value: unknown): string | null =>
    typeof value === 'string' && SANE.test(value) ? value : null;
  return name === undefined && version === undefined
    ? UNNAMED_CLIENT
    : { name: sane(name), version: sane(version) };
}

/**
 * Takes the parts of a GraphQL request out of what was parsed, and nothing else.
 * @throws GraphQLError BAD_REQUEST when one has the wrong type
 */
export function readOperationRequest(value: unknown): OperationRequest {
  if (!isObject(value)) throw badRequest('A GraphQL request is a JSON object.');
  const { query, documentId, operationName, variables, extensions } = value;
  if (query != null && typeof query !== 'string') throw badRequest('"query" is a string.');
  if (documentId != null && typeof documentId !== 'string') {
    throw badRequest('"documentId" is a string.');
  }
  if (operationName != null && typeof operationName !== 'string') {
    throw badRequest('"operationName" is a string.');
  }
  if (variables != null && !isObject(variables)) throw badRequest('"variables" is an object.');
  if (extensions != null && !isObject(extensions)) throw badRequest('"extensions" is an object.');
  if (nestsDeeper(variables, MOST_NESTED) || nestsDeeper(extensions, MOST_NESTED)) {
    throw badRequest(`Values nest deeper than ${MOST_NESTED} levels.`);
  }
  return {
    query: query ?? undefined,
    documentId: documentId ?? undefined,
    // Some clients send an empty one for none.
    operationName: operationName || undefined,
    variables: variables ?? undefined,
    extensions: extensions ?? undefined,
  };
}

/** A request that says nothing that could be done. */
export function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) if (nestsDeeper(inner, levels - 1)) return true;
  return false;
}
