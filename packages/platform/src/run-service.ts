import { z } from 'zod';
import { connectNatsBus } from './bus/nats-bus.js';
import { serveSubgraph } from './serve-subgraph.js';
import type { Service } from './service.js';
import { parseSettings, SettingsError } from './settings.js';
import { createLogger, type Logger } from './telemetry/logger.js';
import { createMetrics } from './telemetry/metrics.js';
import { startTracing } from './telemetry/tracing.js';

const environment = z.object({
  DATABASE_URL: z.string().min(1, 'is needed: the PostgreSQL database of this service'),
  NATS_URL: z.string().min(1, 'is needed: the NATS server, such as nats://127.0.0.1:4222'),
  VIEWER_SECRET: z
    .string()
    .min(32, 'must have 32 characters: the secret this service shares with the gateway'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535),
  LOG_LEVEL: z.string().default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
});
type Environment = z.infer<typeof environment>;

/** Less than the 30 s that Kubernetes waits before it kills. */
const STOP_WITHIN_MS = 20_000;

/**
 * Runs one service as a program of its own: the distributed topology. On SIGTERM it ends what is
 * under way and exits with 0. Exits with 2 and a line for each when settings are wrong, with 1 and
 * a JSON line when it cannot start.
 */
export async function runService(
  service: Service,
  settings: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  let env: Environment;
  try {
    env = parseSettings(environment, settings, service.name);
  } catch (error) {
    return refuse(error);
  }
  const log = createLogger({ service: service.name, level: env.LOG_LEVEL });
  const opened: (() => Promise<void>)[] = [];
  const stop = stopper(opened, log);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void stop(0, { signal }));
  }
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception');
    void stop(1, {});
  });

  try {
    await start(service, settings, env, log, opened);
  } catch (error) {
    if (error instanceof SettingsError) return refuse(error);
    log.fatal({ err: error }, 'could not start');
    await stop(1, {});
  }
}

/** @param opened gets what closes each part, in the order in which they were opened */
async function start(
  service: Service,
  settings: Readonly<Record<string, string | undefined>>,
  env: Environment,
  log: Logger,
  opened: (() => Promise<void>)[],
): Promise<void> {
  const metrics = createMetrics();
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const tracing = startTracing({ service: service.name, endpoint });
  opened.push(() => tracing.stop());
  const bus = connectNatsBus({ url: env.NATS_URL, log });
  opened.push(() => bus.close());
  const databaseUrl = env.DATABASE_URL;
  const running = await service.start({ databaseUrl, settings, bus, log, metrics });
  opened.push(() => running.close());
  const server = await serveSubgraph(running, {
    host: env.HOST,
    port: env.PORT,
    secret: env.VIEWER_SECRET,
    metrics,
    log,
    busHealthy: () => bus.healthy,
  });
  opened.push(() => server.close());
  log.info({ address: server.url }, 'ready');
}

/** Makes what ends the program: the last opened is closed first, and not for longer than the bound. */
function stopper(opened: (() => Promise<void>)[], log: Logger) {
  let stopping = false;
  return async (code: number, why: { signal?: string }): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info(why, 'stopping');
    setTimeout(() => {
      log.error(`did not stop within ${STOP_WITHIN_MS / 1_000} s`);
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    for (const close of opened.toReversed()) {
      try {
        await close();
      } catch (error) {
        log.warn({ err: error }, 'closing failed');
      }
    }
    process.exit(code);
  };
}

function refuse(error: unknown): void {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
