import { ERROR_CODES } from '@lyceum/platform/errors';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Codes of refusals that are made before any service is asked. Stable, as those of services are. */
export const REQUEST_CODES = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
  'OPERATION_TOO_LARGE',
  'OPERATION_TOO_EXPENSIVE',
  'METHOD_NOT_ALLOWED',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_HASH_MISMATCH',
  'OPERATION_NOT_ALLOWED',
] as const;
const KNOWN = new Set<string>([...Object.keys(ERROR_CODES), ...REQUEST_CODES]);
const HIDDEN = new Set(['serviceName', 'stacktrace', 'http', 'exception']);
const INTERNAL = 'INTERNAL_SERVER_ERROR';

/**
 * An error as clients may see it: one of the known codes, nothing of which service it came from;
 * anything else is a fault of ours, logged and masked, to be found by its correlation id.
 */
export function publicError(
  error: unknown,
  correlationId: string,
  log: Logger,
): GraphQLFormattedError {
  const formatted = error instanceof GraphQLError ? error.toJSON() : null;
  const code = formatted?.extensions?.['code'];
  const position = {
    ...(formatted?.locations ? { locations: formatted.locations } : {}),
    ...(formatted?.path ? { path: formatted.path } : {}),
  };
  if (!formatted || typeof code !== 'string' || !KNOWN.has(code) || code === INTERNAL) {
    // A service that masked its own fault has logged it, with the same correlation id.
    const known = typeof formatted?.extensions?.['correlationId'] === 'string';
    if (!known) log.error({ err: error, correlationId }, 'Operation failed');
    return {
      message: 'Something went wrong on our side.',
      ...position,
      extensions: { code: INTERNAL, correlationId },
    };
  }
  const extensions = Object.fromEntries(
    Object.entries(formatted.extensions ?? {}).filter(([name]) => !HIDDEN.has(name)),
  );
  return { message: formatted.message, ...position, extensions };
}
