import { LRUCache } from 'lru-cache';

const MOST_CHARACTERS = 4_000_000;
const MOST_TEXTS = 2_000;

/** Texts that clients registered by their hash: a convenience while developing. */
export interface AutomaticPersistedQueries {
  find(hash: string): string | undefined;
  /** The caller has checked the hash. */
  register(hash: string, text: string): void;
}

export function createAutomaticPersistedQueries(): AutomaticPersistedQueries {
  const texts = new LRUCache<string, string>({
    max: MOST_TEXTS,
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (text) => text.length + 1,
  });
  return {
    find: (hash) => texts.get(hash),
    register: (hash, text) => void texts.set(hash, text),
  };
}
