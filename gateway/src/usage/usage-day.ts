import { z } from 'zod';
import { addDurations } from './durations.js';

const durations = z.record(z.coerce.number(), z.number());
const counts = z.object({
  client: z.string().nullable(),
  version: z.string().nullable(),
  count: z.number(),
  errors: z.number(),
  /** Milliseconds since 1970. */
  lastSeen: z.number(),
  durations,
});
const operation = z.object({
  hash: z.string(),
  name: z.string().nullable(),
  kind: z.string(),
  /** In a manifest: never left out to save space. */
  listed: z.boolean(),
  /** Indexes into the day's coordinates. */
  uses: z.array(z.number()),
  by: z.array(counts),
});
const day = z.object({
  coordinates: z.array(z.string()),
  operations: z.array(operation),
  /** Requests of operations that are too many to be kept one by one. */
  others: z.number(),
});

/** What was used on one day, as it is stored: no text of an operation, no variables, no people. */
export type UsageDay = z.infer<typeof day>;
type StoredOperation = z.infer<typeof operation>;
export type ClientCounts = z.infer<typeof counts>;

/** One operation with who sent it. */
export interface OperationUsage {
  readonly hash: string;
  readonly name: string | null;
  readonly kind: string;
  readonly listed: boolean;
  readonly coordinates: readonly string[];
  readonly by: ClientCounts[];
}

export interface Usage {
  readonly operations: readonly OperationUsage[];
  readonly others: number;
}

/** Operations outside of manifests that are kept of one day; of the rest only the number. */
const MOST_OPERATIONS = 500;
/** Clients that are kept of one operation; names are what clients say. */
const MOST_CLIENTS = 50;

/** @returns null when it cannot be read, as a file of another version */
export function readDay(text: string): UsageDay | null {
  try {
    return day.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export function usageOf(stored: UsageDay): Usage {
  const { coordinates, operations, others } = stored;
  return {
    others,
    operations: operations.map(({ uses, ...operation }) => ({
      ...operation,
      coordinates: uses.map((index) => coordinates[index]!),
    })),
  };
}

/** Adds up several; operations are the same when their text and name are. */
export function mergeUsage(parts: readonly Usage[]): Usage {
  const operations = new Map<string, OperationUsage>();
  for (const part of parts) {
    for (const added of part.operations) {
      const key = keyOf(added);
      const known = operations.get(key);
      const by = mergeClients([...(known?.by ?? []), ...added.by]);
      operations.set(key, {
        ...added,
        by,
        listed: added.listed || (known?.listed ?? false),
        // An operation of several schemas counts as a user of what it was in each.
        coordinates: [...new Set([...(known?.coordinates ?? []), ...added.coordinates])],
      });
    }
  }
  const others = parts.reduce((sum, part) => sum + part.others, 0);
  return { operations: [...operations.values()], others };
}

/** The least used operations that no manifest lists become a number, until few enough are left. */
export function storedForm({ operations, others }: Usage): UsageDay {
  const rest = operations
    .filter(({ listed }) => !listed)
    .toSorted((a, b) => countOf(b) - countOf(a));
  const left = new Set(rest.slice(MOST_OPERATIONS));
  const indexes = new Map<string, number>();
  const indexOf = (coordinate: string): number => {
    const known = indexes.get(coordinate) ?? indexes.size;
    indexes.set(coordinate, known);
    return known;
  };
  const kept = operations
    .filter((operation) => !left.has(operation))
    .map(({ coordinates, ...operation }): StoredOperation => {
      return { ...operation, uses: coordinates.map(indexOf) };
    });
  const more = [...left].reduce((sum, operation) => sum + countOf(operation), 0);
  return { coordinates: [...indexes.keys()], operations: kept, others: others + more };
}

export function countOf({ by }: OperationUsage): number {
  return by.reduce((sum, { count }) => sum + count, 0);
}

export function keyOf({ hash, name }: { hash: string; name: string | null }): string {
  return `${hash}:${name ?? ''}`;
}

/** One entry for each client and version; the rarest beyond the bound lose their names. */
function mergeClients(entries: readonly ClientCounts[]): ClientCounts[] {
  const merged = new Map<string, ClientCounts>();
  const add = (entry: ClientCounts): void => {
    const key = JSON.stringify([entry.client, entry.version]);
    const known = merged.get(key);
    if (!known) {
      merged.set(key, { ...entry, durations: { ...entry.durations } });
      return;
    }
    known.count += entry.count;
    known.errors += entry.errors;
    known.lastSeen = Math.max(known.lastSeen, entry.lastSeen);
    addDurations(known.durations, entry.durations);
  };
  entries.forEach(add);
  if (merged.size <= MOST_CLIENTS) return [...merged.values()];
  const byCount = [...merged.values()].toSorted((a, b) => b.count - a.count);
  merged.clear();
  byCount.slice(0, MOST_CLIENTS).forEach(add);
  for (const rare of byCount.slice(MOST_CLIENTS)) add({ ...rare, client: null, version: null });
  return [...merged.values()];
}
