import type { DocumentNode } from 'graphql';
import { readConditions } from './conditions.js';
import type { MutationRoots } from './mutation-roots.js';
import type { CompiledOperation } from './operation.js';

/** Variables on the fields of a mutation itself whose every combination is planned beforehand. */
const MOST_PLANNED = 2;
/** Combinations that are kept. */
const KEPT_PLANS = 64;

/**
 * A mutation is planned once for each of the values that decide which fields it has, for most that is
 * once in all.
 */
export function compileMutation(
  { conditions: names, under }: MutationRoots,
  compile: (document: DocumentNode) => CompiledOperation,
): CompiledOperation {
  const compiled = new Map<string, CompiledOperation>();

  function compiledUnder(conditions: ReadonlyMap<string, boolean>): CompiledOperation {
    const key = [...conditions.values()].join();
    let known = compiled.get(key);
    if (!known) {
      known = compile(under(conditions));
      const [oldest] = compiled.keys();
      if (compiled.size >= KEPT_PLANS && oldest !== undefined) compiled.delete(oldest);
      compiled.set(key, known);
    }
    return known;
  }

  if (names.length <= MOST_PLANNED) {
    for (const conditions of combinationsOf(names)) compiledUnder(conditions);
  }
  return {
    async execute(input, coerced, state) {
      return compiledUnder(readConditions(names, coerced)).execute(input, coerced, state);
    },
  };
}

function combinationsOf(names: readonly string[]): ReadonlyMap<string, boolean>[] {
  return names.reduce<ReadonlyMap<string, boolean>[]>(
    (all, name) =>
      all.flatMap((each) => [true, false].map((value) => new Map([...each, [name, value]]))),
    [new Map()],
  );
}
