import type { Logger } from '@lyceum/platform/telemetry/logger';
import { mergeUsage, readDay, storedForm, usageOf, type Usage } from './usage-day.js';
import type { UsageRecorder } from './usage-recorder.js';
import { dayOf } from './usage-report.js';
import type { UsageStore } from './usage-store.js';

const STORE_EVERY_MS = 10_000;
const KEEP_DAYS = 90;
const DAY_MS = 86_400_000;

/** Stores what was recorded, in batches and apart from requests. */
export interface UsageKeeper {
  start(): void;
  /** Stores what there is now. Never rejects: it stays recorded until it can be stored. */
  flush(): Promise<void>;
  /** Stores what there is, and closes the store. */
  stop(): Promise<void>;
}

export function createUsageKeeper(options: {
  recorder: UsageRecorder;
  store: UsageStore;
  log: Logger;
  now: () => number;
}): UsageKeeper {
  const { recorder, store, log, now } = options;
  let timer: NodeJS.Timeout | undefined;
  let unstored: Usage = { operations: [], others: 0 };
  let flushing: Promise<void> | null = null;
  let cleanedOn: string | null = null;

  async function storeNow(): Promise<void> {
    // Bounded as well while the store is away.
    unstored = usageOf(storedForm(mergeUsage([unstored, recorder.take()])));
    const taken = unstored;
    const today = dayOf(now());
    if (taken.operations.length > 0 || taken.others > 0) {
      await store.update(today, (text) => {
        const stored = text === null ? null : readDay(text);
        return JSON.stringify(
          storedForm(mergeUsage([...(stored ? [usageOf(stored)] : []), taken])),
        );
      });
      unstored = { operations: [], others: 0 };
    }
    if (cleanedOn !== today) await clean(today);
  }

  async function clean(today: string): Promise<void> {
    const oldest = dayOf(now() - KEEP_DAYS * DAY_MS);
    for (const day of await store.days()) if (day < oldest) await store.remove(day);
    cleanedOn = today;
  }

  function flush(): Promise<void> {
    flushing ??= storeNow()
      .catch((error: unknown) => log.warn({ err: error }, 'Usage could not be stored yet'))
      .finally(() => (flushing = null));
    return flushing;
  }

  return {
    start() {
      timer = setInterval(() => void flush(), STORE_EVERY_MS).unref();
    },
    flush,
    async stop() {
      clearInterval(timer);
      await flushing;
      await flush();
      await store.close();
    },
  };
}
