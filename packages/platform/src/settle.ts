import { setTimeout as pause } from 'node:timers/promises';
import { mintedAt } from './ids.js';

const YOUNG_MS = 10_000;
const PATIENCE_MS = 3_000;
const STEP_MS = 15;

/**
 * Loads rows by id, waiting a moment for those that were minted just now and whose event is still
 * under way to this service: so a mutation's own answer can select what other services know of the
 * new thing. Ids older than ten seconds are never waited for, so asking for nonsense costs nothing.
 *
 * @param load gets the ids still missing, returns what there is, keyed by id
 * @returns what was found; ids that never arrived are absent
 */
export async function settle<V>(
  ids: readonly string[],
  load: (missing: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): Promise<Map<string, V>> {
  const found = new Map(await load(ids));
  const deadline = Date.now() + PATIENCE_MS;
  for (let step = STEP_MS; ; step = Math.min(step * 1.5, 200)) {
    const young = ids.filter((id) => !found.has(id) && isYoung(id));
    if (young.length === 0 || Date.now() > deadline) return found;
    await pause(step);
    for (const [id, value] of await load(young)) found.set(id, value);
  }
}

function isYoung(id: string): boolean {
  const minted = mintedAt(id);
  return minted !== null && Math.abs(Date.now() - minted) < YOUNG_MS;
}
