import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

export const LIMITS = {
  /** Bytes of a GraphQL request, and of a message on a socket. */
  bodyBytes: 1024 * 1024,
  /** Lexical tokens of an operation's text. */
  tokens: 10_000,
  /** Fields within fields. Introspection, as tools send it, has 13. */
  depth: 20,
  /** Operations open at a time on one socket. */
  operationsPerSocket: 100,
} as const;

/** Refuses operations that nest deeper than the limit, fragments included. */
export function depthLimit(context: ValidationContext): ASTVisitor {
  const depths = new Map<string, number>();

  function depthOf(set: SelectionSetNode, within: ReadonlySet<string>): number {
    let deepest = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet ? depthOf(selection.selectionSet, within) : 0;
        deepest = Math.max(deepest, 1 + below);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        deepest = Math.max(deepest, depthOf(selection.selectionSet, within));
      } else {
        const fragment = context.getFragment(selection.name.value);
        if (fragment) deepest = Math.max(deepest, depthOfFragment(fragment, within));
      }
    }
    return deepest;
  }

  function depthOfFragment(fragment: FragmentDefinitionNode, within: ReadonlySet<string>): number {
    const name = fragment.name.value;
    // A fragment within itself is refused by another rule.
    if (within.has(name)) return 0;
    const known = depths.get(name);
    if (known !== undefined) return known;
    const depth = depthOf(fragment.selectionSet, new Set([...within, name]));
    depths.set(name, depth);
    return depth;
  }

  return {
    OperationDefinition(operation) {
      const depth = depthOf(operation.selectionSet, new Set());
      if (depth <= LIMITS.depth) return;
      context.reportError(
        new GraphQLError(`Fields nest ${depth} deep; the limit is ${LIMITS.depth}.`, {
          nodes: operation,
        }),
      );
    },
  };
}
