import type { RawClient, Transact } from './consumers.js';
import { countFailed, replayFailed, takeForReplay, toReplay } from './dead-letters.js';
import type { EventHandling } from './event-handling.js';
import { isInfrastructureFailure } from './infrastructure-failure.js';
import type { Logger } from './telemetry/logger.js';
import type { Metrics } from './telemetry/metrics.js';

export interface ConsumerKeeper {
  start(): void;
  /** Handles dead letters that are to be replayed, if it is time to look. Never rejects. */
  replayIfDue(): Promise<void>;
  stop(): Promise<void>;
}

const PRUNE_MS = 10 * 60_000;
const PRUNE_BATCH = 5_000;
const REPLAY_BATCH = 100;

/** What a consumer does besides: replays of dead letters, and forgetting ids after a while. */
export function createConsumerKeeper<C extends RawClient>(options: {
  service: string;
  transact: Transact<C>;
  handling: EventHandling<C>;
  log: Logger;
  metrics: Metrics;
  limits: { replayPollMs: number; inboxDays: number };
}): ConsumerKeeper {
  const { service, transact, handling, log, metrics, limits } = options;
  let looked = 0;
  let stopped = true;
  let timer: NodeJS.Timeout | null = null;
  let pruning: Promise<void> = Promise.resolve();

  async function replay(id: string): Promise<void> {
    try {
      await transact(null, async (tx) => {
        const event = await takeForReplay(tx.prisma, id);
        if (event) await handling.handle([handling.parse(event)], tx, { from: 0, to: 1 });
      });
      log.info({ eventId: id }, 'An event set aside has been handled');
    } catch (error) {
      if (isInfrastructureFailure(error)) throw error;
      log.warn({ err: error, eventId: id }, 'An event set aside failed again');
      await transact(null, (tx) => replayFailed(tx.prisma, id, error));
    }
  }

  async function prune(): Promise<void> {
    let removed = PRUNE_BATCH;
    while (removed === PRUNE_BATCH && !stopped) {
      removed = await transact(
        null,
        async (tx) => tx.prisma.$executeRaw`
          DELETE FROM inbox WHERE id IN (SELECT id FROM inbox
            WHERE processed_at < now() - make_interval(days => ${limits.inboxDays}::int)
            LIMIT ${PRUNE_BATCH}::int)`,
      );
    }
  }

  return {
    start: () => {
      stopped = false;
      looked = 0;
      timer = setInterval(() => {
        pruning = pruning.then(prune).catch((error: unknown) => {
          if (!stopped) log.debug({ err: error }, 'Housekeeping of the inbox is put off');
        });
      }, PRUNE_MS);
      timer.unref();
    },
    replayIfDue: async () => {
      if (Date.now() - looked < limits.replayPollMs) return;
      looked = Date.now();
      try {
        const { ids, failed } = await transact(null, async (tx) => ({
          ids: await toReplay(tx.prisma, REPLAY_BATCH),
          failed: await countFailed(tx.prisma),
        }));
        metrics.deadLetters.set({ service }, failed);
        for (const id of ids) {
          if (stopped) return;
          await replay(id);
        }
      } catch (error) {
        log.debug({ err: error }, 'Dead letters are looked at later');
      }
    },
    stop: async () => {
      stopped = true;
      if (timer) clearInterval(timer);
      await pruning;
    },
  };
}
