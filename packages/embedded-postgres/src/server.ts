import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { giveTo, type Account } from './account.js';
import type { Binaries } from './binaries.js';
import { isAlive, isServerOf, processesIn, waitUntil } from './processes.js';

export interface Cluster {
  binaries: Binaries;
  account: Account | undefined;
  dataDirectory: string;
  logFile: string;
}

/** How long a server may take to come up (milliseconds); crash recovery of a big write-ahead log counts. */
const START_TIMEOUT = 120_000;
const STOP_TIMEOUT = 30_000;
const LOG_LIMIT = 5_000_000;

/** Makes an empty cluster. One that was interrupted halfway is begun anew. */
export async function initialize(cluster: Cluster, password: string): Promise<void> {
  const { account, binaries, dataDirectory } = cluster;
  const unfinished = `${dataDirectory}.unfinished`;
  const secrets = `${dataDirectory}.secrets`;
  await rm(unfinished, { recursive: true, force: true });
  await giveTo(account, unfinished);
  // The password passes through a folder that only the server's user may enter.
  await giveTo(account, secrets);
  await writeFile(join(secrets, 'password'), `${password}\n`, { mode: 0o644 });
  try {
    await run(binaries.initdb, account, [
      `--pgdata=${unfinished}`,
      `--pwfile=${join(secrets, 'password')}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The provider built into PostgreSQL sorts alike on every machine, whatever its locales are.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-instructions',
      '--no-sync',
    ]);
  } finally {
    await rm(secrets, { recursive: true, force: true });
  }
  await rename(unfinished, dataDirectory);
}

function run(program: string, account: Account | undefined, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: '/', env: environment(), ...account });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`PostgreSQL could not make its data directory: ${lastLines(output)}`));
    });
  });
}

/** Starts the server and waits until it takes connections. */
export async function launch(
  cluster: Cluster,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const { account, binaries, dataDirectory, logFile } = cluster;
  if (existsSync(logFile) && statSync(logFile).size > LOG_LIMIT) rmSync(logFile);
  const log = openSync(logFile, 'a', 0o600);
  const logStart = statSync(logFile).size;
  const flags = Object.entries({ ...settings, port: String(port) });
  const child = spawn(
    binaries.postgres,
    ['-D', dataDirectory, ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      cwd: '/',
      env: environment(),
      stdio: ['ignore', log, log],
      // A group of its own: Ctrl-C must reach the services first, and the database last of all.
      detached: true,
      ...account,
    },
  );
  closeSync(log);
  // Of a group of its own, it would outlive a program that is interrupted while it waits.
  const interrupt = () => child.kill('SIGINT');
  process.once('exit', interrupt);
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  const settled = () => failure !== undefined || child.exitCode !== null || isReady(cluster, child);
  const inTime = await waitUntil(settled, START_TIMEOUT);
  process.off('exit', interrupt);
  if (inTime && !failure && child.exitCode === null) {
    child.unref();
    return child;
  }
  child.kill('SIGQUIT');
  const said = lastLines(readFileSync(logFile, 'utf8').slice(logStart));
  throw new Error(
    `PostgreSQL did not start: ${failure?.message ?? said} (its log is ${logFile})`,
    failure && { cause: failure },
  );
}

/** The eighth line of its pid file is where a server tells its state. */
function isReady(cluster: Cluster, child: ChildProcess): boolean {
  try {
    const lines = readFileSync(join(cluster.dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

/** Ends the server: connections are cut, everything is written. */
export async function shutDown(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.ref();
  child.kill('SIGINT');
  const impatience = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT);
  await gone;
  clearTimeout(impatience);
}

/**
 * Clears what a killed program left behind: its server, if that still runs, is shut down; a pid file whose
 * number belongs to some other process by now is removed. Call it only while holding the directory's lock.
 */
export async function clearLeftovers(
  dataDirectory: string,
  onFound: (message: string) => void,
): Promise<void> {
  const pidFile = join(dataDirectory, 'postmaster.pid');
  const content = await readFile(pidFile, 'utf8').catch(() => '');
  const pid = Number(content.split('\n')[0]);
  if (Number.isInteger(pid) && pid > 1) {
    if (isServerOf(pid, dataDirectory)) {
      onFound('A PostgreSQL left behind by a killed program is being stopped');
      await stopServer(pid, dataDirectory);
    } else if (isAlive(pid)) {
      await rm(pidFile, { force: true });
    }
  }
  // Children outlive a killed server for a moment; starting beside them would be refused.
  await waitUntil(() => processesIn(dataDirectory).length === 0, STOP_TIMEOUT);
}

async function stopServer(pid: number, dataDirectory: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (isServerOf(pid, dataDirectory)) process.kill(pid, signal);
    if (await waitUntil(() => !isServerOf(pid, dataDirectory), STOP_TIMEOUT)) return;
  }
  throw new Error(`The PostgreSQL with process id ${pid} on ${dataDirectory} cannot be stopped.`);
}

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

function lastLines(text: string): string {
  const lines = text.trim().split('\n');
  const telling = lines.filter((line) => /FATAL|PANIC|ERROR|error:/.test(line));
  return (telling.length > 0 ? telling : lines).slice(-3).join(' / ') || 'it said nothing';
}
