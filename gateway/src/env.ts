import { DEFAULT_WINDOW } from '@lyceum/platform/bus/recent-events';
import { drainDelay, drainDelayOf } from '@lyceum/platform/drain-delay';
import { parseSettings, onOff } from '@lyceum/platform/settings';
import { metricsToken } from '@lyceum/platform/telemetry/metrics-access';
import { z } from 'zod';
import { limitSettings, readLimits } from './limits/limit-settings.js';
import { capacitySettings, readCapacityLimits } from './overload/capacity-settings.js';
import { connectionSettings, readConnectionLimits } from './subscriptions/connection-settings.js';

/** Of one subgraph. */
const OWN_TIMEOUT = /^SUBGRAPH_.+_TIMEOUT_MS$/;

const schema = z
  .looseObject({
    PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
    HOST: z.string().default('127.0.0.1'),
    /** How clients reach the gateway, for links that it makes. */
    PUBLIC_URL: z.url().optional(),
    /** Origins of browsers that may call, comma-separated; `*` for all. */
    CORS_ORIGINS: z
      .string()
      .default('')
      .transform((list) =>
        list
          .split(',')
          .map((origin) => origin.trim())
          .filter(Boolean),
      ),
    /** The composed supergraph, followed when it changes; the one that came with the code. */
    SUPERGRAPH_FILE: z.string().optional(),
    /** Whether operations are served that no manifest lists; not in production unless told. */
    OPERATIONS_MODE: z.enum(['open', 'first-party-only']).optional(),
    /** Manifests `<client>.json` and `<client>@<version>.json`; those that came with the code. */
    OPERATIONS_DIR: z.string().optional(),
    /** How long caches may keep what nobody in particular asked for by id and GET; 0 for not at all. */
    PERSISTED_MAX_AGE_SECONDS: z.coerce.number().int().min(0).max(86_400).default(30),
    /** Where usage is kept when there is no Redis; without it, it is forgotten. */
    USAGE_DIR: z.string().optional(),
    EXPLORER: onOff.optional(),
    INTROSPECTION: onOff.optional(),
    /** Whether the last entry of X-Forwarded-For is to be believed: behind one proxy of one's own. */
    TRUST_PROXY: onOff.default(false),
    ...limitSettings,
    ...connectionSettings,
    ...capacitySettings,
    METRICS_TOKEN: metricsToken,
    DRAIN_DELAY_MS: drainDelay,
    NATS_URL: z.string().optional(),
    REDIS_URL: z.string().optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
    NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
    LOG_LEVEL: z
      .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'])
      .default('info'),
    /** Events that a subscription which resumes may have missed; after more it has to fetch anew. */
    RESUME_MOST_EVENTS: z.coerce.number().int().positive().default(500),
    /** What can be resumed: so many events back, of all organizations, and so many seconds. */
    RESUME_WINDOW_EVENTS: z.coerce.number().int().positive().default(10_000),
    RESUME_WINDOW_SECONDS: z.coerce.number().int().positive().default(3_600),
    /** Milliseconds that a subgraph may take for one fetch; `SUBGRAPH_<NAME>_TIMEOUT_MS` for one alone. */
    SUBGRAPH_TIMEOUT_MS: z.coerce.number().int().positive().default(15_000),
    /** Fetches that may be under way to one subgraph at a time. */
    SUBGRAPH_CONCURRENCY: z.coerce.number().int().positive().default(128),
  })
  .superRefine((settings, context) => {
    for (const [name, value] of Object.entries(settings)) {
      if (!OWN_TIMEOUT.test(name) || /^[1-9]\d{0,8}$/.test(String(value))) continue;
      context.addIssue({ code: 'custom', path: [name], message: 'milliseconds, from 1' });
    }
  })
  .transform((settings) => {
    const isDevelopment = settings.NODE_ENV !== 'production';
    return {
      port: settings.PORT,
      host: settings.HOST,
      publicUrl: settings.PUBLIC_URL ?? null,
      corsOrigins: settings.CORS_ORIGINS,
      supergraphFile: settings.SUPERGRAPH_FILE ?? null,
      operationsMode: settings.OPERATIONS_MODE ?? (isDevelopment ? 'open' : 'first-party-only'),
      operationsDirectory: settings.OPERATIONS_DIR ?? null,
      /** Clients may register texts by their hash. */
      automaticPersistedQueries: isDevelopment,
      persistedMaxAgeSeconds: settings.PERSISTED_MAX_AGE_SECONDS,
      usageDirectory: settings.USAGE_DIR ?? null,
      /** The explorer at `/`; in development unless told. */
      explorer: settings.EXPLORER ?? isDevelopment,
      introspection: settings.INTROSPECTION ?? isDevelopment,
      trustProxy: settings.TRUST_PROXY,
      limits: readLimits(settings),
      connections: readConnectionLimits(settings),
      capacity: readCapacityLimits(settings),
      metricsAccess: { token: settings.METRICS_TOKEN ?? null, isProduction: !isDevelopment },
      drainDelayMs: drainDelayOf(settings),
      natsUrl: settings.NATS_URL ?? null,
      otlpEndpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
      redisUrl: settings.REDIS_URL ?? null,
      nodeEnv: settings.NODE_ENV,
      logLevel: settings.LOG_LEVEL,
      subgraphConcurrency: settings.SUBGRAPH_CONCURRENCY,
      resumeMostEvents: settings.RESUME_MOST_EVENTS,
      replayWindow: {
        ...DEFAULT_WINDOW,
        events: settings.RESUME_WINDOW_EVENTS,
        ms: settings.RESUME_WINDOW_SECONDS * 1000,
      },
      subgraph: (name: string) => subgraphSettings(settings, name),
    };
  });

export type GatewayEnv = z.infer<typeof schema>;

/** How to reach one subgraph, as far as the environment says so. */
export interface SubgraphSettings {
  /** Overrides the routing URL of supergraph.yaml. */
  url: string | null;
  secret: string | null;
  timeoutMs: number;
}

/** Such as `SUBGRAPH_AUTH_SECRET`. */
export function subgraphVariable(name: string, what: string): string {
  return `SUBGRAPH_${name.toUpperCase().replaceAll('-', '_')}_${what}`;
}

function subgraphSettings(
  settings: Record<string, unknown> & { SUBGRAPH_TIMEOUT_MS: number },
  name: string,
): SubgraphSettings {
  const read = (what: string): string | null => {
    const value = settings[subgraphVariable(name, what)];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const timeoutMs = read('TIMEOUT_MS');
  return {
    url: read('URL'),
    secret: read('SECRET'),
    timeoutMs: timeoutMs ? Number(timeoutMs) : settings.SUBGRAPH_TIMEOUT_MS,
  };
}

/** @throws SettingsError listing what needs mending */
export function readGatewayEnv(
  settings: Readonly<Record<string, string | undefined>> = process.env,
): GatewayEnv {
  return parseSettings(schema, settings, 'the gateway');
}
