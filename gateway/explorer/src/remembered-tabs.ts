import type { Example } from './offers.js';

const SAMPLE = 'lyceum:explorer:sample';
/** Where GraphiQL keeps the tabs and what is in the active one. */
const TABS = ['tabState', 'query', 'variables', 'headers'].map((name) => `graphiql:${name}`);
const ID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/**
 * Forgets the tabs that the browser remembers of another sample, such as the one before a reset: the
 * ids in them lead nowhere.
 */
export function forgetTabsOfAnotherSample(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  examples: readonly Example[],
): void {
  const ids = new Set(JSON.stringify(examples).match(ID));
  if (ids.size === 0) return;
  const sample = [...ids].sort().join(' ');
  if (storage.getItem(SAMPLE) === sample) return;
  for (const key of TABS) storage.removeItem(key);
  storage.setItem(SAMPLE, sample);
}
