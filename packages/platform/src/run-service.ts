import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { connectNatsBus } from './bus/nats-bus.js';
import { drainDelay, drainDelayOf } from './drain-delay.js';
import { secretSetting } from './secrets.js';
import { serveSubgraph } from './serve-subgraph.js';
import type { Service } from './service.js';
import { parseSettings, SettingsError } from './settings.js';
import { createLogger, type Logger } from './telemetry/logger.js';
import { metricsToken } from './telemetry/metrics-access.js';
import { createMetrics } from './telemetry/metrics.js';
import { startTracing } from './telemetry/tracing.js';

const environment = z.object({
  DATABASE_URL: z.string().min(1, 'is needed: the PostgreSQL database of this service'),
  NATS_URL: z.string().min(1, 'is needed: the NATS server, such as nats://127.0.0.1:4222'),
  VIEWER_SECRET: secretSetting('the secret this service shares with the gateway'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535),
  LOG_LEVEL: z.string().default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  METRICS_TOKEN: metricsToken,
  DRAIN_DELAY_MS: drainDelay,
});
type Environment = z.infer<typeof environment>;

/** Less than the 30 s that Kubernetes waits before it kills. */
const STOP_WITHIN_MS = 25_000;

/** Parts of a program that is to end: the last opened is told first. */
interface Opened {
  /** Takes leave of those who ask, while everything still works. */
  drain?: () => void;
  close(): Promise<void>;
}

/**
 * Runs one service as a program of its own: the distributed topology. On SIGTERM it turns readiness
 * red, waits until that has been noticed, ends what is under way, and exits with 0 within 25 s. Exits
 * with 2 and a line for each when settings are wrong, with 1 and a JSON line when it cannot start.
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
  const opened: Opened[] = [];
  const stop = stopper(opened, drainDelayOf(env), log);
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
  opened: Opened[],
): Promise<void> {
  const metrics = createMetrics();
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const tracing = startTracing({ service: service.name, endpoint });
  opened.push({ close: () => tracing.stop() });
  const bus = connectNatsBus({ url: env.NATS_URL, log });
  opened.push({ close: () => bus.close() });
  const databaseUrl = env.DATABASE_URL;
  const running = await service.start({ databaseUrl, settings, bus, log, metrics });
  opened.push({ close: () => running.close() });
  const server = await serveSubgraph(running, {
    host: env.HOST,
    port: env.PORT,
    secret: env.VIEWER_SECRET,
    metrics,
    metricsAccess: {
      token: env.METRICS_TOKEN ?? null,
      isProduction: env.NODE_ENV === 'production',
    },
    log,
  });
  opened.push(server);
  log.info({ address: server.url }, 'ready');
}

/** Makes what ends the program: the last opened is closed first, and not for longer than the bound. */
function stopper(opened: readonly Opened[], delayMs: number, log: Logger) {
  let stopping = false;
  return async (code: number, why: { signal?: string }): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info(why, 'stopping');
    setTimeout(() => {
      log.error(`did not stop within ${STOP_WITHIN_MS / 1_000} s`);
      process.exit(code);
    }, STOP_WITHIN_MS).unref();
    for (const { drain } of opened) drain?.();
    if (code === 0 && opened.some(({ drain }) => drain)) await pause(delayMs);
    for (const part of opened.toReversed()) {
      try {
        await part.close();
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
