import { defineEvent } from '@lyceum/events/define';
import type { EventDefinition } from '@lyceum/events/define';
import type { EventEnvelope } from '@lyceum/events/envelope';
import type { Bus } from '@lyceum/platform/bus/bus';
import { createConsumerRunner } from '@lyceum/platform/consumer-runner';
import type { ConsumerLimits } from '@lyceum/platform/consumer-limits';
import type { ConsumerRunner } from '@lyceum/platform/consumer-runner';
import { on } from '@lyceum/platform/consumers';
import type {
  ConsumerTransaction,
  EventConsumer,
  RawClient,
  Transact,
} from '@lyceum/platform/consumers';
import { insertOutbox } from '@lyceum/platform/outbox';
import { createOutboxRelay } from '@lyceum/platform/outbox-relay';
import type { OutboxRelay, OutboxRelayLimits } from '@lyceum/platform/outbox-relay';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { createMetrics } from '@lyceum/platform/telemetry/metrics';
import { testDatabase } from '@lyceum/testkit/database';
import pg from 'pg';
import { v7 } from 'uuid';
import { z } from 'zod';

/** As `prisma/platform.prisma.txt` makes them, and one table of a service that consumes. */
const TABLES = `
  CREATE TABLE outbox (
    seq bigserial PRIMARY KEY, id uuid NOT NULL UNIQUE, type text NOT NULL, aggregate_id text NOT NULL,
    organization_id uuid NOT NULL, actor_id text, correlation_id text NOT NULL, causation_id uuid,
    "time" timestamptz(3) NOT NULL, data jsonb NOT NULL, published_at timestamptz(3), number bigint,
    doubtful boolean NOT NULL DEFAULT false);
  CREATE INDEX ON outbox (published_at, seq);
  CREATE TABLE inbox (id uuid PRIMARY KEY, processed_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
  CREATE INDEX ON inbox USING brin (processed_at);
  CREATE TABLE dead_letter (
    id uuid PRIMARY KEY, type text NOT NULL, aggregate_id text NOT NULL, event jsonb NOT NULL,
    error text NOT NULL, attempts integer NOT NULL, failed_at timestamptz(3) NOT NULL,
    state text NOT NULL DEFAULT 'FAILED');
  CREATE INDEX ON dead_letter (state, failed_at);
  CREATE TABLE effect (position bigserial PRIMARY KEY, event_id uuid NOT NULL, aggregate_id text NOT NULL, n integer NOT NULL);
`;

export const Counted = defineEvent('test.thing.counted.v1', 'A number.', z.object({ n: z.int() }));
export const Followed = defineEvent(
  'test.thing.followed.v1',
  'An effect.',
  z.object({ n: z.int() }),
);
/** Of another service than the others. */
export const ToldElsewhere = defineEvent(
  'elsewhere.thing.told.v1',
  'A number of another service.',
  z.object({ n: z.int() }),
);
export const catalogue: ReadonlyMap<string, EventDefinition> = new Map<string, EventDefinition>([
  [Counted.type, Counted],
  [Followed.type, Followed],
  [ToldElsewhere.type, ToldElsewhere],
]);

export function counted(
  aggregateId: string,
  n: number,
  overrides = {},
): EventEnvelope<{ n: number }> {
  return {
    id: v7(),
    type: Counted.type,
    time: new Date().toISOString(),
    aggregateId,
    organizationId: '0198c0de-0000-7000-8000-000000000001',
    actorId: null,
    correlationId: v7(),
    causationId: null,
    data: { n },
    ...overrides,
  };
}

/** A connection as Prisma would offer it. */
export function rawClient(client: Pick<pg.ClientBase, 'query'>): RawClient {
  const run = (query: TemplateStringsArray, values: unknown[]): Promise<pg.QueryResult> =>
    client.query(
      query.reduce((text, part, n) => `${text}$${n}${part}`),
      values,
    );
  return {
    $queryRaw: async <T>(query: TemplateStringsArray, ...values: unknown[]) =>
      (await run(query, values)).rows as T,
    $executeRaw: async (query, ...values) => (await run(query, values)).rowCount ?? 0,
  };
}

export interface Effect {
  event_id: string;
  aggregate_id: string;
  n: number;
}

/** A database with the platform's tables, and what a service does with it. */
export interface EventWorld {
  readonly pool: pg.Pool;
  readonly url: string;
  readonly transact: Transact;
  /** Records events in one transaction and wakes the relay. */
  write(events: readonly EventEnvelope[]): Promise<void>;
  relay(bus: Bus, limits?: Partial<OutboxRelayLimits>): OutboxRelay;
  runner(options: RunnerOptions): ConsumerRunner;
  /** What consumers wrote, in the order of writing. */
  effects(): Promise<Effect[]>;
  rows<T extends pg.QueryResultRow>(sql: string): Promise<T[]>;
  close(): Promise<void>;
}

export interface RunnerOptions {
  bus: Bus;
  service?: string;
  limits?: Partial<ConsumerLimits>;
  /** Called before the effect is written; may throw. */
  before?(event: EventEnvelope<{ n: number }>): void | Promise<void>;
  consumers?: readonly EventConsumer[];
}

export async function writeEffect(event: EventEnvelope, tx: ConsumerTransaction): Promise<void> {
  const { n } = event.data as { n: number };
  await tx.prisma.$executeRaw`
    INSERT INTO effect (event_id, aggregate_id, n) VALUES (${event.id}::uuid, ${event.aggregateId}, ${n})`;
}

export async function openEventWorld(): Promise<EventWorld> {
  const database = await testDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 10 });
  pool.on('error', () => {});
  await pool.query(TABLES);
  const relays = new Set<OutboxRelay>();
  const running = new Set<{ stop(): Promise<void> }>();

  const transact: Transact = async (cause, work) => {
    const client = await pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    try {
      await client.query('BEGIN');
      const recorded: EventEnvelope[] = [];
      const after: (() => void)[] = [];
      const prisma = rawClient(client);
      const seenFrom = (event: EventEnvelope | null): ConsumerTransaction => ({
        prisma,
        causedBy: seenFrom,
        record: (definition, { aggregateId, data }) =>
          void recorded.push({
            ...counted(aggregateId, 0),
            type: definition.type,
            data,
            correlationId: event?.correlationId ?? v7(),
            causationId: event?.id ?? null,
          }),
        afterCommit: (run) => void after.push(run),
      });
      const result = await work(seenFrom(cause));
      await insertOutbox(prisma, recorded);
      await client.query('COMMIT');
      if (recorded.length > 0) for (const relay of relays) relay.poke();
      for (const run of after) run();
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  };

  return {
    pool,
    url: database.url,
    transact,
    write: async (events) => {
      await transact(null, (tx) => insertOutbox(tx.prisma, events));
      for (const relay of relays) relay.poke();
    },
    relay: (bus, limits) => {
      const metrics = createMetrics({ defaults: false });
      const relay = createOutboxRelay({
        pool,
        bus,
        service: 'test',
        metrics,
        log: silentLogger,
        limits,
      });
      relays.add(relay);
      running.add(relay);
      return relay;
    },
    runner: ({ bus, service = 'consumer', limits, before, consumers }) => {
      const runner = createConsumerRunner({
        service,
        bus,
        transact,
        consumers: consumers ?? [
          ...[Counted, ToldElsewhere].map((definition) =>
            on(definition, async (event, tx) => {
              await before?.(event);
              await writeEffect(event, tx);
            }),
          ),
        ],
        catalogue,
        log: silentLogger,
        metrics: createMetrics({ defaults: false }),
        limits: { firstDelayMs: 5, mostDelayMs: 50, tries: 4, replayPollMs: 20, ...limits },
      });
      running.add(runner);
      return runner;
    },
    effects: async () => {
      const result = await pool.query<Effect>(
        'SELECT event_id, aggregate_id, n FROM effect ORDER BY position',
      );
      return result.rows;
    },
    rows: async <T extends pg.QueryResultRow>(sql: string) => (await pool.query<T>(sql)).rows,
    close: async () => {
      for (const each of running) await each.stop();
      await pool.end();
      await database.drop();
    },
  };
}

/** The numbers that took effect, by aggregate, in order. */
export function numbersByAggregate(effects: readonly Effect[]): Record<string, number[]> {
  const numbers: Record<string, number[]> = {};
  for (const { aggregate_id, n } of effects) (numbers[aggregate_id] ??= []).push(n);
  return numbers;
}
