import type { Idempotency, SubgraphRequest, SubgraphResponse } from '@lyceum/platform/subgraph';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import { isTracing, SpanKind, withSpan } from '@lyceum/platform/telemetry/tracing';
import { parse, type DocumentNode } from 'graphql';
import type { GuardedConnection } from '../connections/guarded-connection.js';
import { kindOf } from '../connections/subgraph-failure.js';
import type { Revocations } from '../viewer/revocations.js';
import type { OperationState } from './operation-state.js';
import { changesData, unanswered } from './unanswered.js';

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
  subgraphs: ReadonlyMap<string, GuardedConnection>;
  revocations: Pick<Revocations, 'reason'>;
  metrics: Metrics;
  log: Logger;
}): FetchSubgraph {
  const { subgraphs, revocations, metrics, log } = options;

  return async function fetchSubgraph(name, fetch, state) {
    const subgraph = subgraphs.get(name);
    const document = fetch.document ?? parse(fetch.query ?? '', { noLocation: true });
    if (!subgraph) return unanswered('not-asked', document);
    const stop = metrics.subgraphFetches.startTimer({ subgraph: name });
    try {
      const request: SubgraphRequest = {
        document: fetch.document,
        query: fetch.query,
        operationName: fetch.operationName,
        variables: fetch.variables,
        idempotency: fetch.idempotency,
        viewer: state.viewer,
        correlationId: state.correlationId,
        network: state.network,
        event: fetch.isPrimary ? state.event : null,
        signal: state.signal,
      };
      const traits = { isMutation: changesData(document), isPatient: state.event !== null };
      const ask = () => subgraph.ask(request, traits);
      const response = await (isTracing() ? traced(name, ask) : ask());
      stop({ outcome: response.errors?.length ? 'error' : 'ok' });
      const { viewer, skip, replayed } = response.extensions ?? {};
      if (replayed) state.replayed = true;
      // Since a login that is answered again, its session may have ended.
      const holds = viewer && !(replayed && revocations.reason(viewer));
      if (holds && name === MAY_CHANGE_VIEWER) state.viewer = viewer;
      if (skip && fetch.isPrimary) state.skip = true;
      return { data: response.data, errors: response.errors };
    } catch (error) {
      const kind = kindOf(error);
      stop({ outcome: kind });
      // The others are told by the metric: a subgraph that is down would fill the log with them.
      if (kind !== 'cancelled' && kind !== 'not-asked') {
        log.error(
          { err: error, subgraph: name, correlationId: state.correlationId },
          'Subgraph did not answer',
        );
      }
      return unanswered(kind, document);
    }
  };
}

function traced<T>(subgraph: string, ask: () => Promise<T>): Promise<T> {
  const attributes = { 'lyceum.subgraph': subgraph };
  return withSpan(`fetch ${subgraph}`, attributes, ask, { kind: SpanKind.CLIENT });
}
