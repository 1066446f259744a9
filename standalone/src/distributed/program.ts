import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** How a process ended that was told to. */
export interface Ending {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly ms: number;
}

export interface Program {
  readonly name: string;
  readonly url: string;
  /** Of the process that runs at the moment; null between two. */
  readonly pid: number | null;
  /** Resolves when its readiness answers 200. */
  ready(timeoutMs: number): Promise<void>;
  /** Ends the process at once, as a crash would; it comes back by itself. */
  crash(): Promise<void>;
  /** Tells the process to end (SIGTERM), and waits until it has; another takes its place by itself. */
  terminate(): Promise<Ending>;
  stop(): Promise<void>;
}

const RESTART_MS = 300;
/** Longer than any program takes that ends by itself. */
const KILL_AFTER_MS = 30_000;

/** Ended while it still starts others, the launcher takes along what it has started. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

/** Runs one program of the platform as a process, and again whenever it ends by itself. */
export function runProgram(options: {
  name: string;
  script: string;
  url: string;
  env: Record<string, string>;
  logFile: string;
}): Program {
  let child: ChildProcess | null = null;
  let ended: Promise<number | null> = Promise.resolve(null);
  let stopping = false;
  const log = createWriteStream(options.logFile, { flags: 'a' });

  function start(): void {
    const started = spawn(process.execPath, ['--enable-source-maps', options.script], {
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    running.add(started);
    started.stdout.pipe(log, { end: false });
    started.stderr.pipe(log, { end: false });
    ended = new Promise((resolve) => {
      started.once('exit', (code) => {
        child = null;
        running.delete(started);
        resolve(code);
        if (!stopping) setTimeout(() => !stopping && start(), RESTART_MS).unref();
      });
    });
  }
  start();

  return {
    name: options.name,
    url: options.url,
    get pid() {
      return child?.pid ?? null;
    },
    async ready(timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      while (Date.now() < deadline) {
        const answer = await fetch(`${options.url}/health/ready`).catch(() => null);
        await answer?.body?.cancel();
        if (answer?.ok) return;
        await pause(100);
      }
      throw new Error(`${options.name} is not ready; see ${options.logFile}`);
    },
    async crash() {
      const end = ended;
      child?.kill('SIGKILL');
      await end;
    },
    async terminate() {
      const begun = performance.now();
      const end = ended;
      child?.kill('SIGTERM');
      return { code: await end, ms: performance.now() - begun };
    },
    async stop() {
      stopping = true;
      const end = ended;
      child?.kill('SIGTERM');
      const timer = setTimeout(() => child?.kill('SIGKILL'), KILL_AFTER_MS);
      await end;
      clearTimeout(timer);
      log.end();
    },
  };
}
