import type { PrismaPg } from '@prisma/adapter-pg';
import type { z } from 'zod';
import type { Bus } from './bus/bus.js';
import type { Clock } from './clock.js';
import type { EventConsumer, RawClient } from './consumers.js';
import type { Database, PrismaClientLike, Queries } from './database.js';
import type { PrismaNamespace } from './organization-scope.js';
import { startService } from './running-service.js';
import type { ReferenceResolver, SchemaClasses } from './subgraph-schema.js';
import type { SubgraphConnection } from './subgraph.js';
import type { Logger } from './telemetry/logger.js';
import type { Metrics } from './telemetry/metrics.js';
import type { RoleAssignment, SignedIn } from './viewer.js';

export const SERVICES = [
  'auth',
  'user',
  'course',
  'progress',
  'analytics',
  'billing',
  'notification',
] as const;
export type ServiceName = (typeof SERVICES)[number];

/** A plain HTTP route, reached through the gateway; for bytes and for other people's webhooks. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT';
  /** As Fastify writes it: `/uploads/:uploadId`. */
  path: string;
  /** Bodies are streams: the handler bounds what it reads. */
  handle(request: Request, params: Readonly<Record<string, string>>): Promise<Response>;
}

/** Work that a timer starts, on one instance of the service at a time. It may be cut off anywhere. */
export interface Job {
  name: string;
  /** Milliseconds from the end of one run to the next. */
  everyMs: number;
  run(signal: AbortSignal): Promise<void>;
}

/** What a service is given to build itself from. */
export interface ServiceHost<E, C extends PrismaClientLike> {
  env: E;
  database: Database<C>;
  clock: Clock;
  log: Logger;
  /** Runs a job now instead of at its next time. */
  runSoon(job: string): void;
}

/** What a service is made of, once built. */
export interface ServiceParts<C extends PrismaClientLike> {
  /** One instance of each class in `schema.resolvers`. */
  resolvers: readonly object[];
  references?: Readonly<Record<string, ReferenceResolver>>;
  /** What a signed-in person holds beyond what their token says; asked once for each request. */
  grantsOf?(viewer: SignedIn): Promise<readonly RoleAssignment[]>;
  consumers?: readonly EventConsumer<Queries<C> & RawClient>[];
  routes?: readonly Route[];
  jobs?: readonly Job[];
  /** Runs before the first request, after the migrations. */
  prepare?(): Promise<void>;
  close?(): Promise<void>;
}

/** A whole service, the same in both topologies. */
export interface ServiceDefinition<E, C extends PrismaClientLike> {
  name: ServiceName;
  /** The service's own settings; unknown variables are ignored. */
  env: z.ZodType<E>;
  prisma: { create(adapter: PrismaPg): C; namespace: PrismaNamespace };
  schema: SchemaClasses;
  build(host: ServiceHost<E, C>): ServiceParts<C>;
}

export interface StartOptions {
  databaseUrl: string;
  /** Where the service reads its settings from: the environment, or what a program made up. */
  settings: Readonly<Record<string, string | undefined>>;
  bus: Bus;
  log: Logger;
  metrics: Metrics;
  clock?: Clock;
  /** Called for each SQL statement of the service's requests and consumers. */
  onStatement?: () => void;
  /** Whether this process may run the relay, the consumers and the jobs; true unless told. */
  workers?: boolean;
}

export interface RunningService extends SubgraphConnection {
  readonly name: ServiceName;
  readonly routes: readonly Route[];
}

/** A service without its own types: for programs that hold several. */
export interface Service {
  readonly name: ServiceName;
  readonly schema: SchemaClasses;
  /** Migrates, builds, and starts its workers. */
  start(options: StartOptions): Promise<RunningService>;
}

export function defineService<E, C extends PrismaClientLike>(
  definition: ServiceDefinition<E, C>,
): Service {
  return {
    name: definition.name,
    schema: definition.schema,
    start: (options) => startService(definition, options),
  };
}
