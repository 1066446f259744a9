import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectPath } from '@lyceum/platform/project-path';
import type { ServiceName } from '@lyceum/platform/service';
import { parseSettings } from '@lyceum/platform/settings';
import { runProgram, type Program } from '@lyceum/standalone/distributed/program';
import { startDistributed } from '@lyceum/standalone/distributed/topology';
import { standaloneEnv } from '@lyceum/standalone/env';
import { startNats } from '@lyceum/testkit/nats';
import pg from 'pg';
import { benchSettings, NEVER_SPENT } from './env.js';
import { freePort } from '@lyceum/standalone/address';
import { startRedis } from './redis.js';

export type Topology = 'standalone' | 'distributed';

/** A platform to measure, in processes of its own, seen from outside. */
export interface MeasuredPlatform {
  readonly url: string;
  /** Where each process answers `/metrics`, by the process's name. */
  readonly metricsUrls: ReadonlyMap<string, string>;
  /** Rows of a service's database. */
  sql<R extends pg.QueryResultRow>(
    service: ServiceName,
    text: string,
    values?: unknown[],
  ): Promise<R[]>;
  stop(): Promise<void>;
}

/** Starts a platform in a temporary home, which is removed at the end. */
export async function startMeasured(
  topology: Topology,
  settings: Record<string, string> = {},
): Promise<MeasuredPlatform> {
  if (!existsSync(projectPath('dist', 'standalone', 'main.js'))) {
    throw new Error('There is no build to measure: run `npm run build` first.');
  }
  const home = await mkdtemp(join(tmpdir(), 'lyceum-bench-'));
  const cleanUp: (() => Promise<void>)[] = [() => rm(home, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  };
  const given: Record<string, string> = {
    ...benchSettings.PASSED_ON,
    ...NEVER_SPENT,
    NODE_ENV: 'production',
    // What is measured stands in no manifest.
    OPERATIONS_MODE: 'open',
    LOG_LEVEL: 'warn',
    SAMPLE: 'off',
    LYCEUM_HOME: home,
    LYCEUM_ROOT: projectPath(),
    PORT: String(await freePort('127.0.0.1')),
    ...settings,
  };
  const url = `http://127.0.0.1:${given['PORT']}`;
  try {
    const programs =
      topology === 'standalone'
        ? await startOne(given, url, home)
        : await startMany(given, (step) => cleanUp.push(step));
    if (topology === 'standalone') cleanUp.push(() => programs[0]!.stop());
    const reach = reachDatabases(home);
    cleanUp.push(() => reach.close());
    const metricsUrls = new Map(programs.map((program) => [program.name, program.url]));
    return { url, metricsUrls, sql: reach.sql, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startOne(
  env: Record<string, string>,
  url: string,
  home: string,
): Promise<Program[]> {
  const program = runProgram({
    name: 'standalone',
    url,
    script: projectPath('dist', 'standalone', 'main.js'),
    logFile: join(home, 'standalone.log'),
    env,
  });
  try {
    await program.ready(120_000);
    return [program];
  } catch (error) {
    await program.stop();
    throw new Error(await readFile(join(home, 'standalone.log'), 'utf8'), { cause: error });
  }
}

async function startMany(
  given: Record<string, string>,
  onStop: (step: () => Promise<void>) => void,
): Promise<Program[]> {
  const settings = { ...given };
  const { NATS_URL, REDIS_URL } = benchSettings;
  if (NATS_URL) settings['NATS_URL'] = NATS_URL;
  else {
    const nats = await startNats();
    onStop(() => nats.destroy());
    settings['NATS_URL'] = nats.url;
  }
  if (REDIS_URL) settings['REDIS_URL'] = REDIS_URL;
  else {
    const redis = await startRedis();
    onStop(() => redis.stop());
    settings['REDIS_URL'] = redis.url;
  }
  const env = parseSettings(standaloneEnv, settings, 'lyceum');
  const platform = await startDistributed({ env, settings });
  onStop(() => platform.stop());
  return [...platform.programs.values()];
}

/** Databases of the platform whose home this is. */
export function reachDatabases(home: string): Pick<MeasuredPlatform, 'sql'> & {
  close(): Promise<void>;
} {
  const pools = new Map<ServiceName, pg.Pool>();
  let urls: Record<ServiceName, string> | null = null;
  return {
    async sql<R extends pg.QueryResultRow>(service: ServiceName, text: string, values?: unknown[]) {
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
      return (await pool.query<R>(text, values)).rows;
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}
