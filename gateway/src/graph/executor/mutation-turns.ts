import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { getOperationAST, separateOperations, type DocumentNode } from 'graphql';

/**
 * Plans a mutation, its fields one by one where they have to be. The planner asks a subgraph for all
 * that follow each other in one fetch, and for what other subgraphs know of them after that: they
 * would tell of the first what the last has made of it.
 * @param document of the fields of the mutation themselves, with the fragments that they spread
 */
export function planInTurn(
  document: DocumentNode,
  planOf: (document: DocumentNode) => QueryPlan,
): readonly QueryPlan[] {
  const plans = oneByOne(document).map(planOf);
  return plans.length === 1 || plans.some(({ node }) => asksFurther(node))
    ? plans
    : [planOf(document)];
}

function oneByOne(document: DocumentNode): DocumentNode[] {
  const operation = getOperationAST(document)!;
  const { selectionSet, name } = operation;
  return selectionSet.selections.map((selection) => {
    const alone = { ...operation, selectionSet: { ...selectionSet, selections: [selection] } };
    const definitions = document.definitions.map((each) => (each === operation ? alone : each));
    return separateOperations({ ...document, definitions })[name?.value ?? '']!;
  });
}

function asksFurther(node: QueryPlan['node'] | PlanNode): boolean {
  if (!node || node.kind === 'Fetch') return false;
  return node.kind === 'Sequence' || node.kind === 'Parallel' ? node.nodes.some(asksFurther) : true;
}
