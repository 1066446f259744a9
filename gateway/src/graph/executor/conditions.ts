import { GraphQLError, Kind, visit, type DirectiveNode, type DocumentNode } from 'graphql';

/** Of `@skip` and `@include`: the value, or the name of the variable that has it. Null for other directives. */
export function conditionOf({ name, arguments: args }: DirectiveNode): boolean | string | null {
  if (name.value !== 'skip' && name.value !== 'include') return null;
  const value = args?.find((argument) => argument.name.value === 'if')?.value;
  if (value?.kind === Kind.VARIABLE) return value.name.value;
  return value?.kind === Kind.BOOLEAN ? value.value : null;
}

/** Names of the variables that say whether something is selected at all. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(directive) {
      const condition = conditionOf(directive);
      if (typeof condition === 'string') names.add(condition);
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
