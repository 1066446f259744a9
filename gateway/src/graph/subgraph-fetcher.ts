import type { ErrorCode } from '@lyceum/platform/errors';
import type { Idempotency, SubgraphConnection, SubgraphResponse } from '@lyceum/platform/subgraph';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import { SpanKind, withSpan } from '@lyceum/platform/telemetry/tracing';
import type { DocumentNode } from 'graphql';
import type { Revocations } from '../viewer/revocations.js';
import type { OperationState } from './operation-state.js';

/** The one subgraph that may say whom the rest of an operation runs as. */
const MAY_CHANGE_VIEWER = 'auth';

export interface SubgraphFetch {
  /** The plan's own document, when the planner gave one: in process it is executed as it is. */
  document?: DocumentNode;
  query?: string;
  operationName?: string | null;
  variables?: Readonly<Record<string, unknown>>;
  /** The subscription's own field, as opposed to what else is selected. */
  isPrimary?: boolean;
  /** For the root fields of a mutation. */
  idempotency?: Idempotency;
}

export type FetchSubgraph = (
  subgraph: string,
  fetch: SubgraphFetch,
  state: OperationState,
) => Promise<Pick<SubgraphResponse, 'data' | 'errors'>>;

/**
 * Asks subgraphs as the operation's viewer. A subgraph that does not answer gives an error for its
 * part of the operation, never a thrown one: what others know is still delivered.
 */
export function createFetcher(options: {
  connections: ReadonlyMap<string, SubgraphConnection>;
  revocations: Pick<Revocations, 'reason'>;
  metrics: Metrics;
  log: Logger;
}): FetchSubgraph {
  const { connections, revocations, metrics, log } = options;

  return async function fetchSubgraph(name, fetch, state) {
    const connection = connections.get(name);
    if (!connection) return unavailable(name);
    const stop = metrics.subgraphFetches.startTimer({ subgraph: name });
    try {
      const { isPrimary, ...request } = fetch;
      const ask = () =>
        connection.execute({
          ...request,
          viewer: state.viewer,
          correlationId: state.correlationId,
          network: state.network,
          event: isPrimary ? state.event : null,
          ...(state.signal ? { signal: state.signal } : {}),
        });
      const attributes = { 'lyceum.subgraph': name };
      const response = await withSpan(`fetch ${name}`, attributes, ask, { kind: SpanKind.CLIENT });
      stop({ outcome: response.errors?.length ? 'error' : 'ok' });
      const { viewer, skip, replayed } = response.extensions ?? {};
      if (replayed) state.replayed = true;
      // Since a login that is answered again, its session may have ended.
      const holds = viewer && !(replayed && revocations.reason(viewer));
      if (holds && name === MAY_CHANGE_VIEWER) state.viewer = viewer;
      if (skip && isPrimary) state.skip = true;
      return { data: response.data, errors: response.errors };
    } catch (error) {
      stop({ outcome: 'error' });
      log.error(
        { err: error, subgraph: name, correlationId: state.correlationId },
        'Subgraph did not answer',
      );
      return unavailable(name);
    }
  };
}

function unavailable(name: string): Pick<SubgraphResponse, 'data' | 'errors'> {
  const code: ErrorCode = 'SERVICE_UNAVAILABLE';
  return {
    data: null,
    errors: [
      { message: `The ${name} service does not answer at the moment.`, extensions: { code } },
    ],
  };
}
