import { Client } from 'pg';
import type { Logger } from './telemetry/logger.js';
import type { Metrics } from './telemetry/metrics.js';

export interface LeaderOptions {
  readonly service: string;
  /** The service's own database: the lock is held there. */
  readonly databaseUrl: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Begins the work that only one instance of the service may do. */
  start(): Promise<void>;
  /** Ends it; called before the lock is given back, and when the lock was lost. */
  stop(): Promise<void>;
  /** How often to try for the lock and to make sure of it, in milliseconds; 1,000 by default. */
  readonly intervalMs?: number;
}

export interface Leader {
  readonly active: boolean;
  /** Ends the work and gives the lock back. */
  close(): Promise<void>;
}

/** First half of the lock's key, so that it meets no advisory lock of a service's own. */
const LOCK_SPACE = 0x4c79_6365;

/**
 * Lets one instance of a service be active: it holds a PostgreSQL session lock on a connection of
 * its own. If that connection is lost, another instance may already have the lock, so the work
 * stops and the lock is sought again. Others take over within `intervalMs`.
 */
export function electLeader(options: LeaderOptions): Leader {
  const { service, databaseUrl, log, metrics, intervalMs = 1_000 } = options;
  let active = false;
  let closing = false;
  let wake = (): void => {};

  const pause = async (): Promise<void> => {
    if (closing) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, intervalMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };

  /** One connection: until it is lost or the leader is closed. */
  async function term(): Promise<void> {
    const client = new Client({
      connectionString: databaseUrl,
      application_name: `lyceum ${service} leader`,
      connectionTimeoutMillis: 5_000,
      // A silent network must not leave two instances active.
      query_timeout: 5_000,
      keepAlive: true,
    });
    let lost = false;
    client.on('error', () => {
      lost = true;
      wake();
    });
    client.on('end', () => {
      lost = true;
      wake();
    });
    try {
      await client.connect();
      while (!closing && !lost) {
        if (active) {
          await client.query('SELECT 1');
        } else if (await tryLock(client)) {
          active = true;
          metrics.leader.set({ service }, 1);
          log.info('This instance publishes and consumes events');
          await options.start();
        }
        if (!closing && !lost) await pause();
      }
    } finally {
      if (active) {
        active = false;
        metrics.leader.set({ service }, 0);
        if (!closing) log.warn('The leader lock was lost, stopping until it is held again');
        await options.stop();
      }
      // On a dead network this would wait for an answer that never comes.
      await Promise.race([client.end().catch(() => {}), sleep(1_000)]);
    }
  }

  async function tryLock(client: Client): Promise<boolean> {
    const result = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1::int, hashtext($2::text)) AS locked',
      [LOCK_SPACE, service],
    );
    return result.rows[0]?.locked ?? false;
  }

  const running = (async () => {
    while (!closing) {
      try {
        await term();
      } catch (error) {
        if (!closing) log.warn({ err: error }, 'No database connection for the leader lock');
      }
      await pause();
    }
  })();

  return {
    get active() {
      return active;
    },
    close: async () => {
      closing = true;
      wake();
      await running;
    },
  };
}

async function sleep(ms: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
}
