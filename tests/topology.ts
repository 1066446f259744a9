import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectPath } from '@lyceum/platform/project-path';
import { SERVICES, type ServiceName } from '@lyceum/platform/service';
import { parseSettings } from '@lyceum/platform/settings';
import { freePort } from '@lyceum/standalone/address';
import { runProgram, type Program } from '@lyceum/standalone/distributed/program';
import { startDistributed } from '@lyceum/standalone/distributed/topology';
import { standaloneEnv } from '@lyceum/standalone/env';
import { GraphClient } from '@lyceum/standalone/graph-client';
import { eventually } from '@lyceum/testkit/eventually';
import { connect } from 'nats';
import pg from 'pg';
import { testSettings } from './env.js';

/** A whole platform in processes of its own, seen from outside as clients and operators see it. */
export interface Topology {
  readonly kind: 'standalone' | 'distributed';
  readonly url: string;
  /** E-mails that were sent, as text, newest last. */
  mails(): Promise<string[]>;
  client(): GraphClient;
  /** The process that runs a service (standalone: the one there is), or the gateway. */
  program(name: ServiceName | 'gateway'): Program;
  /** One more gateway before the same services; not where all is one process. */
  addGateway(settings?: Record<string, string>): Promise<Program>;
  /** Rows of a service's database. */
  sql<R extends pg.QueryResultRow>(
    service: ServiceName,
    text: string,
    values?: unknown[],
  ): Promise<R[]>;
  /** A connection to a service's database, to be released. */
  connect(service: ServiceName): Promise<pg.PoolClient>;
  /** SQL statements that the work took in all services together: the least of several runs. */
  statements(work: () => Promise<unknown>): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the topology that `LYCEUM_TOPOLOGY` names, in a home of its own. */
export async function startTopology(settings: Record<string, string> = {}): Promise<Topology> {
  const home = await mkdtemp(join(tmpdir(), 'lyceum-journey-'));
  // PostgreSQL runs as another user when this is root, and has to enter.
  await chmod(home, 0o755);
  const kind = testSettings.LYCEUM_TOPOLOGY;
  const started =
    kind === 'standalone'
      ? await startStandalone(home, settings)
      : await startSeparately(home, settings);
  const pools = new Map<ServiceName, pg.Pool>();
  const clients: GraphClient[] = [];
  let urls: Record<ServiceName, string> | null = null;

  async function poolOf(service: ServiceName): Promise<pg.Pool> {
    urls ??= JSON.parse(await readFile(join(home, 'databases.json'), 'utf8')) as Record<
      ServiceName,
      string
    >;
    let pool = pools.get(service);
    if (!pool) {
      pool = new pg.Pool({ connectionString: urls[service], max: 2 });
      pool.on('error', () => undefined);
      pools.set(service, pool);
    }
    return pool;
  }

  const topology: Topology = {
    kind,
    url: started.url,
    program: started.program,
    addGateway: started.addGateway,
    client() {
      const client = new GraphClient(started.url);
      clients.push(client);
      return client;
    },
    async mails() {
      const folder = join(home, 'outbox-mail');
      const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'));
      return Promise.all(names.toSorted().map((name) => readFile(join(folder, name), 'utf8')));
    },
    async sql<R extends pg.QueryResultRow>(service: ServiceName, text: string, values?: unknown[]) {
      return (await (await poolOf(service)).query<R>(text, values)).rows;
    },
    connect: async (service) => (await poolOf(service)).connect(),
    async statements(work) {
      const counts: number[] = [];
      for (let run = 0; run < 4; run += 1) {
        const before = await countStatements(started.metricsUrls);
        await work();
        counts.push((await countStatements(started.metricsUrls)) - before);
      }
      return Math.min(...counts);
    },
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await Promise.all([...pools.values()].map((pool) => pool.end()));
      await started.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
  return topology;
}

interface Started {
  url: string;
  metricsUrls: readonly string[];
  program(name: string): Program;
  addGateway: Topology['addGateway'];
  stop(): Promise<void>;
}

async function startStandalone(home: string, settings: Record<string, string>): Promise<Started> {
  const port = await freePort('127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  const program = runProgram({
    name: 'standalone',
    url,
    script: projectPath('dist', 'standalone', 'main.js'),
    logFile: join(home, 'standalone.log'),
    env: {
      ...testSettings.PASSED_ON,
      LYCEUM_HOME: home,
      LYCEUM_ROOT: projectPath(),
      PORT: String(port),
      SAMPLE: 'off',
      ...settings,
    },
  });
  try {
    await program.ready(60_000);
  } catch (error) {
    await program.stop();
    throw new Error(await readFile(join(home, 'standalone.log'), 'utf8'), { cause: error });
  }
  return {
    url,
    metricsUrls: [url],
    program: () => program,
    addGateway: () => Promise.reject(new Error('In one process there is one gateway.')),
    stop: () => program.stop(),
  };
}

async function startSeparately(home: string, settings: Record<string, string>): Promise<Started> {
  const { NATS_URL, REDIS_URL } = testSettings;
  if (!NATS_URL || !REDIS_URL) {
    throw new Error('The distributed topology needs NATS_URL and REDIS_URL; .ci/run sets them.');
  }
  await emptyBroker(NATS_URL);
  const given = {
    ...testSettings.PASSED_ON,
    LYCEUM_HOME: home,
    PORT: String(await freePort('127.0.0.1')),
    NATS_URL,
    REDIS_URL,
    ...settings,
  };
  const env = parseSettings(standaloneEnv, given, 'lyceum');
  const platform = await startDistributed({ env, settings: given });
  return {
    url: platform.url,
    metricsUrls: [...platform.programs.values()].map((program) => program.url),
    program(name) {
      const program = platform.programs.get(name);
      if (!program) throw new Error(`No program ${name}`);
      return program;
    },
    addGateway: (more) => platform.addGateway(more),
    stop: () => platform.stop(),
  };
}

/** The broker is the test run's own; what an earlier platform left there is none of this one's. */
async function emptyBroker(url: string): Promise<void> {
  const connection = await connect({ servers: url });
  const manager = await connection.jetstreamManager();
  for await (const name of manager.streams.names()) await manager.streams.delete(name);
  // The key-value bucket of positions is a stream as well, and not among the plain names.
  await manager.streams.delete('KV_LYCEUM_positions').catch(() => false);
  await connection.close();
}

async function countStatements(metricsUrls: readonly string[]): Promise<number> {
  const texts = await Promise.all(
    metricsUrls.map(async (url) => (await fetch(`${url}/metrics`)).text()),
  );
  const lines = texts.join('\n').matchAll(/^lyceum_sql_statements_total\{[^}]*\} (\d+)/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Waits until the services have nothing left to publish or to consume. */
export async function settled(topology: Topology): Promise<void> {
  await eventually(
    async () => {
      for (const service of SERVICES) {
        const [row] = await topology.sql<{ n: number }>(
          service,
          'SELECT count(*)::int AS n FROM outbox WHERE published_at IS NULL',
        );
        if (row?.n !== 0) throw new Error(`${service} still has ${row?.n} events to publish`);
      }
    },
    { timeout: 60_000 },
  );
}
