import { createHash } from 'node:crypto';
import {
  getOperationAST,
  GraphQLError,
  type DocumentNode,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql';
import type { Graph } from '../graph/live-graph.js';
import { OperationRefused, withCode } from '../graph/operation-refused.js';
import type { PreparedOperation } from '../graph/plan-execution.js';
import type { Price } from '../limits/admission.js';
import { priceOf } from '../limits/price.js';

/** An operation that may be executed: found, within the limits of shape, and valid. */
export interface ResolvedOperation extends Price {
  readonly graph: Graph;
  readonly text: string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly kind: OperationTypeNode;
  readonly name: string | null;
  /** SHA-256 of the text, in hexadecimal digits. */
  readonly hash: string;
  /** The same for the same operation of the same text. */
  readonly key: string;
  /** It stands in a manifest. */
  readonly listed: boolean;
  /**
   * Its plan, made when it is first asked for: planning may take far longer than all that comes
   * before, so that it waits until the operation is admitted.
   * @throws OperationRefused when it cannot be planned
   */
  readonly plan: () => PreparedOperation;
}

/** @throws OperationRefused when the document has no such operation */
export function toResolved(
  graph: Graph,
  text: string,
  document: DocumentNode,
  operationName: string | undefined,
): ResolvedOperation {
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new OperationRefused([noSuchOperation(operationName)]);
  const hash = createHash('sha256').update(text).digest('hex');
  const name = operation.name?.value ?? null;
  let planned: PreparedOperation | undefined;
  return {
    ...{ graph, text, document, operation, name, hash },
    kind: operation.operation,
    key: `${hash}:${name ?? ''}`,
    listed: false,
    isPlanned: () => planned !== undefined,
    plan: () => (planned ??= prepare(graph, document, operationName)),
    ...priceOf(graph.supergraph, document, operation),
  };
}

function prepare(
  { plans }: Graph,
  document: DocumentNode,
  operationName: string | undefined,
): PreparedOperation {
  try {
    return plans.prepare(document, operationName);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new OperationRefused([withCode(error, 'GRAPHQL_VALIDATION_FAILED')]);
  }
}

function noSuchOperation(operationName: string | undefined): GraphQLError {
  const message = operationName
    ? 'The document has no operation of that name.'
    : 'The document has several operations: say which by operationName.';
  return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}
