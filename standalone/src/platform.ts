import { readFile } from 'node:fs/promises';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '@lyceum/embedded-postgres/embedded-postgres';
import { readGatewayEnv } from '@lyceum/gateway/env';
import { createGateway, type GatewayOptions } from '@lyceum/gateway/gateway';
import { followSupergraphFile } from '@lyceum/gateway/graph/supergraph-file';
import type { Bus } from '@lyceum/platform/bus/bus';
import { createInProcessBus } from '@lyceum/platform/bus/in-process-bus';
import { connectNatsBus } from '@lyceum/platform/bus/nats-bus';
import { createOutboxHistory } from '@lyceum/platform/outbox-history';
import { projectPath } from '@lyceum/platform/project-path';
import { SERVICES, type RunningService, type ServiceName } from '@lyceum/platform/service';
import { parseSettings } from '@lyceum/platform/settings';
import { createLogger, type Logger } from '@lyceum/platform/telemetry/logger';
import { createMetrics } from '@lyceum/platform/telemetry/metrics';
import { startTracing } from '@lyceum/platform/telemetry/tracing';
import { freePort, localUrl } from './address.js';
import { databaseUrlOf, standaloneEnv } from './env.js';
import { openHome, secretsOf, writePrivate, type Home } from './home.js';
import { services } from './services.js';

export interface PlatformOptions {
  settings: Readonly<Record<string, string | undefined>>;
  /** Told of each step that takes time. */
  onProgress?: (message: string) => void;
  /** Called for each SQL statement of a service, for tests of what a screen costs. */
  onStatement?: (service: ServiceName) => void;
  /** Told when the platform can no longer work: its database has ended by itself. */
  onFailure?: (message: string) => void;
  explorer?: GatewayOptions['explorer'];
  log?: Logger;
}

export interface Platform {
  /** As clients know it: PUBLIC_URL, or else the local one. */
  readonly url: string;
  /** As programs on this machine reach it, whatever stands before it for others. */
  readonly localUrl: string;
  readonly home: Home;
  readonly databaseUrls: Readonly<Record<ServiceName, string>>;
  stop(): Promise<void>;
}

/** Starts the whole platform in this process. On failure everything started so far is stopped again. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const env = parseSettings(standaloneEnv, options.settings, 'lyceum');
  const onProgress = options.onProgress ?? (() => undefined);
  const log = options.log ?? createLogger({ service: 'standalone', level: env.LOG_LEVEL });
  const home = await openHome(env.LYCEUM_HOME);
  const port = env.PORT === 0 ? await freePort(env.HOST) : env.PORT;
  const local = localUrl(env.HOST, port);
  const settings = {
    ...options.settings,
    ...(await secretsOf(home, options.settings)),
    PUBLIC_URL: options.settings['PUBLIC_URL'] || local,
    HOST: env.HOST,
    PORT: String(port),
    MEDIA_DIR: options.settings['MEDIA_DIR'] || home.path('media'),
    MAIL_DIR: options.settings['MAIL_DIR'] || home.path('outbox-mail'),
    USAGE_DIR: options.settings['USAGE_DIR'] || home.path('usage'),
  };

  const cleanUp: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of cleanUp.splice(0).reverse()) {
      await step().catch((error: unknown) => log.error({ err: error }, 'stopping failed'));
    }
  };

  try {
    const tracing = startTracing({ service: 'lyceum', endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT });
    cleanUp.push(() => tracing.stop());

    let postgres: EmbeddedPostgres | null = null;
    const embedded = async (): Promise<EmbeddedPostgres> => {
      if (postgres) return postgres;
      onProgress('Starting PostgreSQL');
      postgres = await startEmbeddedPostgres({
        directory: home.path('postgres'),
        onProgress,
        onUnexpectedExit: options.onFailure,
      });
      const started = postgres;
      cleanUp.push(() => started.stop());
      return postgres;
    };
    const databaseUrls = {} as Record<ServiceName, string>;
    for (const name of SERVICES) {
      const given = databaseUrlOf(env, name);
      if (!given) await (await embedded()).ensureDatabase(name);
      databaseUrls[name] = given ?? (await embedded()).urlOf(name);
    }
    await writePrivate(home.path('databases.json'), `${JSON.stringify(databaseUrls, null, 2)}\n`);

    const metrics = createMetrics();
    const gatewayEnv = readGatewayEnv(settings);
    const window = gatewayEnv.replayWindow;
    let bus: Bus;
    if (env.NATS_URL) {
      bus = connectNatsBus({ url: env.NATS_URL, log, window });
    } else {
      const history = createOutboxHistory(Object.values(databaseUrls));
      cleanUp.push(() => history.close());
      const newestNumber = await history.newest();
      bus = createInProcessBus({ log, expect: SERVICES, window, history, newestNumber });
    }
    cleanUp.push(() => bus.close());

    const connections = new Map<string, RunningService>();
    for (const service of services) {
      onProgress(`Starting ${service.name}`);
      const running = await service.start({
        databaseUrl: databaseUrls[service.name],
        settings,
        bus,
        log,
        metrics,
        onStatement: options.onStatement && (() => options.onStatement?.(service.name)),
      });
      cleanUp.push(() => running.close());
      connections.set(service.name, running);
    }

    onProgress('Starting the gateway');
    const supergraphFile = gatewayEnv.supergraphFile ?? projectPath('schema', 'supergraph.graphql');
    const gateway = createGateway({
      env: gatewayEnv,
      supergraphSdl: await readFile(supergraphFile, 'utf8'),
      connections,
      bus,
      log,
      metrics,
      explorer: options.explorer,
    });
    cleanUp.push(() => gateway.stop());
    const { url } = await gateway.listen();
    const unfollow = followSupergraphFile(supergraphFile, { reload: gateway.reload, log });
    cleanUp.push(async () => unfollow());
    return { url, localUrl: local, home, databaseUrls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
