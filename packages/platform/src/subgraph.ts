import {
  execute,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  type DocumentNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { RequestContext } from './context.js';
import { badInput, LyceumError } from './errors.js';
import { SkipEvent } from './from-event.js';
import { isInfrastructureFailure, isUnstorableText } from './infrastructure-failure.js';
import type { StopSignal } from './stop-signal.js';
import type { RoleAssignment, SignedIn, Viewer } from './viewer.js';

export interface SubgraphRequest {
  /** Give the document where it is at hand (in process); else its text. */
  document?: DocumentNode;
  query?: string;
  operationName?: string | null;
  variables?: Readonly<Record<string, unknown>>;
  viewer: Viewer;
  correlationId: string;
  /** For a subscription operation: the event it is executed for. */
  event?: EventEnvelope | null;
  /** The client's network address, for throttling. */
  network?: string | null;
  /** Nobody waits for the answer any more once it is aborted. */
  signal?: StopSignal;
  /** For a mutation that the client may repeat: the same key does it once. */
  idempotency?: Idempotency;
}

export interface Idempotency {
  /** The client's own. */
  readonly key: string;
  /** Of the whole operation and its variables: another one under the same key is a mistake. */
  readonly fingerprint: string;
  /** Response keys of the fields that this request is about, in order, such as `login,touch`. */
  readonly part: string;
}

export interface SubgraphResponse {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
  extensions?: {
    /** Whom the rest of the operation runs as (after a login). */
    viewer?: SignedIn;
    /** For a subscription: deliver nothing for this event. */
    skip?: true;
    /** The answer is that of an earlier request with the same idempotency key. */
    replayed?: true;
  };
}

/** A subgraph as the gateway sees it, in this process or far away. */
export interface SubgraphConnection {
  readonly name: string;
  execute(request: SubgraphRequest): Promise<SubgraphResponse>;
  /** The service's plain HTTP routes (uploads, webhooks, …); 404 where it has none. */
  route(request: Request): Promise<Response>;
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

/** Executes operations on one subgraph's schema. Operations come from the gateway's plans and are not validated again. */
export function createExecutor(
  schema: GraphQLSchema,
  log: Logger,
  /** What a person holds beyond what their token says; once for each request. */
  grantsOf: (viewer: SignedIn) => Promise<readonly RoleAssignment[]> = () => Promise.resolve([]),
) {
  const documents = new LRUCache<string, DocumentNode>({ max: 1000 });

  function documentOf(request: SubgraphRequest): DocumentNode {
    if (request.document) return request.document;
    const text = request.query ?? '';
    const known = documents.get(text);
    if (known) return known;
    const parsed = parse(text, { noLocation: true });
    documents.set(text, parsed);
    return parsed;
  }

  return async function executeRequest(request: SubgraphRequest): Promise<SubgraphResponse> {
    let document: DocumentNode;
    let isMutation: boolean;
    try {
      document = documentOf(request);
      const operation = getOperationAST(document, request.operationName);
      if (!operation) throw new GraphQLError('No such operation.');
      isMutation = operation.operation === OperationTypeNode.MUTATION;
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return { errors: [error.toJSON()] };
    }
    const context = new RequestContext(
      request.viewer,
      request.correlationId,
      request.event ?? null,
      request.network ?? null,
      isMutation ? null : (request.signal ?? null),
    );
    try {
      if (request.viewer.kind === 'person') {
        for (const grant of await grantsOf(request.viewer)) context.grant(grant);
      }
    } catch (error) {
      const failure = new GraphQLError('Grants are not known.', { originalError: error as Error });
      return { errors: [publicError(failure, context, log)] };
    }
    const result = await execute({
      schema,
      document,
      rootValue: request.event ?? undefined,
      contextValue: context,
      variableValues: request.variables,
      operationName: request.operationName,
    });
    const response: SubgraphResponse = {};
    if (result.data !== undefined) response.data = result.data;
    if (result.errors) {
      if (result.errors.some((error) => error.originalError instanceof SkipEvent)) {
        return { extensions: { skip: true } };
      }
      response.errors = result.errors.map((error) => publicError(error, context, log));
    }
    if (context.became) response.extensions = { viewer: context.became };
    return response;
  };
}

/**
 * Refusals go out as they are, a database that is away or busy asks for patience; anything else is
 * a bug: logged, masked, and found by its correlation id.
 */
function publicError(
  error: GraphQLError,
  context: RequestContext,
  log: Logger,
): GraphQLFormattedError {
  const original = error.originalError;
  if (!original || original instanceof LyceumError || original instanceof GraphQLError) {
    const formatted = error.toJSON();
    return { ...formatted, extensions: { code: 'BAD_USER_INPUT', ...formatted.extensions } };
  }
  const { correlationId } = context;
  const { path } = error;
  if (isUnstorableText(original)) {
    return { ...badInput([], 'NUL_CHARACTER', 'A text has a NUL character in it.').toJSON(), path };
  }
  if (isInfrastructureFailure(original)) {
    log.warn({ err: original, correlationId, path }, 'database away or busy');
    const busy = new LyceumError('SERVICE_UNAVAILABLE', 'Too much is going on. Try again.');
    return { ...busy.toJSON(), path };
  }
  log.error({ err: original, correlationId, path }, 'resolver failed');
  return {
    message: 'Something went wrong on our side.',
    path,
    extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId },
  };
}
