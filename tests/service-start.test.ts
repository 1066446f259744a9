import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createInProcessBus } from '@lyceum/platform/bus/in-process-bus';
import { projectPath } from '@lyceum/platform/project-path';
import { defineService } from '@lyceum/platform/service';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { createMetrics } from '@lyceum/platform/telemetry/metrics';
import { testDatabase, type TestDatabase } from '@lyceum/testkit/database';
import { eventually } from '@lyceum/testkit/eventually';
import pg from 'pg';
import { Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Prisma, PrismaClient } from '../subgraphs/user/generated/prisma/client.js';
import { testSettings } from './env.js';

/** Nothing listens there. */
const NOWHERE = '127.0.0.1:9';
const SECRET = 'a secret of thirty-two characters';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase('user');
});
afterAll(() => database.drop());

@Resolver()
class HelloResolver {
  @Query(() => String, { description: 'Says hello.' })
  hello(): string {
    return 'hello';
  }
}

describe('a service that fails to start', () => {
  it('leaves no connection and no worker behind', async () => {
    const closed: string[] = [];
    const service = defineService({
      name: 'user',
      env: z.object({}),
      prisma: { create: (adapter) => new PrismaClient({ adapter }), namespace: Prisma },
      schema: { resolvers: [HelloResolver] },
      build: ({ database: own }) => ({
        resolvers: [new HelloResolver()],
        async prepare() {
          await own.acrossOrganizations('the test opens a connection').user.count();
          throw new Error('not today');
        },
        close: async () => void closed.push('own parts'),
      }),
    });
    const bus = createInProcessBus({ log: silentLogger });
    const starting = service.start({
      databaseUrl: database.url,
      settings: {},
      bus,
      log: silentLogger,
      metrics: createMetrics({ defaults: false }),
    });
    await expect(starting).rejects.toThrow('not today');
    expect(closed).toEqual(['own parts']);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await eventually(async () => {
      const { rows } = await client.query<{ open: number }>(
        `SELECT count(*)::int AS open FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      expect(rows[0]?.open).toBe(0);
    });
    await client.end();
    await bus.close();
  });
});

describe('a service as a program', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  function run(settings: Record<string, string>) {
    const main = projectPath('subgraphs', 'user', 'src', 'main.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', main], {
      cwd: projectPath(),
      env: { ...testSettings.PASSED_ON, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    const lines = () =>
      output.stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const line = (message: string) =>
      eventually(
        () => {
          const found = lines().find((one) => one['msg'] === message);
          if (!found) throw new Error(`no line "${message}" in ${output.stdout}${output.stderr}`);
          return found;
        },
        { timeout: 30_000 },
      );
    return { child, ended, output, line };
  }
  const settings = (databaseUrl: string) => ({
    DATABASE_URL: databaseUrl,
    NATS_URL: `nats://${NOWHERE}`,
    VIEWER_SECRET: SECRET,
    PORT: '0',
  });

  it('names every setting that is missing, and exits with 2', async () => {
    const { ended, output } = run({ VIEWER_SECRET: 'short' });
    expect(await ended).toBe(2);
    expect(output.stdout).toBe('');
    for (const name of ['DATABASE_URL', 'NATS_URL', 'VIEWER_SECRET', 'PORT']) {
      expect(output.stderr).toContain(`  ${name}: `);
    }
    expect(output.stderr).not.toContain('short\n');
  }, 60_000);

  it('says in a JSON line why it cannot start, and exits with 1', async () => {
    const { ended, line, output } = run(settings(`postgres://user:hidden@${NOWHERE}/user`));
    expect(await ended).toBe(1);
    expect(await line('could not start')).toMatchObject({ level: 'fatal', service: 'user' });
    expect(output.stdout + output.stderr).not.toContain('hidden');
    expect(output.stderr).toBe('');
  }, 60_000);

  it('ends on SIGTERM although it is still waiting for its database', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket.on('error', () => {})));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const { child, ended } = run(settings(`postgres://user@127.0.0.1:${port}/user`));
    await eventually(() => sockets.length > 0, { timeout: 30_000 });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    for (const socket of sockets) socket.destroy();
    silent.close();
  }, 60_000);

  it('is ready without its broker, since what it records waits, and ends on SIGTERM', async () => {
    const { child, ended, line } = run(settings(database.url));
    const { address } = await line('ready');
    expect((await fetch(`${String(address)}/health/live`)).status).toBe(200);
    const ready = await fetch(`${String(address)}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok' }]);
    await line('This instance publishes and consumes events');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    await line('stopping');
  }, 60_000);
});
