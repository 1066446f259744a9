import type { Pool } from 'pg';
import { EventTooLarge } from './bus/bus.js';
import type { Bus } from './bus/bus.js';
import { createOutboxKeeper } from './outbox-keeper.js';
import { envelopeOf } from './outbox.js';
import type { OutboxRow } from './outbox.js';
import type { Logger } from './telemetry/logger.js';
import type { Metrics } from './telemetry/metrics.js';
import { backoff, createPause } from './wait.js';

export interface OutboxRelayOptions {
  /** Of the service's own database. */
  readonly pool: Pool;
  readonly bus: Bus;
  readonly service: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly limits?: Partial<OutboxRelayLimits>;
}

export interface OutboxRelayLimits {
  /** Events on their way at a time; 2,000. */
  window: number;
  /** Idle time between looks at the outbox, in milliseconds: from 200, growing to 500. */
  idleMs: number;
  mostIdleMs: number;
  /** Days that published events are kept for replays; 7. */
  keepDays: number;
}

export interface OutboxRelay {
  start(): void;
  /** Something was recorded in this process: look now. */
  poke(): void;
  /** What is on its way is published again after the next start, if it was not marked before. */
  stop(): Promise<void>;
}

/** One stretch of work between start and stop, or between two losses of the broker's storage. */
interface Stretch {
  over: boolean;
  /** `seq` of rows read and not yet marked as published. */
  readonly inFlight: Set<string>;
  /** Rows waiting for an earlier one of their aggregate; a key stands while one is being published. */
  readonly lanes: Map<string, OutboxRow[]>;
  readonly published: { seq: string; number: number | null }[];
  marking: Promise<void> | null;
}

const MARK_AFTER_MS = 5;
const MARK_AT_MOST = 1_000;

/**
 * Publishes what the outbox holds: in order for each aggregate, side by side over aggregates.
 *
 * It looks for rows that are not published, never for rows after the last one it saw: transactions
 * commit in another order than they take their `seq`. A row is marked after the bus took it; a crash
 * in between publishes it once more, which consumers recognize. Run it in one process per service.
 */
export function createOutboxRelay(options: OutboxRelayOptions): OutboxRelay {
  const { pool, bus, service, metrics, log } = options;
  const limits = { window: 2_000, idleMs: 200, mostIdleMs: 500, keepDays: 7, ...options.limits };
  const keeper = createOutboxKeeper({ pool, service, metrics, log, keepDays: limits.keepDays });
  const pause = createPause();
  let stretch: Stretch | null = null;
  let running: Promise<void> = Promise.resolve();
  let stopped = true;
  /** The storage of the bus that everything marked as published is known to be in. */
  let filledStorage: number | null = null;
  let failing = false;

  const storage = (): number | null => bus.storageCreatedAt?.getTime() ?? null;
  const begin = (): Stretch => ({
    over: false,
    inFlight: new Set(),
    lanes: new Map(),
    published: [],
    marking: null,
  });

  async function read(current: Stretch, room: number): Promise<OutboxRow[]> {
    const { rows } = await pool.query<OutboxRow>(
      `SELECT seq, id, type, aggregate_id, organization_id, actor_id, correlation_id, causation_id, "time", data, number
       FROM outbox WHERE published_at IS NULL AND seq <> ALL($1::bigint[]) ORDER BY seq LIMIT $2`,
      [[...current.inFlight], room],
    );
    return rows;
  }

  function dispatch(current: Stretch, row: OutboxRow): void {
    current.inFlight.add(row.seq);
    if (bus.keepsOrderWhenPipelined) {
      void publish(current, row);
      return;
    }
    const lane = current.lanes.get(row.aggregate_id);
    if (lane) {
      lane.push(row);
      return;
    }
    current.lanes.set(row.aggregate_id, []);
    void publishLane(current, row);
  }

  async function publishLane(current: Stretch, first: OutboxRow): Promise<void> {
    let row: OutboxRow | undefined = first;
    while (row && !current.over) {
      await publish(current, row);
      row = current.lanes.get(first.aggregate_id)?.shift();
    }
    if (!row) current.lanes.delete(first.aggregate_id);
  }

  /** Tries until the bus took it or the stretch is over. Never rejects. */
  async function publish(current: Stretch, row: OutboxRow): Promise<void> {
    for (let attempt = 1; !current.over; attempt++) {
      try {
        if (storage() !== filledStorage)
          throw new Error('The storage of the bus is not filled yet');
        const number = await bus.publish(envelopeOf(row), row.number !== null);
        if (current.over) return;
        if (failing) log.info('Publishing works again');
        failing = false;
        metrics.outboxPublished.inc({ service });
        mark(current, row.seq, number);
        return;
      } catch (error) {
        if (current.over) return;
        metrics.outboxFailures.inc({ service });
        const hopeless = error instanceof EventTooLarge;
        if (hopeless) log.error({ err: error, eventId: row.id }, 'An event cannot be published');
        else if (!failing) log.warn({ err: error }, 'Publishing fails; events wait in the outbox');
        failing ||= !hopeless;
        await sleep(hopeless ? 30_000 : backoff(attempt, 100, 2_000));
      }
    }
  }

  function mark(current: Stretch, seq: string, number: number | null): void {
    current.published.push({ seq, number });
    current.marking ??= markAll(current).finally(() => {
      current.marking = null;
    });
  }

  async function markAll(current: Stretch): Promise<void> {
    // A moment for others to join, unless there is a full batch.
    await sleep(MARK_AFTER_MS);
    for (let attempt = 1; current.published.length > 0;) {
      const batch = current.published.slice(0, MARK_AT_MOST);
      try {
        await pool.query(
          `UPDATE outbox SET published_at = now(), number = coalesce(outbox.number, marked.number)
           FROM unnest($1::bigint[], $2::bigint[]) AS marked(seq, number)
           WHERE outbox.seq = marked.seq AND published_at IS NULL`,
          [batch.map(({ seq }) => seq), batch.map(({ number }) => number)],
        );
        current.published.splice(0, batch.length);
        for (const { seq } of batch) current.inFlight.delete(seq);
        pause.wake();
        attempt = 1;
      } catch (error) {
        if (current.over) return;
        log.warn({ err: error }, 'Published events could not be marked, trying again');
        await sleep(backoff(attempt++, 100, 2_000));
      }
    }
  }

  /**
   * The bus has other storage than before: what was published earlier is not in it. Everything
   * retained goes again, before anything new, so that consumers get it in order.
   */
  async function refill(): Promise<Stretch> {
    const created = bus.storageCreatedAt;
    if (stretch) {
      stretch.over = true;
      // What the lost storage took is not to be marked any more.
      stretch.published.length = 0;
      await stretch.marking;
    }
    // Before anything new is recorded: of the rest it is not known who heard of it.
    if (!stretch && bus.numbersInOutbox) await keeper.doubtUnpublished();
    if (created) {
      const count = await keeper.republishBefore(created);
      if (count > 0) log.warn({ count }, 'The broker lost its storage: publishing again');
    }
    filledStorage = created?.getTime() ?? null;
    return begin();
  }

  async function run(): Promise<void> {
    let idle = limits.idleMs;
    let attempt = 0;
    while (!stopped) {
      try {
        if (storage() !== filledStorage || !stretch) stretch = await refill();
        const current = stretch;
        const room = limits.window - current.inFlight.size;
        // Each look passes over what is in flight, so not for every single place that gets free.
        if (room < limits.window / 4) {
          await pause.wait(limits.mostIdleMs);
          continue;
        }
        const rows = await read(current, room);
        attempt = 0;
        if (stopped) break;
        for (const row of rows) dispatch(current, row);
        if (rows.length === room) continue;
        idle = rows.length > 0 ? limits.idleMs : Math.min(limits.mostIdleMs, idle * 1.5);
        await pause.wait(idle);
      } catch (error) {
        if (stopped) break;
        if (attempt++ === 0) log.warn({ err: error }, 'The outbox cannot be read, trying again');
        await pause.wait(backoff(attempt, 100, 2_000));
      }
    }
  }

  return {
    start: () => {
      if (!stopped) return;
      stopped = false;
      stretch = null;
      keeper.start();
      running = run();
    },
    poke: () => pause.wake(),
    stop: async () => {
      if (stopped) return;
      stopped = true;
      pause.wake();
      await running;
      const last = stretch;
      if (last) last.over = true;
      await last?.marking;
      await keeper.stop();
    },
  };
}

async function sleep(ms: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
}
