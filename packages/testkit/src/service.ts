import type { EventDefinition } from '@lyceum/events/define';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { createInProcessBus } from '@lyceum/platform/bus/in-process-bus';
import type { Clock } from '@lyceum/platform/clock';
import { newId } from '@lyceum/platform/ids';
import { envelopeOf, type OutboxRow } from '@lyceum/platform/outbox';
import type { RunningService, Service } from '@lyceum/platform/service';
import type { SubgraphResponse } from '@lyceum/platform/subgraph';
import { silentLogger, type Logger } from '@lyceum/platform/telemetry/logger';
import { createMetrics } from '@lyceum/platform/telemetry/metrics';
import type { Viewer } from '@lyceum/platform/viewer';
import { validate } from 'graphql';
import { parse, type GraphQLSchema } from 'graphql';
import { buildSubgraph } from '@lyceum/platform/subgraph-schema';
import pg from 'pg';
import { testDatabase } from './database.js';

export interface Graph {
  /** Executes an operation on the subgraph. `T` is the shape of `data`. */
  query<T = Record<string, never>>(
    document: string,
    variables?: Record<string, unknown>,
  ): Promise<{ data: T } & Omit<SubgraphResponse, 'data'>>;
  /** As `query`, for operations that must succeed: errors fail the test. */
  ok<T>(document: string, variables?: Record<string, unknown>): Promise<T>;
  /** For operations that must be refused: the first error's `extensions.code`. */
  refusal(document: string, variables?: Record<string, unknown>): Promise<string | undefined>;
  /** Executes a subscription operation for one event. */
  onEvent(
    document: string,
    event: EventEnvelope,
    variables?: Record<string, unknown>,
  ): Promise<SubgraphResponse>;
}

export interface TestService {
  readonly running: RunningService;
  readonly databaseUrl: string;
  as(viewer: Viewer, network?: string): Graph;
  /** An event of another service; resolves when every handler's effect is committed. */
  deliver<T>(
    definition: EventDefinition<T>,
    event: {
      aggregateId: string;
      organizationId: string;
      data: T;
      actorId?: string | null;
      id?: string;
      /** The event that led to it; none unless told. */
      causationId?: string;
      /** For events that come late; now, unless told. */
      time?: Date;
    },
  ): Promise<EventEnvelope<T>>;
  /** Everything the service recorded so far, oldest first; of one kind if told. */
  published<T>(definition?: EventDefinition<T>): Promise<EventEnvelope<T>[]>;
  /** How many SQL statements the work took. */
  statements(work: () => Promise<unknown>): Promise<number>;
  /** Rows of the service's database, by SQL. */
  sql<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<R[]>;
  close(): Promise<void>;
}

/** Starts one service alone, against a fresh database and with an in-process bus. */
export async function testService(
  service: Service,
  options: { settings?: Record<string, string>; clock?: Clock; log?: Logger } = {},
): Promise<TestService> {
  const database = await testDatabase(service.name);
  const log = options.log ?? silentLogger;
  const bus = createInProcessBus({ log, expect: [service.name] });
  let statements = 0;
  const running = await service.start({
    databaseUrl: database.url,
    settings: options.settings ?? {},
    bus,
    log,
    metrics: createMetrics({ defaults: false }),
    clock: options.clock,
    onStatement: () => {
      statements += 1;
    },
  });
  const inspector = new pg.Pool({ connectionString: database.url, max: 2 });
  inspector.on('error', () => undefined);
  const schema = printableSchema(service);

  async function execute(
    viewer: Viewer,
    document: string,
    variables: Record<string, unknown> | undefined,
    network: string | null,
    event: EventEnvelope | null,
  ): Promise<SubgraphResponse> {
    const parsed = parse(document);
    const mistakes = validate(schema, parsed);
    if (mistakes.length > 0) throw new Error(mistakes.map((m) => m.message).join('\n'));
    return running.execute({
      document: parsed,
      variables,
      viewer,
      correlationId: newId(),
      network,
      event,
    });
  }

  return {
    running,
    databaseUrl: database.url,
    as: (viewer, network) => ({
      async query<T>(document: string, variables?: Record<string, unknown>) {
        const response = await execute(viewer, document, variables, network ?? null, null);
        return response as { data: T } & Omit<SubgraphResponse, 'data'>;
      },
      async ok<T>(document: string, variables?: Record<string, unknown>) {
        const response = await execute(viewer, document, variables, network ?? null, null);
        if (response.errors) throw new Error(JSON.stringify(response.errors, null, 2));
        return plain(response.data) as T;
      },
      async refusal(document, variables) {
        const response = await execute(viewer, document, variables, network ?? null, null);
        return response.errors?.[0]?.extensions?.['code'] as string | undefined;
      },
      onEvent: (document, event, variables) =>
        execute(viewer, document, variables, network ?? null, event),
    }),
    async deliver(definition, given) {
      const event = {
        id: given.id ?? newId(),
        type: definition.type,
        time: (given.time ?? options.clock?.now() ?? new Date()).toISOString(),
        aggregateId: given.aggregateId,
        organizationId: given.organizationId,
        actorId: given.actorId ?? null,
        correlationId: newId(),
        causationId: given.causationId ?? null,
        data: definition.schema.parse(given.data),
      };
      await bus.publish(event);
      return event;
    },
    async published<T>(definition?: EventDefinition<T>) {
      const { rows } = await inspector.query<OutboxRow>('SELECT * FROM outbox ORDER BY seq');
      const events = rows.map((row) => envelopeOf(row) as EventEnvelope<T>);
      return definition ? events.filter((event) => event.type === definition.type) : events;
    },
    async statements(work) {
      const before = statements;
      await work();
      return statements - before;
    },
    sql: async (text, values) => (await inspector.query(text, values)).rows,
    async close() {
      await running.close();
      await bus.close();
      await inspector.end();
      await database.drop();
    },
  };
}

function printableSchema(service: Service): GraphQLSchema {
  return buildSubgraph(service.schema);
}

/** Without the null prototypes of graphql-js, so that `toEqual` compares plainly. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
