import { isDeepStrictEqual } from 'node:util';
import type { SignedIn } from '@lyceum/platform/viewer';
import {
  GraphQLError,
  specifiedRules,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import type { Graph } from '../graph/live-graph.js';
import type { ResolvedOperation } from '../pipeline/resolved-operation.js';
import { wantedEvents, type WantedEvents } from './wanted-events.js';

/**
 * A subscription's operation as it goes on over another graph; null when it cannot: it is not valid
 * any more, answers in another shape, or is fed by other events.
 */
export function carryOver(
  operation: ResolvedOperation,
  variables: Readonly<Record<string, unknown>>,
  viewer: SignedIn,
  wanted: WantedEvents,
  graph: Graph,
): ResolvedOperation | null {
  const { document, name } = operation;
  const { apiSchema } = graph.supergraph;
  if (validate(apiSchema, document, specifiedRules, { maxErrors: 1 }).length > 0) return null;
  if (shapeOf(apiSchema, document) !== shapeOf(operation.graph.supergraph.apiSchema, document)) {
    return null;
  }
  try {
    const prepared = graph.plans.prepare(document, name);
    const coerced = graph.plans.coerce(operation.operation, variables);
    const now = wantedEvents(graph.supergraph, document, operation.operation, coerced, viewer);
    return isDeepStrictEqual(now, wanted) ? { ...operation, graph, plan: () => prepared } : null;
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}

/** The types of all that is selected, in the order of the document. */
function shapeOf(schema: GraphQLSchema, document: DocumentNode): string {
  const types: string[] = [];
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, { Field: () => void types.push(String(info.getType())) }),
  );
  return types.join();
}
