import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '@lyceum/embedded-postgres/embedded-postgres';
import { isAlive } from '@lyceum/embedded-postgres/processes';

const PREFIX = 'lyceum-jest-';

/**
 * The one PostgreSQL of a Jest run. It belongs to Jest's first process and starts when a test file first
 * asks for it, over a socket, so that tests which need no database do not wait for one.
 */
export interface TestServer {
  /** Where to ask; the answer is the URL of the maintenance database. */
  readonly socket: string;
  close(): Promise<void>;
}

export async function listenForTests(): Promise<TestServer> {
  await sweep();
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // So that the server's own user, when Jest runs as root, may pass through.
  chmodSync(directory, 0o711);
  const socket = join(directory, 'ask');
  let postgres: Promise<EmbeddedPostgres> | undefined;
  const start = () => {
    const home = join(directory, 'postgres');
    mkdirSync(home);
    return startEmbeddedPostgres({ directory: home, durability: 'fast' });
  };
  const server = createServer((connection) => {
    connection.on('error', () => {});
    postgres ??= start();
    postgres.then(
      (running) => connection.end(running.superuserUrl),
      (error: unknown) => connection.end(`error: ${String(error)}`),
    );
  });
  await listen(server, socket);
  server.unref();
  return {
    socket,
    async close() {
      server.close();
      const running = await postgres?.catch(() => undefined);
      await running?.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function listen(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
}

/** Removes what killed runs left, their servers included. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (!owner || isAlive(Number(owner))) continue;
    const directory = join(tmpdir(), name);
    await removeEmbeddedPostgres(join(directory, 'postgres')).catch(() => undefined);
    rmSync(directory, { recursive: true, force: true });
  }
}
