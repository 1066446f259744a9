import type { EventEnvelope } from '@lyceum/events/envelope';
import type { StopSignal } from '@lyceum/platform/stop-signal';
import type { Viewer } from '@lyceum/platform/viewer';

/** What a plan is executed with: who asks, and the correlation of everything it causes. */
export interface ExecutionInput {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer;
  readonly correlationId: string;
  /** The client's network address, for throttling; null when unknown. */
  readonly network: string | null;
  /** For a subscription: the event it is executed for. */
  readonly event?: EventEnvelope;
  /** Aborted, nothing more is fetched. */
  readonly signal?: StopSignal;
  /** For mutations: the client's key, and what tells its operation from another. */
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
}

/** One execution under way. The viewer may change in its course: a login answers as who logged in. */
export interface OperationState {
  viewer: Viewer;
  readonly correlationId: string;
  readonly network: string | null;
  readonly event: EventEnvelope | null;
  readonly signal: StopSignal | undefined;
  readonly idempotency: ExecutionInput['idempotency'];
  /** Set by the subgraph that owns a subscription: deliver nothing for this event. */
  skip: boolean;
  /** Set when the answer of a mutation is that of an earlier request with its key. */
  replayed: boolean;
}

export function beginOperation(input: ExecutionInput): OperationState {
  return {
    viewer: input.viewer,
    correlationId: input.correlationId,
    network: input.network,
    // Resolvers in this process are given the event itself, and several executions share it.
    event: input.event ? structuredClone(input.event) : null,
    signal: input.signal,
    idempotency: input.idempotency,
    skip: false,
    replayed: false,
  };
}
