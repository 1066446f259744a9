import type { EventEnvelope } from '@lyceum/events/envelope';
import type { Bus, Closable } from '@lyceum/platform/bus/bus';
import { withCorrelation } from '@lyceum/platform/correlation';
import { LyceumError, unauthenticated } from '@lyceum/platform/errors';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { ExecutionOutput } from '../graph/plan-execution.js';
import type { Asker, PublicResult, ResolvedOperation } from '../pipeline/operations.js';
import { publicError } from '../pipeline/public-errors.js';
import { Feed, type Member } from './feed.js';
import { Mailbox } from './mailbox.js';
import { MatchIndex, TooManyCombinations } from './match-index.js';
import { wantedEvents } from './wanted-events.js';

interface Subscriber extends Member {
  readonly viewer: SignedIn;
  readonly network: string | null;
}

/** Brings events of the bus to those who subscribed to them. */
export interface SubscriptionHub {
  /** Listens to the bus, once for the whole process. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /**
   * @throws GraphQLError when nobody has signed in, or an argument is not acceptable
   * @param onTooSlow called when the subscriber does not read what is sent
   */
  subscribe(
    operation: ResolvedOperation,
    variables: Readonly<Record<string, unknown>>,
    asker: Asker,
    onTooSlow: () => void,
  ): AsyncIterableIterator<PublicResult>;
  /** Executions that are kept for subscribers: 0 when all have gone. */
  readonly feeds: number;
}

export function createSubscriptionHub(options: {
  bus: Bus;
  /** Hears every event before any subscriber does. */
  onEvent: (event: EventEnvelope) => void;
  log: Logger;
  metrics: Metrics;
}): SubscriptionHub {
  const { bus, onEvent, log, metrics } = options;
  const index = new MatchIndex<Feed<Subscriber>>();
  const feeds = new Map<string, { feed: Feed<Subscriber>; forget: () => void }>();
  let listening: Closable | null = null;

  function deliver(event: EventEnvelope): void {
    onEvent(event);
    if (index.isEmpty) return;
    for (const feed of index.find(event)) feed.push(event);
  }

  async function execute(
    { graph, prepared }: ResolvedOperation,
    variables: Readonly<Record<string, unknown>>,
    event: EventEnvelope,
    { viewer, network }: Subscriber,
  ): Promise<PublicResult | null> {
    const { correlationId } = event;
    try {
      const output = await withCorrelation({ correlationId, causationId: event.id }, () =>
        graph.plans.execute(prepared, { variables, viewer, correlationId, network, event }),
      );
      return toDeliver(output, correlationId);
    } catch (error) {
      return { errors: [publicError(error, correlationId, log)] };
    }
  }

  function toDeliver(output: ExecutionOutput, correlationId: string): PublicResult | null {
    const { data = null, errors, skip } = output;
    if (skip) return null;
    if (!errors) return { data };
    // What one may not see does not exist: neither does its event.
    const isNothing = data === null || Object.values(data).every((value) => value === null);
    const isHidden = errors.every((error) => error.extensions['code'] === 'NOT_FOUND');
    if (isNothing && isHidden) return null;
    return { data, errors: errors.map((error) => publicError(error, correlationId, log)) };
  }

  return {
    async start() {
      listening = await bus.listen(deliver);
    },

    async stop() {
      await listening?.close();
      listening = null;
    },

    subscribe(operation, variables, asker, onTooSlow) {
      const { viewer, network } = asker;
      if (viewer.kind !== 'person') throw unauthenticated('Sign in to subscribe.');
      const { field, types, conditions } = wantedEvents(
        operation.graph.supergraph,
        operation.document,
        operation.prepared.operation,
        variables,
        viewer,
      );
      const key = sharingKey(operation, variables, viewer);
      let known = feeds.get(key);
      if (!known) {
        const feed = new Feed<Subscriber>(
          (event, subscriber) => execute(operation, variables, event, subscriber),
          (count) => metrics.subscriptionEvents.inc({ field }, count),
        );
        known = { feed, forget: addOrRefuse(index, types, conditions, feed) };
        feeds.set(key, known);
      }
      const { feed, forget } = known;
      const mailbox = new Mailbox<PublicResult>(() => {
        feed.members.delete(subscriber);
        metrics.subscriptions.dec({ field });
        if (feed.members.size > 0) return;
        forget();
        feeds.delete(key);
      }, onTooSlow);
      const subscriber: Subscriber = { mailbox, viewer, network };
      feed.members.add(subscriber);
      metrics.subscriptions.inc({ field });
      return mailbox;
    },

    get feeds() {
      return feeds.size;
    },
  };
}

function addOrRefuse<T>(index: MatchIndex<T>, ...entry: Parameters<MatchIndex<T>['add']>) {
  try {
    return index.add(...entry);
  } catch (error) {
    if (!(error instanceof TooManyCombinations)) throw error;
    throw new LyceumError('BAD_USER_INPUT', 'Too many values to listen for.', {
      reason: 'TOO_MANY_VALUES',
    });
  }
}

/** Subscribers share an execution if they ask the same and would be answered the same. */
function sharingKey(
  { key }: ResolvedOperation,
  variables: Readonly<Record<string, unknown>>,
  { userId, organizationId, roles }: SignedIn,
): string {
  const rights = roles.map(({ role, scope, scopeId }) => `${role} ${scope} ${scopeId}`).sort();
  return JSON.stringify([key, sorted(variables), userId, organizationId, rights]);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, inner]) => [name, sorted(inner)]);
}
