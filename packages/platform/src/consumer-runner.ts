import { catalogue as wholeCatalogue } from '@lyceum/events/catalogue';
import type { EventDefinition } from '@lyceum/events/define';
import type { EventEnvelope } from '@lyceum/events/envelope';
import type { Bus, Closable, Delivery } from './bus/bus.js';
import type { EventConsumer, RawClient, Transact } from './consumers.js';
import { createAttempt } from './consumer-attempt.js';
import { createConsumerKeeper } from './consumer-keeper.js';
import { laneOf, type Blocked, type Item } from './consumer-lanes.js';
import { CONSUMER_LIMITS, type ConsumerLimits } from './consumer-limits.js';
import { setAside } from './dead-letters.js';
import { createEventHandling, InvalidEvent } from './event-handling.js';
import { NotYet } from './not-yet.js';
import type { Logger } from './telemetry/logger.js';
import type { Metrics } from './telemetry/metrics.js';
import { backoff, createPause } from './wait.js';

export interface ConsumerRunnerOptions<C extends RawClient> {
  readonly service: string;
  readonly bus: Bus;
  readonly transact: Transact<C>;
  readonly consumers: readonly EventConsumer<C>[];
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly limits?: Partial<ConsumerLimits>;
  /** Other than the platform's, for tests. */
  readonly catalogue?: ReadonlyMap<string, EventDefinition>;
}

export interface ConsumerRunner {
  start(): Promise<void>;
  /** Finishes the running batch; the rest comes again after the next start. */
  stop(): Promise<void>;
}

/**
 * Gives a service's events to its consumers, in one lane. A batch shares a transaction with the
 * inbox ids of its events, which is what makes their effect happen once. When an event fails,
 * those before it go through, it is tried again on its own with growing delays while only its
 * aggregate waits, and in the end it is set aside in `dead_letter` and its aggregate goes on.
 * A database that is away is waited for without counting tries, and so is, for a while, what an
 * event builds on (`NotYet`).
 */
export function createConsumerRunner<C extends RawClient>(
  options: ConsumerRunnerOptions<C>,
): ConsumerRunner {
  const { service, bus, transact, log, metrics } = options;
  const limits = { ...CONSUMER_LIMITS, ...options.limits };
  const handling = createEventHandling(options.consumers, options.catalogue ?? wholeCatalogue);
  const keeper = createConsumerKeeper({ service, transact, handling, log, metrics, limits });
  const pause = createPause();
  /** Not cut short by deliveries, only by the end. */
  const backingOff = createPause();

  let queue: Item[] = [];
  const known = new Map<string, Item>();
  const blocked = new Map<string, Blocked>();
  let stopping = true;
  let running: Promise<void> = Promise.resolve();
  let consumption: Closable | null = null;

  const attempt = createAttempt({
    ...{ service, transact, handling, log, metrics },
    async waitToTryAgain(tries) {
      await backingOff.wait(backoff(tries, limits.firstDelayMs, 5_000));
      return !stopping;
    },
  });

  function receive(delivery: Delivery): void {
    const item = known.get(delivery.event.id);
    if (item) {
      item.deliveries.push(delivery);
      return;
    }
    const added = { event: delivery.event, deliveries: [delivery] };
    known.set(delivery.event.id, added);
    queue.push(added);
    pause.wake();
  }

  function finish(items: readonly Item[]): void {
    for (const item of items) {
      known.delete(item.event.id);
      for (const delivery of item.deliveries) delivery.ack();
    }
  }

  async function handleBatch(batch: readonly Item[]): Promise<void> {
    let items = park(batch);
    while (items.length > 0 && !stopping) {
      const outcome = await attempt(items.map(({ event }) => event));
      if (outcome.kind === 'stopped') return;
      if (outcome.kind === 'done') return finish(items);
      if (items.length === 1) return fail(items[0]!, outcome.error);
      const { from, to } = outcome;
      if (from > 0) await handleBatch(items.slice(0, from));
      for (const item of items.slice(from, to)) await handleBatch([item]);
      items = park(items.slice(to));
    }
  }

  /** Puts items of blocked aggregates behind what they wait for, and returns the others. */
  function park(items: readonly Item[]): Item[] {
    return items.filter((item) => {
      const waiting = blocked.get(laneOf(item.event));
      waiting?.parked.push(item);
      return !waiting;
    });
  }

  /** Waits take places of those in flight; beyond a quarter, what is waited for could not get in. */
  function isCrowded(): boolean {
    let places = 0;
    for (const { parked } of blocked.values()) places += 1 + parked.length;
    return places > limits.maxInFlight / 4;
  }

  async function fail(head: Item, error: unknown): Promise<void> {
    const { event } = head;
    const { id: eventId, type, correlationId } = event;
    const lane = laneOf(event);
    const waiting = blocked.get(lane);
    let { attempts, waits } = waiting ?? { attempts: 0, waits: 0 };
    const since = waiting?.since ?? Date.now();
    const isEarly = error instanceof NotYet && Date.now() - since < limits.notYetMs && !isCrowded();
    if (isEarly) waits++;
    else attempts++;
    metrics.consumerFailures.inc({ service, type });
    if (attempts >= limits.tries || error instanceof InvalidEvent) {
      log.error({ err: error, eventId, type, correlationId, attempts }, 'An event is set aside');
      if (!(await setAsideForSure(event, error, attempts))) return;
      finish([head]);
      release(lane);
      return;
    }
    // Once for each event: a handler with a mistake fails for very many.
    const level = attempts + waits === 1 ? 'warn' : 'debug';
    log[level](
      { err: error, eventId, type, correlationId, attempts, waits },
      'An event failed, trying again',
    );
    const nth = isEarly ? waits : attempts;
    const due = Date.now() + backoff(nth, limits.firstDelayMs, limits.mostDelayMs);
    if (waiting) Object.assign(waiting, { attempts, waits, due });
    else blocked.set(lane, { head, attempts, waits, since, due, parked: [] });
  }

  function release(lane: string): void {
    const waiting = blocked.get(lane);
    blocked.delete(lane);
    // What came later is in the queue already, behind these.
    if (waiting) queue.unshift(...waiting.parked);
  }

  async function setAsideForSure(
    event: EventEnvelope,
    error: unknown,
    attempts: number,
  ): Promise<boolean> {
    for (let tries = 1; !stopping; tries++) {
      try {
        await transact(null, (tx) => setAside(tx.prisma, event, error, attempts));
        return true;
      } catch (failure) {
        log.warn({ err: failure }, 'An event could not be set aside, trying again');
        await backingOff.wait(backoff(tries, limits.firstDelayMs, 5_000));
      }
    }
    return false;
  }

  async function retryDue(): Promise<void> {
    const now = Date.now();
    for (const [lane, waiting] of blocked) {
      if (stopping) return;
      if (waiting.due > now) continue;
      const outcome = await attempt([waiting.head.event]);
      if (outcome.kind === 'done') {
        finish([waiting.head]);
        release(lane);
      } else if (outcome.kind === 'failed') {
        await fail(waiting.head, outcome.error);
      }
    }
  }

  function observe(): void {
    let oldest = Date.now();
    for (const { event } of known.values()) oldest = Math.min(oldest, Date.parse(event.time));
    metrics.consumerPending.set({ service }, known.size);
    metrics.consumerLag.set({ service }, (Date.now() - oldest) / 1_000);
  }

  async function run(): Promise<void> {
    let observed = 0;
    while (!stopping) {
      await retryDue();
      await keeper.replayIfDue();
      if (stopping) break;
      if (Date.now() - observed > 1_000) {
        observe();
        observed = Date.now();
      }
      if (queue.length > 0) {
        await handleBatch(queue.splice(0, limits.batch));
        continue;
      }
      let next = Math.min(1_000, limits.replayPollMs);
      for (const { due } of blocked.values()) next = Math.min(next, Math.max(1, due - Date.now()));
      await pause.wait(next);
    }
  }

  return {
    start: async () => {
      if (!stopping) return;
      stopping = false;
      keeper.start();
      const { types } = handling;
      const { maxInFlight } = limits;
      consumption = await bus.consume({
        durable: service,
        types,
        maxInFlight,
        onDelivery: receive,
      });
      running = run();
    },
    stop: async () => {
      if (stopping) return;
      stopping = true;
      pause.wake();
      backingOff.wake();
      await running;
      await consumption?.close();
      await keeper.stop();
      queue = [];
      known.clear();
      blocked.clear();
    },
  };
}
