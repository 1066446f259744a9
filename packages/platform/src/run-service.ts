import { z } from 'zod';
import { connectNatsBus } from './bus/nats-bus.js';
import type { RunningService, Service } from './service.js';
import { serveSubgraph } from './serve-subgraph.js';
import { parseSettings, SettingsError } from './settings.js';
import { createLogger } from './telemetry/logger.js';
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

/** Runs one service as a program of its own: the distributed topology. Ends the process on SIGTERM. */
export async function runService(
  service: Service,
  settings: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  try {
    const env = parseSettings(environment, settings, service.name);
    const log = createLogger({ service: service.name, level: env.LOG_LEVEL });
    const metrics = createMetrics();
    const tracing = startTracing({
      service: service.name,
      endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    });
    const bus = connectNatsBus({ url: env.NATS_URL, log });
    const running: RunningService = await service.start({
      databaseUrl: env.DATABASE_URL,
      settings,
      bus,
      log,
      metrics,
    });
    const server = await serveSubgraph(running, {
      host: env.HOST,
      port: env.PORT,
      secret: env.VIEWER_SECRET,
      metrics,
      busHealthy: () => bus.healthy,
    });
    log.info({ address: server.url }, 'ready');

    let stopping = false;
    const stop = async (signal: string): Promise<void> => {
      if (stopping) return;
      stopping = true;
      log.info({ signal }, 'stopping');
      await server.close();
      await running.close();
      await bus.close();
      await tracing.stop();
      process.exit(0);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => void stop(signal));
    }
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}
