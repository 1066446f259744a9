import { SERVICES, type ServiceName } from '@lyceum/platform/service';
import { z } from 'zod';

const databaseUrls = Object.fromEntries(
  SERVICES.map((name) => [`DATABASE_URL_${name.toUpperCase()}`, z.string().optional()]),
) as Record<`DATABASE_URL_${Uppercase<ServiceName>}`, z.ZodOptional<z.ZodString>>;

/**
 * Settings of the whole platform in one process. A URL given means the real service, a URL missing
 * means the embedded one. The services' own settings (their `env.ts`) are read from the same place.
 */
export const standaloneEnv = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  /** Where everything is kept; relative to the working directory. */
  LYCEUM_HOME: z.string().default('.lyceum'),
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  LOG_LEVEL: z.string().default('warn'),
  NATS_URL: z.string().optional(),
  REDIS_URL: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  /** `off` starts without the sample organization. */
  SAMPLE: z.enum(['on', 'off']).default('on'),
  ...databaseUrls,
});
export type StandaloneEnv = z.infer<typeof standaloneEnv>;

export function databaseUrlOf(env: StandaloneEnv, service: ServiceName): string | undefined {
  return env[`DATABASE_URL_${service.toUpperCase() as Uppercase<ServiceName>}`];
}
