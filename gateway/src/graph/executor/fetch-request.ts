import type { FetchNode } from '@apollo/query-planner';
import { OperationTypeNode } from 'graphql';
import type { FetchSubgraph, SubgraphFetch } from '../subgraph-fetcher.js';
import type { FetchOptions } from './fetch-options.js';
import type { Selected } from './merge.js';
import type { Run } from './run.js';

/** Sends one fetch of a plan, always with the same document and text: what is kept by them is found again. */
export type SendFetch = (
  run: Run,
  representations: readonly unknown[] | null,
) => ReturnType<FetchSubgraph>;

/** @param isPrimary of a subscription: told the event that it is executed for */
export function compileRequest(
  node: FetchNode,
  options: FetchOptions & { selected: Selected },
): SendFetch {
  const { selected, isPrimary, fetchSubgraph, names } = options;
  const { serviceName, requires } = node;
  const variableNames = (node.variableUsages ?? []).map((name) => ({
    name,
    ofClient: names.ofClient(name),
  }));
  const fixed: SubgraphFetch = {
    document: node.operationDocumentNode,
    query: node.operation,
    operationName: node.operationName,
    isPrimary,
  };
  const isMutation = node.operationKind === OperationTypeNode.MUTATION && !requires;
  const part = [...selected.keys()].map(names.ofClient).join(',');

  return (run, representations) => {
    const variables: Record<string, unknown> = {};
    for (const { name, ofClient } of variableNames) {
      if (Object.hasOwn(run.variables, ofClient)) variables[name] = run.variables[ofClient];
    }
    if (representations) variables['representations'] = representations;
    const { idempotency } = run.state;
    const own = isMutation && idempotency ? { ...idempotency, part } : undefined;
    return fetchSubgraph(serviceName, { ...fixed, variables, idempotency: own }, run.state);
  };
}
