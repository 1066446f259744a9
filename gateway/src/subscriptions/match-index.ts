import type { EventEnvelope } from '@lyceum/events/envelope';

/** One thing a subscription wants of an event: that the value at `path` is one of `values`. */
export interface Condition {
  readonly path: readonly string[];
  readonly values: readonly string[];
}

interface Shape<T> {
  readonly paths: readonly (readonly string[])[];
  readonly entries: Map<string, Set<T>>;
}

/** Combinations of values that one event or one subscription may stand for. */
const MOST_COMBINATIONS = 10_000;

/** A subscription asks for more combinations of values than there is room for. */
export class TooManyCombinations extends Error {}

/**
 * Who wants to hear of an event, found by hash and not by asking each: by type, then by the values
 * that those with the same kind of conditions compare.
 */
export class MatchIndex<T> {
  readonly #types = new Map<string, Map<string, Shape<T>>>();

  /** @returns a function that takes the entry out again */
  add(types: readonly string[], conditions: readonly Condition[], entry: T): () => void {
    const paths = conditions.map((condition) => condition.path);
    const shapeKey = JSON.stringify(paths);
    const keys = combinations(conditions.map((condition) => condition.values));
    for (const type of types) {
      const shapes = getOrAdd(this.#types, type, () => new Map<string, Shape<T>>());
      const shape = getOrAdd(shapes, shapeKey, () => ({ paths, entries: new Map() }));
      for (const key of keys) getOrAdd(shape.entries, key, () => new Set()).add(entry);
    }
    return () => {
      for (const type of types) this.#remove(type, shapeKey, keys, entry);
    };
  }

  /** Those who want the event, each once. */
  find(event: EventEnvelope): Set<T> {
    const found = new Set<T>();
    for (const { paths, entries } of this.#types.get(event.type)?.values() ?? []) {
      for (const key of combinations(paths.map((path) => valuesAt(event, path)))) {
        for (const entry of entries.get(key) ?? []) found.add(entry);
      }
    }
    return found;
  }

  get isEmpty(): boolean {
    return this.#types.size === 0;
  }

  #remove(type: string, shapeKey: string, keys: readonly string[], entry: T): void {
    const shapes = this.#types.get(type);
    const shape = shapes?.get(shapeKey);
    if (!shapes || !shape) return;
    for (const key of keys) {
      const entries = shape.entries.get(key);
      entries?.delete(entry);
      if (entries?.size === 0) shape.entries.delete(key);
    }
    if (shape.entries.size === 0) shapes.delete(shapeKey);
    if (shapes.size === 0) this.#types.delete(type);
  }
}

/** Whether one that wants these types under these conditions wants the event. */
export function matches(
  types: readonly string[],
  conditions: readonly Condition[],
  event: EventEnvelope,
): boolean {
  if (!types.includes(event.type)) return false;
  return conditions.every(({ path, values }) =>
    valuesAt(event, path).some((value) => values.includes(value)),
  );
}

/** A list in an event stands for each of its values; what is not there matches nothing. */
function valuesAt(event: EventEnvelope, path: readonly string[]): string[] {
  let value: unknown = event;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
    value = (value as Record<string, unknown>)[name];
  }
  return comparable(value);
}

/** A value, or each value of a list, as the text that is compared. */
export function comparable(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(comparable);
  if (typeof value === 'string') return [value];
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}

function combinations(lists: readonly (readonly string[])[]): string[] {
  const count = lists.reduce((product, list) => product * list.length, 1);
  if (count > MOST_COMBINATIONS) throw new TooManyCombinations();
  let rows: string[][] = [[]];
  for (const list of lists) rows = rows.flatMap((row) => list.map((value) => [...row, value]));
  return rows.map((row) => JSON.stringify(row));
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
