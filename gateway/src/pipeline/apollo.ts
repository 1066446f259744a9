import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { withCorrelation } from '@lyceum/platform/correlation';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import { GraphQLError, OperationTypeNode, type ExecutionResult } from 'graphql';
import type { PlanExecution } from '../graph/plan-execution.js';
import type { LoadedSupergraph } from '../graph/supergraph.js';
import { LIMITS, operationLimits } from './limits.js';
import type { Asker } from './operations.js';
import { publicForm } from './public-errors.js';

/** Apollo Server is the pipeline of operations that come by HTTP; executing plans is not its business. */
export function createApolloServer(options: {
  supergraph: LoadedSupergraph;
  plans: PlanExecution;
  introspection: boolean;
  nodeEnv: string;
  log: Logger;
  metrics: Metrics;
}): ApolloServer<Asker> {
  const { supergraph, plans, introspection, nodeEnv, log, metrics } = options;
  return new ApolloServer<Asker>({
    gateway: {
      load: async () => ({
        executor: async ({ document, operationName, request, context }) =>
          run(plans, document, operationName, request.variables ?? {}, context as Asker),
      }),
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema: supergraph.apiSchema, coreSupergraphSdl: supergraph.sdl });
        return () => undefined;
      },
      stop: async () => undefined,
    },
    introspection,
    nodeEnv,
    logger: log,
    cache: 'bounded',
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    // Credentials come in a header and never in a cookie, so no other site can use them. Content types
    // that browsers send without asking are refused by the route.
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: !introspection,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationOptions: { maxErrors: 20 },
    validationRules: [...operationLimits],
    plugins: [
      reporting(log, metrics),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}

async function run(
  plans: PlanExecution,
  document: Parameters<PlanExecution['prepare']>[0],
  operationName: string | null,
  variables: Readonly<Record<string, unknown>>,
  asker: Asker,
): Promise<ExecutionResult> {
  const prepared = plans.prepare(document, operationName);
  if (prepared.kind === OperationTypeNode.SUBSCRIPTION) {
    throw new GraphQLError('Subscriptions go over the WebSocket at the same address.', {
      extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
    });
  }
  const { correlationId } = asker;
  return withCorrelation({ correlationId, causationId: null }, () =>
    plans.execute(prepared, { ...asker, variables }),
  );
}

/** Measures operations, and gives errors their public form. */
function reporting(log: Logger, metrics: Metrics): ApolloServerPlugin<Asker> {
  return {
    async requestDidStart() {
      const started = performance.now();
      return {
        async willSendResponse({ contextValue, response, operation, errors }) {
          const { body } = response;
          if (body.kind !== 'single') return;
          const { singleResult } = body;
          if (singleResult.errors) {
            singleResult.errors = singleResult.errors.map((formatted, i) =>
              publicForm(formatted, errors?.[i], contextValue.correlationId, log),
            );
          }
          metrics.operations.observe(
            {
              kind: operation?.operation ?? 'invalid',
              outcome: singleResult.errors ? 'error' : 'ok',
            },
            (performance.now() - started) / 1000,
          );
        },
      };
    },
  };
}
