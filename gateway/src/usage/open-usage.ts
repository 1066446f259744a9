import type { Logger } from '@lyceum/platform/telemetry/logger';
import { createUsageKeeper } from './usage-keeper.js';
import { createUsageRecorder, type UsageRecorder } from './usage-recorder.js';
import { connectUsageStore, openUsageFolder } from './usage-store.js';

/** What clients use: recorded in memory, stored now and then. */
export interface UsageParts {
  readonly recorder: UsageRecorder;
  start(): void;
  stop(): Promise<void>;
}

/** In Redis where there is one, for all gateways together; else in a folder; else it is forgotten. */
export function openUsage(options: {
  redisUrl: string | null;
  directory: string | null;
  log: Logger;
}): UsageParts {
  const { redisUrl, directory, log } = options;
  const now = (): number => Date.now();
  const recorder = createUsageRecorder({ now });
  // Flushes say so when the store does not answer.
  const ignore = (): void => undefined;
  const redis = redisUrl === null ? null : connectUsageStore(redisUrl, ignore);
  const store = redis ?? (directory === null ? null : openUsageFolder(directory));
  if (!store) return { recorder, start: ignore, stop: async () => undefined };
  const keeper = createUsageKeeper({ recorder, store, log, now });
  return { recorder, start: keeper.start, stop: keeper.stop };
}
