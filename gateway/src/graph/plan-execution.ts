import { operationFromDocument } from '@apollo/federation-internals';
import {
  buildOperationContext,
  executeQueryPlan,
  type GraphQLDataSource,
  type ServiceMap,
} from '@apollo/gateway';
import type { QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import { withSpan } from '@lyceum/platform/telemetry/tracing';
import {
  getVariableValues,
  GraphQLError,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import { idempotencyOf } from './mutation-part.js';
import { beginOperation, type ExecutionInput, type OperationState } from './operation-state.js';
import type { FetchSubgraph } from './subgraph-fetcher.js';
import type { LoadedSupergraph } from './supergraph.js';

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
  execute(prepared: PreparedOperation, input: ExecutionInput): Promise<ExecutionOutput>;
}

interface ApolloOperation extends PreparedOperation {
  readonly plan: QueryPlan;
  readonly context: ReturnType<typeof buildOperationContext>;
}

/** Plans and executes by Apollo's planner and executor. */
export function createPlanExecution(options: {
  supergraph: LoadedSupergraph;
  fetchSubgraph: FetchSubgraph;
  log: Logger;
  metrics: Metrics;
}): PlanExecution {
  const { supergraph, fetchSubgraph, log, metrics } = options;
  // Documents are kept by the pipeline, least recently used first out; plans go with them.
  const prepared = new WeakMap<DocumentNode, Map<string, ApolloOperation>>();
  const primaries = new WeakSet<DocumentNode>();
  const services: ServiceMap = Object.fromEntries(
    supergraph.subgraphs.map((name) => [name, dataSource(name)]),
  );

  function dataSource(name: string): GraphQLDataSource {
    return {
      async process({ request, context, ...rest }) {
        const document = 'document' in rest ? rest.document : undefined;
        const state = context as OperationState;
        return fetchSubgraph(
          name,
          {
            document,
            query: request.query,
            operationName: request.operationName,
            variables: request.variables,
            isPrimary: document !== undefined && primaries.has(document),
            idempotency: document && idempotencyOf(document, state),
          },
          state,
        );
      },
    };
  }

  function plan(document: DocumentNode, operationName: string | undefined): ApolloOperation {
    const context = buildOperationContext({
      schema: supergraph.apiSchema,
      operationDocument: document,
      operationName,
    });
    const made = supergraph.planner.buildQueryPlan(
      operationFromDocument(supergraph.apolloApiSchema, document, { operationName }),
    );
    metrics.plansMade.inc();
    const { operation } = context;
    return { kind: operation.operation, operation, context, plan: executable(made) };
  }

  /** A subscription's plan, as one that Apollo's executor takes: executed once for each event. */
  function executable(made: QueryPlan): QueryPlan {
    if (made.node?.kind !== 'Subscription') return made;
    const { primary, rest }: SubscriptionNode = made.node;
    if (primary.operationDocumentNode) primaries.add(primary.operationDocumentNode);
    return {
      kind: 'QueryPlan',
      node: rest ? { kind: 'Sequence', nodes: [primary, rest] } : primary,
    };
  }

  return {
    prepare(document, operationName) {
      let byName = prepared.get(document);
      if (!byName) prepared.set(document, (byName = new Map()));
      const key = operationName ?? '';
      let known = byName.get(key);
      if (!known) byName.set(key, (known = plan(document, operationName ?? undefined)));
      return known;
    },

    async execute(preparedOperation, input) {
      const { operation, context, plan } = preparedOperation as ApolloOperation;
      const variables = { ...input.variables };
      const { errors } = getVariableValues(
        supergraph.apiSchema,
        operation.variableDefinitions ?? [],
        variables,
        { maxErrors: 10 },
      );
      if (errors) return { errors: errors.map(asBadInput) };
      const state = beginOperation(input);
      const run = () =>
        executeQueryPlan(
          plan,
          services,
          { request: { variables }, context: state, metrics: {}, logger: log } as never,
          context,
          supergraph.supergraphSchema,
          supergraph.apolloApiSchema,
        );
      const result = await withSpan(
        `graphql ${operation.operation}`,
        {
          'graphql.operation.name': operation.name?.value ?? '',
          'lyceum.correlation_id': input.correlationId,
        },
        run,
      );
      if (state.skip) return { skip: true };
      // `extensions.valueCompletion` names fields of the inner schema: not for clients.
      const output: ExecutionOutput = {};
      if (result.data !== undefined) output.data = result.data;
      if (result.errors) output.errors = result.errors;
      if (state.replayed) output.replayed = true;
      return output;
    },
  };
}

function asBadInput(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    originalError: error.originalError,
    extensions: { ...error.extensions, code: 'BAD_USER_INPUT' },
  });
}
