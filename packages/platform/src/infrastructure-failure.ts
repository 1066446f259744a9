/** Errors of PostgreSQL that say "not now", by class or code: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const SQLSTATE_CLASSES = ['08', '53', '57P', '58'];
const CONFLICTS = ['40001', '40P01'];
const OTHER_CODES = new Set([
  // A server that is a read-only copy just now, as during a failover; a lock not to be had in time.
  ...['25006', '55P03'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'],
  // Prisma: server not reachable, timed out, closed the connection, no free connection in the pool.
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'],
]);
const MESSAGES =
  /connection terminated|connection ended|timeout exceeded when trying to connect|unable to start a transaction|the database system is|can't reach database server|server has closed the connection|after calling end on the pool|too many clients|client was closed|not queryable/i;
const CONFLICT_MESSAGES = /deadlock detected|could not serialize access|write conflict/i;

/** An error, its causes, and what Prisma's driver adapters put under `meta`. */
function* layers(error: unknown): Generator<{ codes: string[]; message: string }> {
  const seen = new Set<unknown>();
  const pending: unknown[] = [error];
  while (pending.length > 0) {
    const current = pending.pop();
    if (typeof current !== 'object' || current === null || seen.has(current)) continue;
    seen.add(current);
    const fields = current as Record<string, unknown>;
    yield {
      codes: [fields['code'], fields['originalCode'], fields['errno']].filter(
        (code): code is string => typeof code === 'string',
      ),
      message: typeof fields['message'] === 'string' ? fields['message'] : '',
    };
    pending.push(fields['cause'], fields['meta'], fields['driverAdapterError']);
    if (Array.isArray(fields['errors'])) pending.push(...fields['errors']);
  }
}

/**
 * A client's text has a NUL character, which PostgreSQL takes neither as text (22021) nor within
 * JSON (22P05).
 */
export function isUnstorableText(error: unknown): boolean {
  for (const { codes, message } of layers(error)) {
    if (codes.includes('22P05')) return true;
    if (/invalid byte sequence for encoding "UTF8": 0x00/.test(message)) return true;
  }
  return false;
}

/** Two transactions were in each other's way (deadlock, serialization): trying again helps. */
export function isConflict(error: unknown): boolean {
  for (const { codes, message } of layers(error)) {
    if (codes.some((code) => CONFLICTS.includes(code) || code === 'P2034')) return true;
    if (CONFLICT_MESSAGES.test(message)) return true;
  }
  return false;
}

/** The database is away, starting, full or busy: no fault of what was tried, so wait and try again. */
export function isInfrastructureFailure(error: unknown): boolean {
  if (isConflict(error)) return true;
  for (const { codes, message } of layers(error)) {
    if (codes.some((code) => OTHER_CODES.has(code))) return true;
    if (
      codes.some(
        (code) => code.length === 5 && SQLSTATE_CLASSES.some((start) => code.startsWith(start)),
      )
    ) {
      return true;
    }
    if (MESSAGES.test(message)) return true;
  }
  return false;
}
