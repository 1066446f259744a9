import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import {
  mayEnter,
  mayRun,
  serverAccount,
  sharedBinariesDirectory,
  substitute,
  type Account,
} from './account.js';
import { copyBinaries, findBinaries } from './binaries.js';
import { lockDirectory } from './directory-lock.js';
import { clearLeftovers, initialize, launch, shutDown, type Cluster } from './server.js';

export interface EmbeddedPostgresOptions {
  /** Holds everything: data, password, port, log. Made when missing. */
  directory: string;
  /** A fixed port; unless given, a free one is chosen, and kept for the next start. */
  port?: number;
  /** `safe` (the default) survives a power cut; `fast` is for tests, whose data no one misses. */
  durability?: 'safe' | 'fast';
  /** Told before each step that takes time. */
  onProgress?: (message: string) => void;
  /** Told when the server ends without `stop()`. */
  onUnexpectedExit?: (message: string) => void;
}

export interface EmbeddedPostgres {
  readonly port: number;
  /** Of the maintenance database `postgres`. */
  readonly superuserUrl: string;
  urlOf(database: string): string;
  /** Makes the database unless it is there. */
  ensureDatabase(name: string): Promise<void>;
  /** Cuts all connections and shuts down cleanly. */
  stop(): Promise<void>;
}

/** Modest, for a server sharing a laptop with everything else. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  // No replicas: less to write, and no processes for them.
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Reading in the server process itself saves three more processes.
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  huge_pages: 'off',
  max_locks_per_transaction: '256',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts a PostgreSQL of its own on the loopback interface, its data in `directory`. What a killed program
 * left behind, a running server included, is cleared first.
 *
 * @throws Error of one line when another process uses the directory, or when the given port is taken.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const onProgress = options.onProgress ?? (() => {});
  await mkdir(options.directory, { recursive: true });
  const directory = await realpath(options.directory);
  const lock = await lockDirectory(directory);
  try {
    const cluster = await prepare(directory, onProgress);
    const password = await readOrMake(join(directory, 'password'), () =>
      randomBytes(24).toString('base64url'),
    );
    await clearLeftovers(cluster.dataDirectory, onProgress);
    if (!existsSync(cluster.dataDirectory)) {
      onProgress('Making the database files');
      await initialize(cluster, password);
    }
    const port = await choosePort(directory, options.port);
    const fast = options.durability === 'fast';
    const child = await launch(cluster, port, { ...SETTINGS, ...(fast ? FAST : {}) });

    let stopping: Promise<void> | undefined;
    const stop = () => {
      stopping ??= shutDown(child).finally(() => {
        process.off('exit', interrupt);
        return lock.release();
      });
      return stopping;
    };
    // A program that ends by process.exit() takes its server along.
    const interrupt = () => child.kill('SIGINT');
    process.once('exit', interrupt);
    child.once('exit', (code, signal) => {
      if (stopping) return;
      options.onUnexpectedExit?.(
        `PostgreSQL ended by itself (${signal ?? `code ${code}`}); its log is ${cluster.logFile}`,
      );
    });
    const urlOf = (database: string) =>
      `postgresql://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
    const superuserUrl = urlOf('postgres');
    return {
      port,
      superuserUrl,
      urlOf,
      ensureDatabase: (name) => ensureDatabase(superuserUrl, name),
      stop,
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Finds a place for the data and binaries that the server's user may reach. */
async function prepare(directory: string, onProgress: (message: string) => void): Promise<Cluster> {
  const account = serverAccount();
  let binaries = await findBinaries();
  if (!mayRun(account, binaries.postgres)) {
    onProgress('Copying PostgreSQL to where it may run');
    binaries = await copyBinaries(binaries, await sharedBinariesDirectory());
  }
  const place = await findPlace(account, directory);
  if (place !== directory) {
    onProgress(`The user postgres may not enter ${directory}; the data is in ${place}`);
  }
  const dataDirectory = join(place, 'data');
  const logFile = join(directory, 'server.log');
  return { binaries, account, dataDirectory, logFile };
}

async function findPlace(account: Account | undefined, directory: string): Promise<string> {
  if (!account) return directory;
  // Entering is not listing: the files in it keep their own permissions.
  await chmod(directory, 0o711);
  if (mayEnter(account, directory)) return directory;
  const place = await substitute(directory);
  await writeFile(join(directory, 'location'), `${place}\n`);
  return place;
}

async function choosePort(directory: string, wanted: number | undefined): Promise<number> {
  if (wanted !== undefined) {
    if (await isFree(wanted)) return wanted;
    throw new Error(`Port ${wanted}, wanted for the embedded PostgreSQL, is taken.`);
  }
  const file = join(directory, 'port');
  const remembered = Number(await readFile(file, 'utf8').catch(() => ''));
  const port = remembered > 0 && (await isFree(remembered)) ? remembered : await listenOn(0);
  await writeFile(file, `${port}\n`);
  return port;
}

function isFree(port: number): Promise<boolean> {
  return listenOn(port).then(
    () => true,
    () => false,
  );
}

/** Listens for a moment. @returns the port, which the system chooses for 0. */
function listenOn(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(chosen));
    });
  });
}

async function readOrMake(file: string, make: () => string): Promise<string> {
  const found = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (found) return found;
  const made = make();
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
}

async function ensureDatabase(superuserUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount) return;
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    // Somebody else was faster: 42P04 is "duplicate database", 23505 the same in its catalog.
    if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
  } finally {
    await client.end();
  }
}

/** Deletes everything of a database that does not run, wherever its data lie. */
export async function removeEmbeddedPostgres(directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  const lock = await lockDirectory(await realpath(directory));
  const place = (await readFile(join(directory, 'location'), 'utf8').catch(() => '')).trim();
  await clearLeftovers(join(place || (await realpath(directory)), 'data'), () => {});
  if (place) await rm(place, { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true });
  await lock.release();
}
