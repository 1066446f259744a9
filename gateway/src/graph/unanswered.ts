import type { ErrorCode } from '@lyceum/platform/errors';
import type { SubgraphResponse } from '@lyceum/platform/subgraph';
import {
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { FailureKind } from '../connections/subgraph-failure.js';

/** Whether a fetch is for the root fields of a mutation. */
export function changesData(document: DocumentNode): boolean {
  return operationOf(document)?.operation === OperationTypeNode.MUTATION;
}

/**
 * What stands for the answer of a subgraph that gave none: no data, and for each root field an error
 * that tells clients what to make of it. `extensions.reason` is `TIMED_OUT`, `NOT_ASKED` (nothing
 * has happened there) or `NO_ANSWER`; `outcomeUnknown` is true for a change that may have been made.
 */
export function unanswered(
  kind: FailureKind,
  document: DocumentNode,
): Pick<SubgraphResponse, 'data' | 'errors'> {
  const code: ErrorCode = 'SERVICE_UNAVAILABLE';
  const isLate = kind === 'timed-out' || kind === 'cancelled';
  const reason = isLate ? 'TIMED_OUT' : kind === 'not-asked' ? 'NOT_ASKED' : 'NO_ANSWER';
  const mayHaveRun = changesData(document) && kind !== 'not-asked';
  const error = {
    message: isLate
      ? 'This could not be answered in time.'
      : 'This cannot be answered at the moment.',
    extensions: { code, reason, ...(mayHaveRun ? { outcomeUnknown: true } : {}) },
  };
  const keys = rootKeys(operationOf(document)?.selectionSet);
  // What it was to say of entities has no place of its own in the answer.
  if (keys.includes('_entities')) return { data: null, errors: [error] };
  return { data: null, errors: keys.map((key) => ({ ...error, path: [key] })) };
}

function operationOf(document: DocumentNode): OperationDefinitionNode | undefined {
  return document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
}

/** Plans have no named fragments at their root. */
function rootKeys(set: SelectionSetNode | undefined): string[] {
  const keys = (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [(selection.alias ?? selection.name).value];
    return selection.kind === Kind.INLINE_FRAGMENT ? rootKeys(selection.selectionSet) : [];
  });
  return [...new Set(keys)];
}
