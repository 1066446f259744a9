import { badInput } from '@lyceum/platform/errors';
import { isId } from '@lyceum/platform/ids';
import type { PageRequest } from '@lyceum/platform/pagination';

/** Rows by a key, each group in the order of the rows. (Map.groupBy needs Node 21.) */
export function grouped<T, K>(rows: Iterable<T>, keyOf: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/**
 * The cursor of a list that is ordered by id alone; null for none.
 * @throws BAD_USER_INPUT when the cursor comes from another kind of list
 */
export function idCursor(request: PageRequest): string | null {
  if (!request.cursor) return null;
  const [id] = request.cursor;
  if (typeof id === 'string' && isId(id) && request.cursor.length === 1) return id;
  const field = request.backwards ? 'before' : 'after';
  throw badInput([field], 'INVALID_CURSOR', 'This cursor does not come from this list.');
}
