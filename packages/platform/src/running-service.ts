import { systemClock } from './clock.js';
import { createConsumerRunner } from './consumer-runner.js';
import { withCorrelation } from './correlation.js';
import { pruneIdempotencyRecords } from './idempotency/idempotency-records.js';
import { createIdempotency } from './idempotency/idempotency.js';
import { newId } from './ids.js';
import { Database, openPool, type PrismaClientLike } from './database.js';
import { createJobRunner } from './jobs.js';
import { electLeader } from './leader.js';
import { applyMigrations } from './migrations.js';
import { createOutboxRelay } from './outbox-relay.js';
import { projectPath } from './project-path.js';
import { matchRoute } from './routes.js';
import { parseSettings } from './settings.js';
import type { Job, Route, RunningService, ServiceDefinition, StartOptions } from './service.js';
import { buildSubgraph } from './subgraph-schema.js';
import { createExecutor } from './subgraph.js';

/** Migrates, builds and starts a service; the same in both topologies. If it fails, nothing is left open. */
export async function startService<E, C extends PrismaClientLike>(
  definition: ServiceDefinition<E, C>,
  options: StartOptions,
): Promise<RunningService> {
  const opened: Closer[] = [];
  try {
    return await open(definition, options, opened);
  } catch (error) {
    await closeAll(opened).catch((failure: unknown) => {
      options.log.warn({ err: failure, service: definition.name }, 'closing after a failed start');
    });
    throw error;
  }
}

/** Idempotency keys are remembered for a day, and some minutes more do not matter. */
const FORGET_KEYS_EVERY_MS = 10 * 60_000;

type Closer = () => Promise<void> | undefined;

/** @param opened gets what closes each part, in the order in which they were opened */
async function open<E, C extends PrismaClientLike>(
  definition: ServiceDefinition<E, C>,
  options: StartOptions,
  opened: Closer[],
): Promise<RunningService> {
  const { name } = definition;
  const { databaseUrl, bus, metrics } = options;
  const log = options.log.child({ service: name });
  const clock = options.clock ?? systemClock;
  const env = parseSettings(definition.env, options.settings, name);

  await applyMigrations({
    migrationsDirectory: projectPath('prisma', name, 'migrations'),
    connectionString: databaseUrl,
  });
  const pool = openPool({
    connectionString: databaseUrl,
    name,
    onStatement() {
      metrics.sqlStatements.inc({ service: name });
      options.onStatement?.();
    },
  });
  opened.push(() => (pool.ended ? undefined : pool.end()));
  // Of its own, so that a flood of requests cannot keep events from going out.
  const relayPool = openPool({ connectionString: databaseUrl, name: `${name}-relay`, max: 3 });
  opened.push(() => relayPool.end());
  const database = new Database(
    pool,
    definition.prisma.create,
    definition.prisma.namespace,
    clock,
    log,
  );
  opened.push(() => database.close());

  let runSoon: (job: string) => void = () => undefined;
  const parts = definition.build({ env, database, clock, log, runSoon: (job) => runSoon(job) });
  opened.push(() => parts.close?.());
  const forgetKeys: Job = {
    name: 'idempotency-records',
    everyMs: FORGET_KEYS_EVERY_MS,
    run: (signal) => pruneIdempotencyRecords(relayPool, signal),
  };
  const jobs = createJobRunner([...(parts.jobs ?? []), forgetKeys], log);
  runSoon = (job) => jobs.runSoon(job);

  const schema = buildSubgraph(definition.schema, parts.resolvers, parts.references);
  const execute = createExecutor(schema, log, parts.grantsOf);
  const runOnce = createIdempotency({ service: name, pool, log, metrics });
  const routes = (parts.routes ?? []).map(correlatedRoute);

  const relay = createOutboxRelay({ pool: relayPool, bus, service: name, metrics, log });
  database.onRecorded(() => relay.poke());
  const runner = createConsumerRunner({
    service: name,
    bus,
    transact: database.transact,
    consumers: parts.consumers ?? [],
    log,
    metrics,
  });
  await parts.prepare?.();
  if (options.workers !== false) {
    const leader = electLeader({
      service: name,
      databaseUrl,
      log,
      metrics,
      async start() {
        relay.start();
        await runner.start();
        jobs.start();
      },
      async stop() {
        await Promise.all([jobs.stop(), runner.stop(), relay.stop()]);
      },
    });
    opened.push(() => leader.close());
  }

  return {
    name,
    routes,
    execute: (request) =>
      withCorrelation({ correlationId: request.correlationId, causationId: null }, () =>
        runOnce(request, execute),
      ),
    async route(request) {
      const match = matchRoute(routes, request);
      if (!match) return new Response('Not found.\n', { status: 404 });
      return match.route.handle(request, match.params);
    },
    async ready() {
      try {
        await pool.query('SELECT 1');
        return true;
      } catch {
        return false;
      }
    },
    close: () => closeAll(opened),
  };
}

/** Closes the last opened first, and all of them although one fails. */
async function closeAll(opened: Closer[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of opened.splice(0).toReversed()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** What a route does carries the correlation id that the gateway gave the request. */
function correlatedRoute(route: Route): Route {
  return {
    ...route,
    handle: (request, params) => {
      const correlationId = request.headers.get('x-correlation-id') ?? newId();
      return withCorrelation({ correlationId, causationId: null }, () =>
        route.handle(request, params),
      );
    },
  };
}
