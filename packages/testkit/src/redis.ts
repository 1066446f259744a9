import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';

/** A Redis of the test's own, which keeps nothing on disk. */
export interface TestRedis {
  /** The path of a socket, which clients take for an address. */
  readonly url: string;
  stop(): Promise<void>;
}

const PLACES = ['/usr/bin/redis-server', '/usr/local/bin/redis-server'];

/** Path of the redis-server binary, null when this machine has none. */
function redisServerBinary(): string | null {
  return PLACES.find((path) => existsSync(path)) ?? null;
}

export async function startTestRedis(): Promise<TestRedis> {
  const binary = redisServerBinary();
  if (!binary) throw new Error('There is no redis-server (Debian: apt install redis-server)');
  const directory = await mkdtemp(join(tmpdir(), 'lyceum-redis-'));
  const url = join(directory, 'redis.sock');
  const options = ['--port', '0', '--unixsocket', url, '--save', '', '--dir', directory];
  const child = spawn(binary, options, { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await eventually(() => existsSync(url));
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
