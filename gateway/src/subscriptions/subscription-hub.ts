import type { EventEnvelope } from '@lyceum/events/envelope';
import type { Bus, Closable, Position, ReplayRefusal } from '@lyceum/platform/bus/bus';
import { LyceumError, unauthenticated } from '@lyceum/platform/errors';
import { requireMember } from '@lyceum/platform/permissions';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import type { SignedIn } from '@lyceum/platform/viewer';
import pLimit from 'p-limit';
import type { LiveGraph } from '../graph/live-graph.js';
import type { Capacity } from '../overload/capacity.js';
import type { Asker, PublicResult } from '../pipeline/operations.js';
import type { ResolvedOperation } from '../pipeline/resolved-operation.js';
import { carryOver } from './carry-over.js';
import { cursorOf, positionOf } from './cursor.js';
import { createEventExecution } from './event-execution.js';
import { Feed, type Member } from './feed.js';
import { Mailbox } from './mailbox.js';
import { matches, MatchIndex, TooManyCombinations } from './match-index.js';
import { schemaChanged } from './notices.js';
import { wantedEvents, type WantedEvents } from './wanted-events.js';

/** Executions of missed events under way at a time, beside those of events that come now. */
const MOST_CATCHING_UP = 32;

interface Subscriber extends Member {
  readonly viewer: SignedIn;
  readonly network: string | null;
  readonly onEnd: (reason: StreamEnd) => void;
}

/** A feed, and what is needed to go on with it over another graph. */
interface KnownFeed {
  readonly feed: Feed<Subscriber>;
  operation: ResolvedOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: SignedIn;
  readonly wanted: WantedEvents;
  readonly forget: () => void;
}

/**
 * Why a subscription ended that its client had not completed, where the transport may have something
 * to say: the client does not read what is sent, or is to subscribe again for the graph has changed.
 */
export type StreamEnd = 'TOO_SLOW' | 'SCHEMA_CHANGED';

export interface SubscribeOptions {
  /** A cursor as messages carry it, as the client sent it: begins with what came after it. */
  readonly resumeAfter?: unknown;
  /**
   * Called before the stream ends. After SCHEMA_CHANGED the stream still gives an error of that code
   * as its last message, for transports that have no word of their own for it.
   */
  readonly onEnd: (reason: StreamEnd) => void;
}

/** Brings events of the bus to those who subscribed to them. */
export interface SubscriptionHub {
  /** Listens to the bus, once for the whole process. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /**
   * Every message carries `extensions.cursor`. With `resumeAfter`, what was missed comes first, or
   * else one message of the code RESYNC_REQUIRED.
   * @throws GraphQLError when nobody has signed in, the person holds no role in their organization,
   * or an argument is not acceptable
   */
  subscribe(
    operation: ResolvedOperation,
    variables: Readonly<Record<string, unknown>>,
    asker: Asker,
    options: SubscribeOptions,
  ): AsyncIterableIterator<PublicResult>;
  /** The cursor of now, for clients that have no message yet; null while the bus has not begun. */
  readonly cursor: string | null;
  /** Executions that are kept for subscribers: 0 when all have gone. */
  readonly feeds: number;
}

export function createSubscriptionHub(options: {
  bus: Bus;
  graph: LiveGraph;
  /** Events that one subscription may have missed; more than these are not told one by one. */
  mostMissed: number;
  /** Hears every event before any subscriber does. */
  onEvent: (event: EventEnvelope) => void;
  capacity: Pick<Capacity, 'event'>;
  log: Logger;
  metrics: Metrics;
}): SubscriptionHub {
  const { bus, graph, mostMissed, onEvent, capacity, log, metrics } = options;
  const index = new MatchIndex<Feed<Subscriber>>();
  const feeds = new Map<string, KnownFeed>();
  const execute = createEventExecution({ capacity, log });
  const inTurn = pLimit(MOST_CATCHING_UP);
  let listening: Closable | null = null;

  function deliver(event: EventEnvelope, position: Position): void {
    onEvent(event);
    if (index.isEmpty) return;
    for (const feed of index.find(event)) feed.push({ event, position });
  }

  function addFeed(
    operation: ResolvedOperation,
    variables: Readonly<Record<string, unknown>>,
    viewer: SignedIn,
  ): KnownFeed {
    const { document, graph: on } = operation;
    const coerced = on.plans.coerce(operation.operation, variables);
    const wanted = wantedEvents(on.supergraph, document, operation.operation, coerced, viewer);
    const { field, types, endedBy, conditions } = wanted;
    const feed = new Feed<Subscriber>(
      (item, subscriber) => execute(known.operation, variables, item, subscriber),
      new Set(endedBy),
      (count) => metrics.subscriptionEvents.inc({ field }, count),
    );
    const forget = addOrRefuse(index, types, conditions, feed);
    const known: KnownFeed = { feed, operation, variables, viewer, wanted, forget };
    return known;
  }

  /** The subscriber is among the feed's already, so that nothing is missed meanwhile. */
  async function resume(
    { feed, wanted }: KnownFeed,
    subscriber: Subscriber,
    after: Position,
  ): Promise<void> {
    const { types, conditions } = wanted;
    const { organizationId } = subscriber.viewer;
    const now = bus.position;
    let refused: ReplayRefusal;
    try {
      // Other people's events of these types are told apart by the conditions.
      const limit = Number.MAX_SAFE_INTEGER;
      const replay = await bus.replay({ after, types, organizationId, limit });
      if ('events' in replay) {
        const missed = replay.events.filter(({ event }) => matches(types, conditions, event));
        if (missed.length <= mostMissed) {
          metrics.subscriptionResumes.inc({ outcome: 'resumed' });
          const isKnown = (position: Position) => !bus.isAfter(position, after);
          await feed.catchUp(subscriber, missed, isKnown, inTurn);
          return;
        }
        refused = 'TOO_MANY';
      } else refused = replay.refused;
    } catch (error) {
      log.warn({ err: error }, 'What a subscriber missed could not be read');
      refused = 'OUTSIDE_WINDOW';
    }
    metrics.subscriptionResumes.inc({ outcome: refused.toLowerCase() });
    feed.resync(subscriber, refused, now);
  }

  graph.onReplaced((next) => {
    let ended = 0;
    for (const known of [...feeds.values()]) {
      const { operation, variables, viewer, wanted, feed } = known;
      const carried = carryOver(operation, variables, viewer, wanted, next);
      if (carried) {
        known.operation = carried;
        continue;
      }
      ended += feed.members.size;
      for (const { onEnd } of [...feed.members]) onEnd('SCHEMA_CHANGED');
      feed.end(schemaChanged(bus.position));
    }
    if (ended > 0) log.info({ ended }, 'Subscriptions ended that the new graph does not serve');
  });

  return {
    async start() {
      listening = await bus.listen(deliver);
    },

    async stop() {
      await listening?.close();
      listening = null;
    },

    subscribe(operation, variables, asker, { resumeAfter, onEnd }) {
      const { network } = asker;
      if (asker.viewer.kind !== 'person') throw unauthenticated('Sign in to subscribe.');
      // Services would refuse too, but once for each event, and so tell that there was one.
      const viewer = requireMember(asker.viewer);
      const key = sharingKey(operation, variables, viewer);
      let known = feeds.get(key);
      if (!known) feeds.set(key, (known = addFeed(operation, variables, viewer)));
      const { feed, forget, wanted } = known;
      const { field } = wanted;
      const mailbox = new Mailbox<PublicResult>(
        () => {
          feed.members.delete(subscriber);
          metrics.subscriptions.dec({ field });
          if (feed.members.size > 0) return;
          forget();
          feeds.delete(key);
        },
        () => onEnd('TOO_SLOW'),
      );
      const resumes = resumeAfter !== undefined && resumeAfter !== null;
      const pending = resumes ? [] : null;
      const subscriber: Subscriber = { mailbox, viewer, network, onEnd, pending, told: new Set() };
      feed.members.add(subscriber);
      metrics.subscriptions.inc({ field });
      if (resumes) void resume(known, subscriber, positionOf(resumeAfter));
      return mailbox;
    },

    get cursor() {
      return bus.position === null ? null : cursorOf(bus.position);
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
