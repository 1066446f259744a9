import { setTimeout as pause } from 'node:timers/promises';
import { mintedAt } from './ids.js';

const YOUNG_MS = 10_000;
const PATIENCE_MS = 2_000;
const FIRST_STEP_MS = 15;
const LONGEST_STEP_MS = 500;
/** Ids can be made up, with the current time in them: so many waits at a time are all that can be had. */
export const MOST_WAITING = 50;

let waiting = 0;

/**
 * Loads rows by id, waiting a moment for those that were minted just now and whose event is still
 * under way to this service: so a mutation's own answer can select what other services know of the
 * new thing. Ids older than ten seconds are never waited for, so asking for nonsense costs nothing;
 * and beyond fifty waits at a time in a process, what is there is all that is told.
 *
 * @param load gets the ids still missing, returns what there is, keyed by id
 * @returns what was found; ids that never arrived are absent
 */
export async function settle<V>(
  ids: readonly string[],
  load: (missing: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): Promise<Map<string, V>> {
  const found = new Map(await load(ids));
  const missing = () => ids.filter((id) => !found.has(id) && isYoung(id));
  let young = missing();
  if (young.length === 0 || waiting >= MOST_WAITING) return found;
  waiting++;
  try {
    const deadline = Date.now() + PATIENCE_MS;
    for (let step = FIRST_STEP_MS; young.length > 0; step = Math.min(step * 2, LONGEST_STEP_MS)) {
      const left = deadline - Date.now();
      if (left <= 0) break;
      await pause(Math.min(step, left));
      for (const [id, value] of await load(young)) found.set(id, value);
      young = missing();
    }
    return found;
  } finally {
    waiting--;
  }
}

function isYoung(id: string): boolean {
  const minted = mintedAt(id);
  return minted !== null && Math.abs(Date.now() - minted) < YOUNG_MS;
}
