import type { Job } from './service.js';
import type { Logger } from './telemetry/logger.js';

export interface JobRunner {
  start(): void;
  stop(): Promise<void>;
  runSoon(name: string): void;
}

interface Scheduled {
  job: Job;
  timer: NodeJS.Timeout | null;
  running: Promise<void> | null;
  again: boolean;
}

/** Runs each job by itself, never twice at a time; a failure is logged and tried again next time. */
export function createJobRunner(jobs: readonly Job[], log: Logger): JobRunner {
  const scheduled = new Map<string, Scheduled>(
    jobs.map((job) => [job.name, { job, timer: null, running: null, again: false }]),
  );
  let abort = new AbortController();
  let started = false;

  function plan(entry: Scheduled, delayMs: number): void {
    if (entry.timer) clearTimeout(entry.timer);
    entry.timer = setTimeout(() => void run(entry), delayMs);
    entry.timer.unref();
  }

  function run(entry: Scheduled): Promise<void> {
    entry.timer = null;
    entry.again = false;
    // Wrapped, so that a job which throws before its first await fails like any other.
    entry.running = (async () => entry.job.run(abort.signal))()
      .catch((error: unknown) => {
        if (!abort.signal.aborted) log.error({ err: error, job: entry.job.name }, 'job failed');
      })
      .finally(() => {
        entry.running = null;
        if (started) plan(entry, entry.again ? 0 : entry.job.everyMs);
      });
    return entry.running;
  }

  return {
    start() {
      started = true;
      abort = new AbortController();
      for (const entry of scheduled.values()) plan(entry, 0);
    },
    async stop() {
      started = false;
      abort.abort();
      await Promise.all(
        [...scheduled.values()].map(async (entry) => {
          if (entry.timer) clearTimeout(entry.timer);
          entry.timer = null;
          await entry.running;
        }),
      );
    },
    runSoon(name) {
      const entry = scheduled.get(name);
      if (!entry) throw new Error(`No job ${name}`);
      if (!started) return;
      if (entry.running) entry.again = true;
      else plan(entry, 0);
    },
  };
}
