import type { Idempotency } from '@lyceum/platform/subgraph';
import { Kind, OperationTypeNode, type DocumentNode, type SelectionSetNode } from 'graphql';
import type { OperationState } from './operation-state.js';

/**
 * What a subgraph needs to run a fetch of root fields of a mutation once; undefined for other
 * fetches, and when the client gave no key.
 */
export function idempotencyOf(
  document: DocumentNode,
  { idempotency }: Pick<OperationState, 'idempotency'>,
): Idempotency | undefined {
  if (!idempotency) return undefined;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    if (definition.operation !== OperationTypeNode.MUTATION) return undefined;
    return { ...idempotency, part: [...responseKeys(definition.selectionSet)].join(',') };
  }
  return undefined;
}

/** Plans name no fragments at the root of a fetch. */
function* responseKeys({ selections }: SelectionSetNode): Generator<string> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) yield (selection.alias ?? selection.name).value;
    if (selection.kind === Kind.INLINE_FRAGMENT) yield* responseKeys(selection.selectionSet);
  }
}
