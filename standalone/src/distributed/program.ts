import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface Program {
  readonly name: string;
  readonly url: string;
  /** Of the process that runs at the moment; null between two. */
  readonly pid: number | null;
  /** Resolves when its readiness answers 200. */
  ready(timeoutMs: number): Promise<void>;
  /** Ends the process at once, as a crash would; it comes back by itself. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

const RESTART_MS = 300;
const KILL_AFTER_MS = 15_000;

/** Runs one program of the platform as a process, and again whenever it ends by itself. */
export function runProgram(options: {
  name: string;
  script: string;
  url: string;
  env: Record<string, string>;
  logFile: string;
}): Program {
  let child: ChildProcess | null = null;
  let ended: Promise<void> = Promise.resolve();
  let stopping = false;
  const log = createWriteStream(options.logFile, { flags: 'a' });

  function start(): void {
    const started = spawn(process.execPath, ['--enable-source-maps', options.script], {
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    started.stdout.pipe(log, { end: false });
    started.stderr.pipe(log, { end: false });
    ended = new Promise((resolve) => {
      started.once('exit', () => {
        child = null;
        resolve();
        if (!stopping) setTimeout(() => !stopping && start(), RESTART_MS).unref();
      });
    });
  }
  start();
  // Ended while it still starts others, the launcher takes along what it has started.
  const takeAlong = () => child?.kill('SIGTERM');
  process.once('exit', takeAlong);

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
    async stop() {
      stopping = true;
      const end = ended;
      child?.kill('SIGTERM');
      const timer = setTimeout(() => child?.kill('SIGKILL'), KILL_AFTER_MS);
      await end;
      clearTimeout(timer);
      process.off('exit', takeAlong);
      log.end();
    },
  };
}
