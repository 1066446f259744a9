import { Kind, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import type { LoadedSupergraph } from '../graph/supergraph.js';
import type { Price } from './admission.js';
import { collectFields } from './collected-fields.js';
import { variablesOf } from './list-length.js';
import { compileCost } from './operation-cost.js';
import type { Tries } from './rate-limits.js';

/** What an operation will be charged: made once for it. */
export function priceOf(
  supergraph: LoadedSupergraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Omit<Price, 'isPlanned'> {
  const { costs, apiSchema } = supergraph;
  return {
    cost: compileCost(costs, apiSchema, document, operation),
    tries: triesOf(supergraph, document, operation),
  };
}

/** The root fields that have a budget, each as often as it will be executed. */
function triesOf(
  { apiSchema, fieldBudgets }: LoadedSupergraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly Tries[] {
  const root = apiSchema.getRootType(operation.operation);
  if (!root || fieldBudgets.size === 0) return [];
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const read = variablesOf(operation);
  const tries = new Map<string, Tries>();
  const sets = [operation.selectionSet];
  for (const { nodes } of collectFields(apiSchema, fragments, root, sets, read).values()) {
    const budget = fieldBudgets.get(`${root.name}.${nodes[0]?.name.value}`);
    if (!budget) continue;
    tries.set(budget.name, { budget, count: (tries.get(budget.name)?.count ?? 0) + 1 });
  }
  return [...tries.values()];
}
