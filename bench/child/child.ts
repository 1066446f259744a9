import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process under measurement, or one that measures: it takes requests and answers each. */
export interface Child {
  readonly pid: number;
  /** @throws what the child threw, or that it ended */
  ask<T>(what: string, input?: unknown): Promise<T>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** A JavaScript file. */
  script: string;
  args?: readonly string[];
  /** For `node` itself. */
  nodeOptions?: readonly string[];
  env: Readonly<Record<string, string>>;
  /** The processor it has to stay on; any if not given. */
  processor?: number;
}

export interface Asked {
  readonly id: number;
  readonly what: string;
  readonly input: unknown;
}
export interface Answered {
  readonly id: number;
  readonly output?: unknown;
  readonly error?: string;
}

/** What a child sends before it is asked anything: the names that it answers to. */
export interface Offered {
  readonly offers: readonly string[];
}

const KILL_AFTER_MS = 10_000;

export function startChild(options: ChildOptions): Child {
  const { script, args = [], nodeOptions = [], env, processor } = options;
  const line = [process.execPath, ...nodeOptions, script, ...args];
  // taskset becomes the program that it starts, so pid and channel are the program's own.
  if (processor !== undefined) line.unshift('taskset', '-c', String(processor));
  const [command, ...rest] = line as [string, ...string[]];
  const child = spawn(command, rest, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const waiting = new Map<number, (answer: Answered) => void>();
  const offered = new Set<string>();
  const held: Asked[] = [];
  let lastId = 0;
  let ended = false;

  child.on('message', (message: Answered | Offered) => {
    if ('offers' in message) {
      for (const name of message.offers) offered.add(name);
      for (const asked of held.splice(0)) send(asked);
      return;
    }
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  // Its program may still be loading: what nobody listens to yet would be lost.
  const send = (asked: Asked): void => {
    if (offered.has(asked.what)) child.send(asked);
    else held.push(asked);
  };
  const end = (error: string): void => {
    ended = true;
    for (const [id, answer] of waiting) answer({ id, error });
    waiting.clear();
  };
  child.once('error', (error) => end(error.message));
  child.once('exit', () => end(`${script} ended`));
  const takeAlong = () => child.kill('SIGKILL');
  process.once('exit', takeAlong);

  return {
    pid: child.pid!,
    async ask<T>(what: string, input?: unknown): Promise<T> {
      if (ended) throw new Error(`${script} has ended`);
      const id = (lastId += 1);
      const answer = await new Promise<Answered>((resolve) => {
        waiting.set(id, resolve);
        send({ id, what, input });
      });
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.output as T;
    },
    async stop() {
      if (!ended) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
        await gone;
        clearTimeout(timer);
      }
      process.off('exit', takeAlong);
    },
  };
}
