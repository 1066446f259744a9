import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** From a millisecond to ten seconds. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The metrics of a process, all in one registry; several services in one process are told apart by
 * the label `service`. Labels never hold ids or what clients send: their number must stay small.
 */
export interface Metrics {
  readonly registry: Registry;
  /** Requests over HTTP, in seconds: route is the pattern (`/graphql`), not the path. */
  readonly httpRequests: Histogram<'service' | 'method' | 'route' | 'status'>;
  /** GraphQL operations at the gateway, in seconds. Outcome: ok, error. */
  readonly operations: Histogram<'kind' | 'outcome'>;
  /** Errors in what the gateway answers, refusals among them, by code. */
  readonly errors: Counter<'code'>;
  /** Query plans made by the gateway: none for an operation that it was started with. */
  readonly plansMade: Counter;
  /** The gateway's fetches from subgraphs, in seconds. Outcome: ok, error (with an answer), or why there was none. */
  readonly subgraphFetches: Histogram<'subgraph' | 'outcome'>;
  /** Operations that the gateway executes at the moment, and how many it would at most. */
  readonly operationsUnderWay: Gauge;
  readonly operationsWidth: Gauge;
  /** Operations refused by the gateway because there was too much to do. */
  readonly operationsRefused: Counter<'reason'>;
  /** What the gateway thinks of a subgraph: 0 answers, 1 is being tried, 2 does not answer. */
  readonly subgraphCircuit: Gauge<'subgraph'>;
  /** Fetches that the gateway repeated, because the subgraph could not be reached. */
  readonly subgraphRetries: Counter<'subgraph'>;
  /** Connections of clients that stay open. Transport: ws, sse, multipart. */
  readonly connections: Gauge<'transport'>;
  /** Open subscriptions of clients, by root field. */
  readonly subscriptions: Gauge<'field'>;
  /** Events delivered to subscribers. */
  readonly subscriptionEvents: Counter<'field'>;
  /** Subscriptions that asked for what they missed. Outcome: resumed, or why they have to fetch anew. */
  readonly subscriptionResumes: Counter<'outcome'>;
  /** Age of the oldest unpublished event, in seconds; 0 when there is none. */
  readonly outboxLag: Gauge<'service'>;
  /** Unpublished events. */
  readonly outboxDepth: Gauge<'service'>;
  readonly outboxPublished: Counter<'service'>;
  readonly outboxFailures: Counter<'service'>;
  /** Age of the oldest event received and not yet handled, in seconds; 0 when there is none. */
  readonly consumerLag: Gauge<'service'>;
  /** Events received and not yet handled. */
  readonly consumerPending: Gauge<'service'>;
  /** Events that took effect, by type. */
  readonly consumed: Counter<'service' | 'type'>;
  /** Tries of handlers that failed, by type. */
  readonly consumerFailures: Counter<'service' | 'type'>;
  /** Events set aside that wait for a person. */
  readonly deadLetters: Gauge<'service'>;
  /** SQL statements of requests, consumers and jobs; not those of the relay. */
  readonly sqlStatements: Counter<'service'>;
  /**
   * Mutations with an idempotency key. Outcome: first, replayed, conflict, in_progress, answer_lost.
   */
  readonly idempotentMutations: Counter<'service' | 'outcome'>;
  /** 1 in the process that publishes and consumes for its service. */
  readonly leader: Gauge<'service'>;
}

/**
 * Makes the registry of this process, with Node's own metrics (memory, garbage collection, event
 * loop lag) unless `defaults` is false, as in tests.
 */
export function createMetrics({ defaults = true }: { defaults?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (defaults) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]): Gauge<L> =>
    new Gauge({ name: `lyceum_${name}`, help, labelNames, registers });
  const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
    new Counter({ name: `lyceum_${name}_total`, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: L[]): Histogram<L> =>
    new Histogram({
      name: `lyceum_${name}_seconds`,
      help,
      labelNames,
      buckets: SECONDS,
      registers,
    });

  return {
    registry,
    httpRequests: histogram('http_request', 'Requests over HTTP', [
      'service',
      'method',
      'route',
      'status',
    ]),
    operations: histogram('graphql_operation', 'GraphQL operations', ['kind', 'outcome']),
    errors: counter('graphql_errors', 'Errors in answers', ['code']),
    plansMade: counter('plans_made', 'Query plans made', []),
    subgraphFetches: histogram('subgraph_fetch', 'Fetches from subgraphs', ['subgraph', 'outcome']),
    operationsUnderWay: gauge('operations_under_way', 'Operations being executed', []),
    operationsWidth: gauge('operations_width', 'Operations executed at a time at most', []),
    operationsRefused: counter('operations_refused', 'Operations refused for overload', ['reason']),
    subgraphCircuit: gauge('subgraph_circuit', 'Whether a subgraph is asked: 0 yes, 2 no', [
      'subgraph',
    ]),
    subgraphRetries: counter('subgraph_retries', 'Fetches repeated', ['subgraph']),
    connections: gauge('connections', 'Connections that stay open', ['transport']),
    subscriptions: gauge('subscriptions', 'Open subscriptions', ['field']),
    subscriptionEvents: counter('subscription_events', 'Events sent to subscribers', ['field']),
    subscriptionResumes: counter('subscription_resumes', 'Subscriptions that resumed', ['outcome']),
    outboxLag: gauge('outbox_lag_seconds', 'Age of the oldest unpublished event', ['service']),
    outboxDepth: gauge('outbox_depth', 'Unpublished events', ['service']),
    outboxPublished: counter('outbox_published', 'Events published', ['service']),
    outboxFailures: counter('outbox_publish_failures', 'Failed tries to publish', ['service']),
    consumerLag: gauge('consumer_lag_seconds', 'Age of the oldest unhandled event', ['service']),
    consumerPending: gauge('consumer_pending', 'Events received and not handled', ['service']),
    consumed: counter('consumed_events', 'Events that took effect', ['service', 'type']),
    consumerFailures: counter('consumer_failures', 'Failed tries to handle', ['service', 'type']),
    deadLetters: gauge('dead_letters', 'Events set aside, waiting for a person', ['service']),
    sqlStatements: counter('sql_statements', 'SQL statements of requests, consumers and jobs', [
      'service',
    ]),
    idempotentMutations: counter('idempotent_mutations', 'Mutations with an idempotency key', [
      'service',
      'outcome',
    ]),
    leader: gauge('leader', 'Whether this process publishes and consumes', ['service']),
  };
}
