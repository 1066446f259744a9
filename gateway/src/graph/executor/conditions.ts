import { GraphQLError, Kind, visit, type DocumentNode } from 'graphql';

/** Names of the variables that say whether something is selected at all. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: args }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args ?? []) {
        if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
    },
  });
  return [...names];
}

const NONE: ReadonlyMap<string, boolean> = new Map();

/** @throws GraphQLError when one is null, as a nullable variable with a default may be */
export function readConditions(
  names: readonly string[],
  coerced: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, boolean> {
  if (names.length === 0) return NONE;
  const conditions = new Map<string, boolean>();
  for (const name of names) {
    const value = coerced[name];
    if (typeof value !== 'boolean') {
      // Of another operation in the same document.
      if (!Object.hasOwn(coerced, name)) continue;
      throw new GraphQLError(
        `Variable "$${name}" decides what is selected, and must not be null.`,
        {
          extensions: { code: 'BAD_USER_INPUT' },
        },
      );
    }
    conditions.set(name, value);
  }
  return conditions;
}
