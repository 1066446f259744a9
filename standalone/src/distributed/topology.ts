import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { startEmbeddedPostgres } from '@lyceum/embedded-postgres/embedded-postgres';
import { projectPath } from '@lyceum/platform/project-path';
import { SERVICES, type ServiceName } from '@lyceum/platform/service';
import { SettingsError } from '@lyceum/platform/settings';
import { freePort, localUrl } from '../address.js';
import { databaseUrlOf, type StandaloneEnv } from '../env.js';
import { openHome, secretsOf, writePrivate, type Home } from '../home.js';
import { runProgram, type Program } from './program.js';

export interface DistributedPlatform {
  readonly url: string;
  readonly home: Home;
  readonly databaseUrls: Readonly<Record<ServiceName, string>>;
  /** The gateway and each service, by name. */
  readonly programs: ReadonlyMap<string, Program>;
  /** One more gateway before the same services, at an address of its own. */
  addGateway(settings?: Readonly<Record<string, string>>): Promise<Program>;
  stop(): Promise<void>;
}

const READY_MS = 60_000;

/**
 * Starts the gateway and each service as a process of its own, talking over HTTP, NATS and Redis.
 * NATS and Redis must be there; databases that are not given are made on an embedded PostgreSQL.
 */
export async function startDistributed(options: {
  env: StandaloneEnv;
  settings: Readonly<Record<string, string | undefined>>;
  onProgress?: (message: string) => void;
}): Promise<DistributedPlatform> {
  const { env, settings } = options;
  const onProgress = options.onProgress ?? (() => undefined);
  if (!env.NATS_URL || !env.REDIS_URL) {
    throw new SettingsError('NATS_URL and REDIS_URL are needed: the services talk over them.');
  }
  const home = await openHome(env.LYCEUM_HOME);
  await mkdir(home.path('logs'), { recursive: true });
  const cleanUp: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  };

  try {
    const databaseUrls = {} as Record<ServiceName, string>;
    const missing = SERVICES.filter((name) => !databaseUrlOf(env, name));
    if (missing.length > 0) {
      onProgress('Starting PostgreSQL');
      const postgres = await startEmbeddedPostgres({
        directory: home.path('postgres'),
        onProgress,
      });
      cleanUp.push(() => postgres.stop());
      for (const name of missing) {
        await postgres.ensureDatabase(name);
        databaseUrls[name] = postgres.urlOf(name);
      }
    }
    for (const name of SERVICES) databaseUrls[name] ??= databaseUrlOf(env, name) as string;
    await writePrivate(home.path('databases.json'), `${JSON.stringify(databaseUrls, null, 2)}\n`);

    const port = env.PORT === 0 ? await freePort(env.HOST) : env.PORT;
    const url = localUrl(env.HOST, port);
    const common: Record<string, string> = {
      ...definedOnly(settings),
      ...(await secretsOf(home, settings)),
      NATS_URL: env.NATS_URL,
      REDIS_URL: env.REDIS_URL,
      PUBLIC_URL: settings['PUBLIC_URL'] || url,
      MEDIA_DIR: settings['MEDIA_DIR'] || home.path('media'),
      MAIL_DIR: settings['MAIL_DIR'] || home.path('outbox-mail'),
      LYCEUM_ROOT: projectPath(),
    };
    const programs = new Map<string, Program>();
    const services: Program[] = [];
    const gateways: Program[] = [];
    cleanUp.push(
      () => stopAll(services),
      () => stopAll(gateways),
    );
    const gatewayEnv: Record<string, string> = { ...common, HOST: env.HOST, PORT: String(port) };

    onProgress('Starting the services');
    for (const name of SERVICES) {
      const own = await freePort('127.0.0.1');
      const serviceUrl = localUrl('127.0.0.1', own);
      const secret = randomBytes(32).toString('base64url');
      gatewayEnv[`SUBGRAPH_${name.toUpperCase()}_URL`] = `${serviceUrl}/graphql`;
      gatewayEnv[`SUBGRAPH_${name.toUpperCase()}_SECRET`] = secret;
      services.push(
        runProgram({
          name,
          url: serviceUrl,
          script: projectPath('dist', name, 'main.js'),
          logFile: home.path('logs', `${name}.log`),
          env: {
            ...common,
            HOST: '127.0.0.1',
            PORT: String(own),
            DATABASE_URL: databaseUrls[name],
            VIEWER_SECRET: secret,
          },
        }),
      );
    }
    function startGateway(name: string, its: Record<string, string>): Program {
      const program = runProgram({
        name,
        url: localUrl(env.HOST, Number(its['PORT'])),
        script: projectPath('dist', 'gateway', 'main.js'),
        logFile: home.path('logs', `${name}.log`),
        env: its,
      });
      gateways.push(program);
      return program;
    }
    startGateway('gateway', gatewayEnv);
    for (const program of [...services, ...gateways]) programs.set(program.name, program);

    await Promise.all([...programs.values()].map((program) => program.ready(READY_MS)));
    return {
      url,
      home,
      databaseUrls,
      programs,
      async addGateway(its = {}) {
        const own = String(await freePort(env.HOST));
        const name = `gateway-${gateways.length + 1}`;
        const program = startGateway(name, { ...gatewayEnv, ...its, PORT: own });
        await program.ready(READY_MS);
        return program;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function stopAll(programs: readonly Program[]): Promise<void> {
  await Promise.all(programs.map((program) => program.stop()));
}

function definedOnly(settings: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
