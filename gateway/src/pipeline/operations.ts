import { createHash } from 'node:crypto';
import { withCorrelation } from '@lyceum/platform/correlation';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import type { Viewer } from '@lyceum/platform/viewer';
import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { PlanExecution, PreparedOperation } from '../graph/plan-execution.js';
import { LIMITS, operationLimits } from './limits.js';
import { publicError } from './public-errors.js';

const REMEMBERED_DOCUMENTS = 2000;

/** An operation as a client sent it, on a socket. */
export interface OperationText {
  readonly query: string;
  readonly operationName?: string | null;
}

export interface ResolvedOperation {
  readonly document: DocumentNode;
  readonly prepared: PreparedOperation;
  /** The same for the same operation of the same text. */
  readonly key: string;
}

/** Who asks, for one operation. */
export interface Asker {
  readonly viewer: Viewer;
  readonly correlationId: string;
  readonly network: string | null;
}

export interface PublicResult {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
}

/** The request pipeline for operations that do not come by HTTP: the same limits, plans and masking. */
export interface Operations {
  /** Parses, validates and plans, each once for an operation; what is wrong with it instead. */
  resolve(text: OperationText): ResolvedOperation | readonly GraphQLError[];
  execute(
    operation: ResolvedOperation,
    variables: Readonly<Record<string, unknown>>,
    asker: Asker,
  ): Promise<PublicResult>;
}

export function createOperations(options: {
  schema: GraphQLSchema;
  plans: PlanExecution;
  introspection: boolean;
  log: Logger;
  metrics: Metrics;
}): Operations {
  const { schema, plans, introspection, log, metrics } = options;
  const documents = new LRUCache<string, DocumentNode>({ max: REMEMBERED_DOCUMENTS });
  const rules = [
    ...operationLimits,
    ...specifiedRules,
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];

  function validDocument(key: string, query: string): DocumentNode | readonly GraphQLError[] {
    const known = documents.get(key);
    if (known) return known;
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: LIMITS.tokens });
    } catch (error) {
      if (error instanceof GraphQLError) return [withCode(error, 'GRAPHQL_PARSE_FAILED')];
      throw error;
    }
    const errors = validate(schema, document, rules, { maxErrors: 20 });
    if (errors.length > 0) return errors.map((e) => withCode(e, 'GRAPHQL_VALIDATION_FAILED'));
    documents.set(key, document);
    return document;
  }

  return {
    resolve({ query, operationName }) {
      const key = createHash('sha256').update(query).digest('base64');
      try {
        const document = validDocument(key, query);
        if (!('kind' in document)) return document;
        const prepared = plans.prepare(document, operationName);
        return { document, prepared, key: `${key}:${operationName ?? ''}` };
      } catch (error) {
        // Such as `@include` on a subscription's root field, or an unknown operation name.
        if (error instanceof GraphQLError) return [withCode(error, 'GRAPHQL_VALIDATION_FAILED')];
        throw error;
      }
    },

    async execute({ prepared }, variables, asker) {
      const { correlationId } = asker;
      const stop = metrics.operations.startTimer({ kind: prepared.kind });
      let result: PublicResult;
      try {
        const output = await withCorrelation({ correlationId, causationId: null }, () =>
          plans.execute(prepared, { ...asker, variables }),
        );
        result = { ...(output.data !== undefined ? { data: output.data } : {}) };
        if (output.errors) {
          result.errors = output.errors.map((error) => publicError(error, correlationId, log));
        }
      } catch (error) {
        result = { errors: [publicError(error, correlationId, log)] };
      }
      stop({ outcome: result.errors ? 'error' : 'ok' });
      return result;
    },
  };
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code },
  });
}
