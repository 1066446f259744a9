import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A broker of the test's own, which it may stop, kill and rob of its volume. */
export interface TestNats {
  readonly url: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again, on the same port and volume. */
  start(): Promise<void>;
  /** As when the volume was deleted. Only while stopped. */
  deleteVolume(): Promise<void>;
  /** Stops it and removes what it left. */
  destroy(): Promise<void>;
}

const PLACES = ['/usr/sbin/nats-server', '/usr/local/bin/nats-server', '/usr/bin/nats-server'];

/** Path of the nats-server binary, null when this machine has none. */
function natsServerBinary(): string | null {
  const given = process.env['NATS_SERVER'];
  if (given) return given;
  const onPath = (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, 'nats-server'));
  return [...onPath, ...PLACES].find((path) => existsSync(path)) ?? null;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Starts nats-server with JetStream on a free port and a temporary volume. */
export async function startNats(): Promise<TestNats> {
  const binary = natsServerBinary();
  if (!binary)
    throw new Error('nats-server was not found: install it, or set NATS_SERVER to its path');
  const volume = await mkdtemp(join(tmpdir(), 'lyceum-nats-'));
  const port = await freePort();
  let child: ChildProcess | null = null;
  // A test process that is cut off must not leave it running.
  const killNow = (): void => void child?.kill('SIGKILL');
  process.once('exit', killNow);

  async function start(): Promise<void> {
    if (child) throw new Error('nats-server runs already');
    const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', volume];
    child = spawn(binary!, args, { stdio: 'ignore' });
    const deadline = Date.now() + 10_000;
    while (!(await answers(port))) {
      if (Date.now() > deadline) throw new Error('nats-server did not start within 10 s');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const stopping = child;
    child = null;
    if (!stopping || stopping.exitCode !== null) return;
    const exited = new Promise((resolve) => stopping.once('exit', resolve));
    stopping.kill(signal);
    await exited;
  }

  async function deleteVolume(): Promise<void> {
    if (child) throw new Error('Stop nats-server before deleting its volume');
    await rm(volume, { recursive: true, force: true });
  }

  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    start,
    stop,
    deleteVolume,
    destroy: async () => {
      await stop('SIGKILL');
      process.off('exit', killNow);
      await deleteVolume();
    },
  };
}
