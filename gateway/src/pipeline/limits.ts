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
  /** Fields at the top of an operation: each is work of its own, however short its text. */
  rootFields: 50,
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

/** Refuses operations with more fields at their top than the limit, under whatever alias or fragment. */
export function rootFieldLimit(context: ValidationContext): ASTVisitor {
  const counts = new Map<string, number>();

  function countOf(set: SelectionSetNode, within: ReadonlySet<string>): number {
    let count = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) count += 1;
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        count += countOf(selection.selectionSet, within);
      } else {
        const fragment = context.getFragment(selection.name.value);
        if (fragment) count += countOfFragment(fragment, within);
      }
    }
    return count;
  }

  function countOfFragment(fragment: FragmentDefinitionNode, within: ReadonlySet<string>): number {
    const name = fragment.name.value;
    if (within.has(name)) return 0;
    const known = counts.get(name);
    if (known !== undefined) return known;
    const count = countOf(fragment.selectionSet, new Set([...within, name]));
    counts.set(name, count);
    return count;
  }

  return {
    OperationDefinition(operation) {
      const count = countOf(operation.selectionSet, new Set());
      if (count <= LIMITS.rootFields) return;
      context.reportError(
        new GraphQLError(
          `The operation has ${count} fields at its top; the limit is ${LIMITS.rootFields}.`,
          { nodes: operation },
        ),
      );
    },
  };
}

/** What every operation is held to, by whichever way it comes. */
export const operationLimits = [depthLimit, rootFieldLimit] as const;
