import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { eventually } from '@lyceum/testkit/eventually';
import pg from 'pg';
import { findBinaries, makeRunnable } from './binaries.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { startedAt } from './processes.js';

let directory: string;
let running: EmbeddedPostgres | undefined;
let child: ChildProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lyceum-postgres-'));
});

afterEach(async () => {
  child?.kill('SIGKILL');
  await running?.stop();
  running = undefined;
  child = undefined;
  rmSync(directory, { recursive: true, force: true });
});

async function start(options: { port?: number; onProgress?: (message: string) => void } = {}) {
  running = await startEmbeddedPostgres({ directory, durability: 'fast', ...options });
  return running;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

const serverPid = () =>
  Number(readFileSync(join(directory, 'data/postmaster.pid'), 'utf8').split('\n')[0]);

/** Starts the database from another process, which then waits to be killed. */
async function startElsewhere(): Promise<ChildProcess> {
  const program = `
    import { startEmbeddedPostgres } from '@lyceum/embedded-postgres/embedded-postgres';
    const postgres = await startEmbeddedPostgres({ directory: ${JSON.stringify(directory)} });
    await postgres.ensureDatabase('kept');
    process.stdout.write('ready');
    setInterval(() => {}, 1000);`;
  child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child?.stdout?.once('data', () => resolve());
    child?.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
  return child;
}

async function kill(victim: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => victim.once('exit', resolve));
  victim.kill('SIGKILL');
  await gone;
}

describe('the embedded PostgreSQL', () => {
  it('keeps data, port and password from one start to the next', async () => {
    const first = await start();
    await first.ensureDatabase('school');
    await first.ensureDatabase('school');
    await query(first.urlOf('school'), 'CREATE TABLE t AS SELECT 42 AS answer');
    await first.stop();
    const second = await start();
    expect(await query(second.urlOf('school'), 'SELECT * FROM t')).toEqual([{ answer: 42 }]);
    expect(second.superuserUrl).toBe(first.superuserUrl);
    expect(statSync(join(directory, 'password')).mode & 0o777).toBe(0o600);
  });

  it('listens on the loopback interface only, and wants the password', async () => {
    const { superuserUrl, port } = await start();
    expect(await query(superuserUrl, 'SHOW listen_addresses')).toEqual([
      { listen_addresses: '127.0.0.1' },
    ]);
    await expect(
      query(`postgresql://postgres:wrong@127.0.0.1:${port}/postgres`, 'SELECT 1'),
    ).rejects.toThrow('password authentication failed');
  });

  it('says in one line that the directory is in use, in this process and in another', async () => {
    await start();
    await expect(startEmbeddedPostgres({ directory })).rejects.toThrow(/in use by process \d+/);
    await running?.stop();
    const other = await startElsewhere();
    await expect(startEmbeddedPostgres({ directory })).rejects.toThrow(`by process ${other.pid}`);
  });

  it('lets only one of two that start at once have the directory', async () => {
    const outcomes = await Promise.allSettled([start(), start()]);
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('stops the server that a killed program left running, and starts over its data', async () => {
    await kill(await startElsewhere());
    const orphan = serverPid();
    expect(startedAt(orphan)).toBeDefined();
    const told: string[] = [];
    const { superuserUrl } = await start({ onProgress: (message) => told.push(message) });
    expect(startedAt(orphan)).toBeUndefined();
    expect(told.join()).toContain('left behind by a killed program');
    expect(
      await query(superuserUrl, `SELECT datname FROM pg_database WHERE datname = 'kept'`),
    ).toHaveLength(1);
  });

  it('leaves no server behind when the program ends while the server comes up', async () => {
    await (await start()).stop();
    running = undefined;
    const program = `
      import { readFileSync } from 'node:fs';
      import { startEmbeddedPostgres } from '@lyceum/embedded-postgres/embedded-postgres';
      void startEmbeddedPostgres({ directory: ${JSON.stringify(directory)} });
      setInterval(() => {
        try {
          const file = readFileSync(${JSON.stringify(join(directory, 'data/postmaster.pid'))}, 'utf8');
          const [pid] = file.split('\\n');
          if (pid) {
            process.stdout.write(pid + (file.includes('ready') ? ' too late' : ''));
            process.exit(0);
          }
        } catch {}
      }, 1);`;
    child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await new Promise((resolve) => child?.once('close', resolve));
    expect(said).toMatch(/^\d+$/);
    await eventually(() => expect(startedAt(Number(said))).toBeUndefined());
  });

  it('recovers when program and server were both killed', async () => {
    const program = await startElsewhere();
    const server = serverPid();
    await kill(program);
    process.kill(server, 'SIGKILL');
    const { superuserUrl } = await start();
    expect(await query(superuserUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is not fooled by stale files whose process ids belong to others now', async () => {
    await (await start()).stop();
    const pid = process.pid;
    writeFileSync(join(directory, 'lock'), `${process.ppid}\nanother-boot/1\n`);
    writeFileSync(
      join(directory, 'data/postmaster.pid'),
      `${pid}\n${join(directory, 'data')}\n1\n5432\n\n127.0.0.1\n\nready\n`,
    );
    const { superuserUrl } = await start();
    expect(await query(superuserUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(serverPid()).not.toBe(pid);
  });

  it('begins anew where making the files was interrupted', async () => {
    await (await start()).stop();
    await cp(join(directory, 'data'), join(directory, 'data.unfinished'), { recursive: true });
    rmSync(join(directory, 'data'), { recursive: true });
    await start();
    expect(existsSync(join(directory, 'data.unfinished'))).toBe(false);
  });

  it('takes another port when the remembered one is taken, and refuses a given one', async () => {
    const first = await start();
    await first.stop();
    const blocker = createServer().listen(first.port, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    try {
      await expect(start({ port: first.port })).rejects.toThrow(/^Port \d+, .* is taken\.$/);
      expect((await start()).port).not.toBe(first.port);
    } finally {
      blocker.close();
    }
  });

  it('makes the links to libraries that the blocked install script would have made', async () => {
    const { postgres } = await findBinaries();
    const native = dirname(dirname(postgres));
    const copy = join(directory, 'package');
    await cp(native, join(copy, 'native'), {
      recursive: true,
      filter: (source) => !/\.so(\.\d+)?$/.test(source) || !/lib(pq|icu\w+)\.so/.test(source),
    });
    await makeRunnable(copy);
    expect(existsSync(join(copy, 'native/bin/postgres'))).toBe(true);
    expect(existsSync(join(copy, 'native/lib/libpq.so.5'))).toBe(
      existsSync(join(copy, 'native/lib/libpq.so.5.18')),
    );
  });
});
