import { LyceumError } from '@lyceum/platform/errors';
import type { PublicResult } from '../operations.js';

/** HTTP status of a refusal, by its code. A code that is not here is a 400. */
const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  OPERATION_NOT_ALLOWED: 403,
  METHOD_NOT_ALLOWED: 405,
  IDEMPOTENCY_CONFLICT: 409,
  IDEMPOTENCY_IN_PROGRESS: 409,
  IDEMPOTENCY_ANSWER_LOST: 409,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
};

/** Refusals for what the operation says, which clients of `application/json` get with a 200. */
const OF_THE_OPERATION = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** What was executed is a 200, whatever became of its parts; what was refused has a status of its own. */
export function statusOf({ data, errors }: PublicResult, isLegacy: boolean): number {
  if (data !== undefined) return 200;
  const code = String(errors?.[0]?.extensions?.['code']);
  if (isLegacy && OF_THE_OPERATION.has(code)) return 200;
  return statusOfCode(code);
}

function statusOfCode(code: string): number {
  return STATUS[code] ?? 400;
}

/** Headers that go with a refusal, or tell of an answer that it is not the first. */
export function headersOf({ data, errors, extensions }: PublicResult): Record<string, string> {
  if (extensions?.['replayed']) return { 'idempotency-replayed': 'true' };
  if (data !== undefined) return {};
  const { code, retryAfterSeconds } = errors?.[0]?.extensions ?? {};
  return {
    ...(code === 'UNAUTHENTICATED' ? { 'www-authenticate': 'Bearer error="invalid_token"' } : {}),
    ...(typeof retryAfterSeconds === 'number'
      ? { 'retry-after': String(Math.ceil(retryAfterSeconds)) }
      : {}),
  };
}

/** Headers that go with several answers: when all may be asked for again of which some were refused. */
export function headersOfBatch(results: readonly PublicResult[]): Record<string, string> {
  const seconds = results.map((result) => Number(headersOf(result)['retry-after'] ?? 0));
  const longest = Math.max(0, ...seconds);
  return longest > 0 ? { 'retry-after': String(longest) } : {};
}

/** Status of an error on a route that speaks no GraphQL. */
export function plainStatusOf(error: unknown): number {
  if (error instanceof LyceumError) return statusOfCode(error.code);
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 ? status : 500;
}
