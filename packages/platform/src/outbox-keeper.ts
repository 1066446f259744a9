import type { ClientBase, Pool } from 'pg';
import type { Logger } from './telemetry/logger.js';
import type { Metrics } from './telemetry/metrics.js';

export interface OutboxKeeper {
  start(): void;
  stop(): Promise<void>;
  /** Takes back the mark of everything published before (or within a minute after) this time. */
  republishBefore(time: Date): Promise<number>;
  /** Notes of what is unpublished and has no number that listeners may have been told of it. */
  doubtUnpublished(): Promise<void>;
}

const WATCH_MS = 5_000;
const PRUNE_MS = 60_000;
const BATCH = 1_000;
/** Clocks of broker and database differ; what is published once too often is recognized. */
const CLOCK_TOLERANCE_MS = 60_000;

/** The outbox's housekeeping: its metrics, removal of what is kept long enough, and replays. */
export function createOutboxKeeper(options: {
  pool: Pool;
  service: string;
  metrics: Metrics;
  log: Logger;
  keepDays: number;
}): OutboxKeeper {
  const { pool, service, metrics, log, keepDays } = options;
  let timers: NodeJS.Timeout[] = [];
  let working: Promise<void> = Promise.resolve();
  let stopped = true;

  async function watch(): Promise<void> {
    const { rows } = await pool.query<{ depth: number; lag: number }>(
      `SELECT count(*)::int AS depth, coalesce(extract(epoch FROM now() - min("time")), 0)::float AS lag
       FROM outbox WHERE published_at IS NULL`,
    );
    metrics.outboxDepth.set({ service }, rows[0]?.depth ?? 0);
    metrics.outboxLag.set({ service }, Math.max(0, rows[0]?.lag ?? 0));
  }

  async function prune(): Promise<void> {
    let removed = BATCH;
    while (removed === BATCH && !stopped) {
      const result = await pool.query(
        `DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox
           WHERE published_at < now() - make_interval(days => $1::int) ORDER BY published_at LIMIT $2)`,
        [keepDays, BATCH],
      );
      removed = result.rowCount ?? 0;
    }
  }

  /** One thing at a time, and a failure only postpones it. */
  function every(ms: number, work: () => Promise<void>): NodeJS.Timeout {
    const timer = setInterval(() => {
      working = working.then(work).catch((error: unknown) => {
        if (!stopped) log.debug({ err: error }, 'Housekeeping of the outbox is put off');
      });
    }, ms);
    return timer.unref();
  }

  return {
    start: () => {
      stopped = false;
      timers = [every(WATCH_MS, watch), every(PRUNE_MS, prune)];
    },
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      await working;
    },
    republishBefore: async (time) => {
      const until = new Date(time.getTime() + CLOCK_TOLERANCE_MS);
      let count = 0;
      for (let taken = -1; taken !== 0 && !stopped; count += taken) {
        const result = await pool.query(
          `UPDATE outbox SET published_at = NULL
           WHERE seq IN (SELECT seq FROM outbox WHERE published_at < $1 LIMIT $2)`,
          [until, 5 * BATCH],
        );
        taken = result.rowCount ?? 0;
      }
      return count;
    },
    doubtUnpublished: async () => {
      await pool.query(
        'UPDATE outbox SET doubtful = true WHERE published_at IS NULL AND number IS NULL AND NOT doubtful',
      );
    },
  };
}

/**
 * Publishes everything recorded since `since` (and still kept) once more. Consumers that know the
 * events pass over them. A running relay finds them within its idle time.
 * @returns how many events that are
 */
export async function republish(database: Pick<ClientBase, 'query'>, since: Date): Promise<number> {
  const result = await database.query(
    'UPDATE outbox SET published_at = NULL WHERE published_at IS NOT NULL AND "time" >= $1',
    [since],
  );
  return result.rowCount ?? 0;
}
