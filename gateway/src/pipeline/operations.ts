import type { StopSignal } from '@lyceum/platform/stop-signal';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import type { Viewer } from '@lyceum/platform/viewer';
import { GraphQLError, type DocumentNode, type GraphQLFormattedError } from 'graphql';
import type { Graph, LiveGraph } from '../graph/live-graph.js';
import { errorsOf, OperationRefused } from '../graph/operation-refused.js';
import type { Admission, Admitted } from '../limits/admission.js';
import type { Limits } from '../limits/limit-settings.js';
import type { Capacity } from '../overload/capacity.js';
import { createKeptOperations } from '../persisted/kept-operations.js';
import type { ManifestOperation } from '../persisted/manifest.js';
import type { PersistedOperations } from '../persisted/persisted-operations.js';
import type { UsageRecorder } from '../usage/usage-recorder.js';
import { createDocuments, type Documents } from './documents.js';
import { fingerprintOf } from './idempotency-key.js';
import type { Client, OperationRequest } from './operation-request.js';
import { publicError } from './public-errors.js';
import { toResolved, type ResolvedOperation } from './resolved-operation.js';

/** Who asks, for one operation. */
export interface Asker extends Admitted {
  readonly viewer: Viewer;
  readonly correlationId: string;
  readonly network: string | null;
  readonly client: Client;
  /** For a mutation that is to run once. */
  readonly idempotencyKey?: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: StopSignal;
}

/** An answer as clients see it. Without `data` it is a refusal: nothing was executed. */
export interface PublicResult {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
}

/** The request pipeline: the same for every transport. */
export interface Operations {
  /**
   * Finds, parses and validates; each once for an operation.
   * @throws OperationRefused or GraphQLError, whose codes say what is wrong with it
   */
  resolve(request: OperationRequest, client: Client): ResolvedOperation;
  /**
   * The same, for one who is going to ask; a text that is refused is charged.
   * @throws OperationRefused or GraphQLError as `resolve` does; GraphQLError RATE_LIMITED
   */
  resolveFor(request: OperationRequest, asker: Asker): Promise<ResolvedOperation>;
  /**
   * Admits a subscription, charges it once for all its events, plans it, and has it begin.
   * @param begin with the operation over the graph that is served by then: those over an earlier one
   *   are past the moment at which they would be carried over
   * @throws OperationRefused or GraphQLError OPERATION_TOO_EXPENSIVE, RATE_LIMITED, and what `begin` throws
   */
  subscribe<T>(
    operation: ResolvedOperation,
    variables: Readonly<Record<string, unknown>>,
    asker: Asker,
    begin: (current: ResolvedOperation) => T,
  ): Promise<T>;
  /** @throws GraphQLError OPERATION_TOO_EXPENSIVE when operations that come together are too much */
  holdTogether(requests: readonly OperationRequest[], client: Client): void;
  /** Queries and mutations, admitted first, then planned. Never rejects. */
  execute(
    operation: ResolvedOperation,
    variables: Readonly<Record<string, unknown>>,
    asker: Asker,
  ): Promise<PublicResult>;
  /** Plans what manifests list before it is asked for; @param on the graph that is to be served */
  keep(listed: readonly ManifestOperation[], on: Graph): Promise<void>;
  /** A refusal in its public form, counted. */
  refuse(error: unknown, correlationId: string): PublicResult;
}

export function createOperations(options: {
  graph: LiveGraph;
  limits: Limits;
  persisted: PersistedOperations;
  usage: UsageRecorder;
  admission: Admission;
  capacity: Capacity;
  introspection: boolean;
  log: Logger;
  metrics: Metrics;
}): Operations {
  const { graph, limits, admission, capacity, persisted, usage, introspection, log, metrics } =
    options;
  const kept = createKeptOperations({ resolve: resolveText, log });
  const resolved = new WeakMap<DocumentNode, Map<string, ResolvedOperation>>();
  const documents = new WeakMap<Graph, Documents>();

  function documentsOf(current: Graph): Documents {
    let known = documents.get(current);
    if (!known) {
      const { apiSchema } = current.supergraph;
      known = createDocuments({ schema: apiSchema, limits: limits.shape, introspection });
      documents.set(current, known);
    }
    return known;
  }

  function resolveText(on: Graph, text: string, operationName?: string): ResolvedOperation {
    const document = documentsOf(on).valid(text);
    const name = operationName ?? '';
    let byName = resolved.get(document);
    if (!byName) resolved.set(document, (byName = new Map()));
    let operation = byName.get(name);
    if (!operation) {
      operation = toResolved(on, text, document, operationName);
      byName.set(name, operation);
    }
    return operation;
  }

  function find(request: OperationRequest, client: Client): ResolvedOperation {
    const { operationName } = request;
    const { text, listed } = persisted.find(request, client);
    const current = graph.current;
    const planned = listed && kept.get(current, listed.id);
    const isMeant = planned && (!operationName || operationName === listed.name);
    return isMeant ? planned : resolveText(current, text, operationName);
  }

  /** Nothing for one that will not be executed: it is refused by itself. */
  function costOf(request: OperationRequest, client: Client): readonly number[] {
    try {
      return [find(request, client).cost(request.variables ?? {})];
    } catch (error) {
      if (error instanceof GraphQLError || error instanceof OperationRefused) return [];
      throw error;
    }
  }

  function toPublic(errors: readonly unknown[], correlationId: string): PublicResult['errors'] {
    return errors.map((error) => {
      const told = publicError(error, correlationId, log);
      metrics.errors.inc({ code: String(told.extensions?.['code']) });
      return told;
    });
  }

  return {
    resolve: find,

    async resolveFor(request, asker) {
      try {
        return find(request, asker.client);
      } catch (error) {
        if (hasBeenRead(error)) await admission.chargeText(asker);
        throw error;
      }
    },

    async subscribe(operation, variables, asker, begin) {
      let failed = true;
      try {
        await admission.admit(operation, variables, asker);
        const { text, name } = operation;
        const isCurrent = operation.graph === graph.current;
        const current = isCurrent ? operation : resolveText(graph.current, text, name ?? undefined);
        current.plan();
        const begun = begin(current);
        failed = false;
        return begun;
      } finally {
        usage.record(operation, asker.client, { milliseconds: null, failed });
      }
    },

    holdTogether(requests, client) {
      admission.holdTogether(requests.flatMap((request) => costOf(request, client)));
    },

    keep: (listed, on) => kept.keep(on, listed),

    async execute(operation, variables, asker) {
      const { kind } = operation;
      const { plans } = operation.graph;
      const { viewer, network, correlationId, idempotencyKey: key } = asker;
      const started = performance.now();
      let result: PublicResult;
      try {
        await admission.admit(operation, variables, asker);
        const prepared = operation.plan();
        const idempotency = key
          ? { key, fingerprint: fingerprintOf(operation, variables) }
          : undefined;
        const { data, errors, replayed } = await capacity.operation(kind, asker.signal, (signal) =>
          plans.execute(prepared, {
            variables,
            viewer,
            correlationId,
            network,
            idempotency,
            signal,
          }),
        );
        result = errors ? { errors: toPublic(errors, correlationId) } : {};
        if (data !== undefined && !isRefusedByKey(data, result)) result.data = data;
        if (replayed) result.extensions = { replayed };
      } catch (error) {
        result = { errors: toPublic(errorsOf(error), correlationId) };
      }
      const milliseconds = performance.now() - started;
      const failed = result.errors !== undefined;
      metrics.operations.observe({ kind, outcome: failed ? 'error' : 'ok' }, milliseconds / 1000);
      usage.record(operation, asker.client, { milliseconds, failed });
      return result;
    },

    refuse(error, correlationId) {
      metrics.operations.observe({ kind: 'invalid', outcome: 'error' }, 0);
      return { errors: toPublic(errorsOf(error), correlationId) };
    },
  };
}

/** Whether an operation is refused for what its text says. */
function hasBeenRead(error: unknown): boolean {
  if (error instanceof OperationRefused) return true;
  const code = error instanceof GraphQLError ? error.extensions['code'] : undefined;
  return code === 'GRAPHQL_PARSE_FAILED' || code === 'OPERATION_TOO_LARGE';
}

/** Whether nothing of a mutation was executed, for what is known of its idempotency key. */
function isRefusedByKey(data: PublicResult['data'], { errors = [] }: PublicResult): boolean {
  return (
    errors.length > 0 &&
    errors.every(({ extensions }) => String(extensions?.['code']).startsWith('IDEMPOTENCY_')) &&
    Object.values(data ?? {}).every((value) => value === null)
  );
}
