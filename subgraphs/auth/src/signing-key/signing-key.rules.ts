const DAY_MS = 24 * 60 * 60 * 1000;
/** A key signs for so long. */
export const SIGNS_FOR_MS = 90 * DAY_MS;
/** A key is published so long before it signs, so that every cache of the key set has it by then. */
export const ANNOUNCED_FOR_MS = DAY_MS;

interface KeyTimes {
  activeFrom: Date;
}

/** The key that signs at `now`: the one that became active last. */
export function signingKeyAt<K extends KeyTimes>(keys: readonly K[], now: Date): K | null {
  return byYouth(keys).find((key) => key.activeFrom <= now) ?? null;
}

/** When the next key is to become active; null while it is too early to make one. */
export function nextKeyFrom(keys: readonly KeyTimes[], now: Date): Date | null {
  const [youngest] = byYouth(keys);
  if (!youngest) return now;
  const due = youngest.activeFrom.getTime() + SIGNS_FOR_MS;
  if (due > now.getTime() + ANNOUNCED_FOR_MS) return null;
  return new Date(Math.max(due, now.getTime() + ANNOUNCED_FOR_MS));
}

/**
 * The keys that some token may still be signed with, and those to come.
 * @param graceMs how long tokens live, and a margin for clocks
 */
export function publishedKeys<K extends KeyTimes>(
  keys: readonly K[],
  now: Date,
  graceMs: number,
): K[] {
  const ordered = byYouth(keys);
  return ordered.filter((_, index) => {
    const successor = ordered[index - 1];
    return !successor || successor.activeFrom.getTime() + graceMs > now.getTime();
  });
}

function byYouth<K extends KeyTimes>(keys: readonly K[]): K[] {
  return keys.toSorted((a, b) => b.activeFrom.getTime() - a.activeFrom.getTime());
}
