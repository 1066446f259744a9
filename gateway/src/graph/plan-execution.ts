import { operationFromDocument } from '@apollo/federation-internals';
import type { QueryPlan } from '@apollo/query-planner';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import { isTracing, withSpan } from '@lyceum/platform/telemetry/tracing';
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  print,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import { compileMutation } from './executor/mutation.js';
import { mutationRootsOf } from './executor/mutation-roots.js';
import { planInTurn } from './executor/mutation-turns.js';
import { compileOperation, type CompiledOperation } from './executor/operation.js';
import { planDocumentOf } from './executor/plan-document.js';
import { findReservedKeys } from './executor/reserved-keys.js';
import { beginOperation, type ExecutionInput } from './operation-state.js';
import type { FetchSubgraph } from './subgraph-fetcher.js';
import type { LoadedSupergraph } from './supergraph.js';
import { coerceVariables, type Variables } from './variables.js';

/** An operation with its plan. Made once for each distinct operation. */
export interface PreparedOperation {
  readonly kind: OperationDefinitionNode['operation'];
  readonly operation: OperationDefinitionNode;
}

export interface ExecutionOutput {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLError[];
  /** For a subscription: there is nothing to deliver for this event. */
  skip?: true;
  /** For a mutation: it was done before, by an earlier request with its idempotency key. */
  replayed?: true;
}

/**
 * The seam between the request pipeline (who asks, what is allowed, what is shown of errors) and the
 * execution of plans. Queries, mutations and the events of subscriptions all pass through it, and
 * nothing else of the gateway knows of plans.
 */
export interface PlanExecution {
  /**
   * @param document valid against the API schema
   * @throws GraphQLError when the operation is not there or cannot be planned
   */
  prepare(document: DocumentNode, operationName?: string | null): PreparedOperation;
  /** @throws OperationRefused with BAD_USER_INPUT for every variable that is not acceptable */
  coerce(operation: OperationDefinitionNode, variables: Variables): Variables;
  /** @throws OperationRefused as `coerce` does */
  execute(prepared: PreparedOperation, input: ExecutionInput): Promise<ExecutionOutput>;
}

interface PlannedOperation extends PreparedOperation {
  readonly compiled: CompiledOperation;
}

/** Plans by Apollo's planner, and executes what it compiled of each plan. */
export function createPlanExecution(options: {
  supergraph: LoadedSupergraph;
  fetchSubgraph: FetchSubgraph;
  metrics: Metrics;
  /** Whether errors about variables say nothing of what the schema has instead. */
  hideSuggestions: boolean;
}): PlanExecution {
  const { supergraph, fetchSubgraph, metrics, hideSuggestions } = options;
  const { apiSchema, supergraphSchema } = supergraph;
  const reserved = findReservedKeys(parse(supergraph.sdl, { noLocation: true }));
  // Documents are kept by the pipeline, least recently used first out; plans go with them.
  const prepared = new WeakMap<DocumentNode, Map<string, PlannedOperation>>();

  function plan(document: DocumentNode, operationName: string | undefined): PlannedOperation {
    const operation = getOperationAST(document, operationName);
    if (!operation) {
      throw new GraphQLError(
        operationName
          ? `Unknown operation named "${operationName}".`
          : 'Must provide operation name if query contains multiple operations.',
      );
    }
    const { operation: kind } = operation;
    const isMutation = kind === OperationTypeNode.MUTATION;
    // Under different conditions a mutation has most of its fields in common.
    const made = new Map<string, QueryPlan>();
    const planOf = (toPlan: DocumentNode): QueryPlan => {
      const text = print(toPlan);
      let known = made.get(text);
      if (!known) {
        metrics.plansMade.inc();
        known = supergraph.planner.buildQueryPlan(
          operationFromDocument(supergraph.apolloApiSchema, toPlan, { operationName }),
        );
        made.set(text, known);
      }
      return known;
    };
    const compile = (toPlan: DocumentNode): CompiledOperation => {
      const names = planDocumentOf(toPlan, reserved);
      const plans = isMutation ? planInTurn(names.document, planOf) : [planOf(names.document)];
      return compileOperation(plans, document, operation, {
        names,
        apiSchema,
        supergraphSchema,
        fetchSubgraph,
      });
    };
    const compiled = isMutation
      ? compileMutation(mutationRootsOf(document, operation, apiSchema), compile)
      : compile(document);
    return { kind, operation, compiled };
  }

  const coerce: PlanExecution['coerce'] = (operation, variables) =>
    coerceVariables(apiSchema, operation, variables, { hideSuggestions });

  return {
    coerce,

    prepare(document, operationName) {
      let byName = prepared.get(document);
      if (!byName) prepared.set(document, (byName = new Map()));
      const key = operationName ?? '';
      let known = byName.get(key);
      if (!known) byName.set(key, (known = plan(document, operationName ?? undefined)));
      return known;
    },

    async execute(preparedOperation, input) {
      const { operation, compiled } = preparedOperation as PlannedOperation;
      const coerced = coerce(operation, input.variables);
      const state = beginOperation(input);
      const run = () => compiled.execute(input, coerced, state);
      const { data, errors } = await (isTracing()
        ? withSpan(`graphql ${operation.operation}`, attributesOf(operation, input), run)
        : run());
      if (state.skip) return { skip: true };
      const output: ExecutionOutput = errors.length > 0 ? { data, errors } : { data };
      if (state.replayed) output.replayed = true;
      return output;
    },
  };
}

function attributesOf({ name }: OperationDefinitionNode, { correlationId }: ExecutionInput) {
  return {
    'graphql.operation.name': name?.value ?? '',
    'lyceum.correlation_id': correlationId,
  };
}
