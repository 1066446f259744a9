import type { SignedIn } from '@lyceum/platform/viewer';
import {
  getArgumentValues,
  GraphQLError,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { EventSource, MatchRule } from '../graph/event-sources.js';
import type { LoadedSupergraph } from '../graph/supergraph.js';
import { comparable, type Condition } from './match-index.js';

export interface WantedEvents {
  readonly field: string;
  /** Those that are delivered, and those that end it. */
  readonly types: readonly string[];
  readonly endedBy: readonly string[];
  readonly conditions: readonly Condition[];
}

/**
 * Which events a subscription is about, from its arguments and who asks. An optional argument that
 * is not given leaves its condition out.
 * @param coerced the variables, by the client's schema
 */
export function wantedEvents(
  supergraph: LoadedSupergraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  coerced: Readonly<Record<string, unknown>>,
  viewer: SignedIn,
): WantedEvents {
  const root = supergraph.apiSchema.getSubscriptionType();
  const node = rootField(operation.selectionSet, document);
  const definition = node && root?.getFields()[node.name.value];
  const source = node && supergraph.eventSources.get(node.name.value);
  if (!definition || !source) {
    throw new GraphQLError('Select one subscription field.', {
      nodes: operation,
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
  }
  const args = getArgumentValues(definition, node, coerced);
  return {
    field: source.field,
    types: [...new Set([...source.types, ...source.endedBy])],
    endedBy: source.endedBy,
    conditions: conditionsOf(source, args, viewer),
  };
}

function conditionsOf(
  { match }: EventSource,
  args: Readonly<Record<string, unknown>>,
  viewer: SignedIn,
): Condition[] {
  return match.flatMap((rule) => {
    const value = valueOf(rule, args, viewer);
    return value == null ? [] : [{ path: rule.path, values: comparable(value) }];
  });
}

function valueOf(
  { source }: MatchRule,
  args: Readonly<Record<string, unknown>>,
  viewer: SignedIn,
): unknown {
  if (source.from === 'viewer') return viewer[source.field];
  let value: unknown = args;
  for (const name of source.path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** The one field of a subscription, which may stand within fragments. */
function rootField(set: SelectionSetNode, document: DocumentNode): FieldNode | undefined {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) return selection;
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragmentOf(document, selection.name.value)?.selectionSet;
    const found = inner && rootField(inner, document);
    if (found) return found;
  }
  return undefined;
}

function fragmentOf(document: DocumentNode, name: string): FragmentDefinitionNode | undefined {
  return document.definitions.find(
    (definition): definition is FragmentDefinitionNode =>
      definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
  );
}
