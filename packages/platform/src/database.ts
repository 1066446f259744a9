import { PrismaPg } from '@prisma/adapter-pg';
import type { EventDefinition } from '@lyceum/events/define';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { LRUCache } from 'lru-cache';
import pg from 'pg';
import type { Clock } from './clock.js';
import type { ConsumerTransaction, RawClient, Transact } from './consumers.js';
import { currentCorrelation } from './correlation.js';
import { currentRun, markEffect } from './idempotency/mutation-run.js';
import { writesInTransactions } from './idempotency/writes-in-transactions.js';
import { newId } from './ids.js';
import { isConflict } from './infrastructure-failure.js';
import {
  organizationScope,
  scopeOfStatement,
  viewOf,
  type OrganizationScope,
  type PrismaNamespace,
} from './organization-scope.js';
import { insertOutbox } from './outbox.js';
import { silentLogger, type Logger } from './telemetry/logger.js';
import type { Actor, SignedIn, SystemActor } from './viewer.js';

/** What a generated Prisma client offers that the platform itself uses. */
export interface PrismaClientLike extends RawClient {
  $disconnect(): Promise<void>;
  $extends: unknown;
  $transaction: unknown;
}

/** How the two overloaded methods are used here. */
interface Internals {
  $extends(extension: unknown): unknown;
  $transaction<R>(
    work: (tx: unknown) => Promise<R>,
    options: { maxWait: number; timeout: number },
  ): Promise<R>;
}

type NotForQueries = '$connect' | '$disconnect' | '$on' | '$transaction' | '$use' | '$extends';
/** A client to query by: equal to the generated `Prisma.TransactionClient`. */
export type Queries<C> = Omit<C, NotForQueries>;

/** A running transaction: rows and events written through it commit together or not at all. */
export interface Transaction<C> {
  readonly prisma: Queries<C>;
  /** Records an event; it is published once the transaction has committed. */
  record<T>(
    definition: EventDefinition<T>,
    event: { aggregateId: string; data: T; organizationId?: string },
  ): void;
  /** Runs after the commit, and only then; if it throws, that is logged. For things that may be lost in a crash. */
  afterCommit(run: () => void): void;
}

interface Recorder {
  events: EventEnvelope[];
  afterCommit: (() => void)[];
}

/** Milliseconds to wait for a free connection; then the client is told to try again. */
const MOST_WAIT_MS = 10_000;
const LIMITS = { maxWait: MOST_WAIT_MS, timeout: 60_000 };
const TRIES = 4;

/** Opens a pool whose statements can be counted (`onStatement`), for tests of how many a screen costs. */
export function openPool(options: {
  connectionString: string;
  name: string;
  max?: number;
  /** How long a request waits for a free connection, in milliseconds; 10,000 unless told. */
  waitMs?: number;
  onStatement?: () => void;
}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    application_name: `lyceum-${options.name}`,
    max: options.max ?? 10,
    // Without it a request waits for ever when all connections are taken.
    connectionTimeoutMillis: options.waitMs ?? MOST_WAIT_MS,
  });
  // An idle connection that breaks is replaced at the next query; it must not end the process.
  pool.on('error', () => undefined);
  const { onStatement } = options;
  if (onStatement) {
    pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      client.query = ((...args: unknown[]) => {
        onStatement();
        return query(...args);
      }) as typeof client.query;
    });
  }
  return pool;
}

/**
 * A service's database. Whatever is read or written through `of` and `transaction` is confined to
 * one organization by the data layer itself.
 */
export class Database<C extends PrismaClientLike> {
  /** By organization. A client in use weighs some 20 KiB and takes 0.2 ms to make. */
  readonly #scoped = new LRUCache<string, C>({ max: 100 });
  readonly #client: C;
  readonly #forConsumers: C;
  readonly #pokes: (() => void)[] = [];

  constructor(
    readonly pool: pg.Pool,
    create: (adapter: PrismaPg) => C,
    private readonly namespace: PrismaNamespace,
    private readonly clock: Clock,
    private readonly log: Logger = silentLogger,
  ) {
    this.#client = create(new PrismaPg(pool));
    this.#forConsumers = this.#extend(scopeOfStatement);
  }

  /** For reading what the viewer's organization has. */
  of(viewer: SignedIn | SystemActor): Queries<C> {
    return this.#marking(this.#confinedTo(viewer.organizationId));
  }

  /**
   * The client without an organization. `reason` says why this one use is right; the uses are
   * listed in a test, so that none is added unseen.
   */
  acrossOrganizations(reason: string): Queries<C> {
    if (!reason) throw new Error('Say why.');
    return this.#marking(this.#client);
  }

  /**
   * One use case: rows and events, all or nothing, within the actor's organization. Retried when
   * the database asks for it (deadlock, serialization), so `work` must have no other effects.
   */
  async transaction<R>(actor: Actor, work: (tx: Transaction<C>) => Promise<R>): Promise<R> {
    const { organizationId } = actor;
    const actorId = actor.kind === 'person' ? actor.userId : null;
    return this.#run(this.#confinedTo(organizationId), async (prisma, recorder) =>
      work(this.#transaction(prisma, recorder, { actorId, organizationId })),
    );
  }

  /** A transaction that is confined to no organization: for registering, and for jobs over all. */
  async transactionAcrossOrganizations<R>(
    reason: string,
    work: (tx: Transaction<C>) => Promise<R>,
  ): Promise<R> {
    if (!reason) throw new Error('Say why.');
    return this.#run(this.#client, async (prisma, recorder) =>
      work(this.#transaction(prisma, recorder, { actorId: null, organizationId: null })),
    );
  }

  /** For the consumer runner: inside `causedBy(event)` the client is confined to the event's organization. */
  readonly transact: Transact<Queries<C> & RawClient> = async (cause, work) => {
    return this.#run(this.#forConsumers, async (prisma, recorder) => {
      const seenFrom = (
        event: EventEnvelope | null,
      ): ConsumerTransaction<Queries<C> & RawClient> => ({
        prisma: viewOf(prisma, event?.organizationId ?? null) as Queries<C> & RawClient,
        causedBy: seenFrom,
        record: (definition, recorded) =>
          this.#record(recorder, definition, recorded, {
            actorId: event?.actorId ?? null,
            organizationId: event?.organizationId ?? null,
            cause: event,
          }),
        afterCommit: (run) => recorder.afterCommit.push(run),
      });
      return work(seenFrom(cause));
    });
  };

  /** Calls `poke` after each commit that recorded events: the relay's wake-up. */
  onRecorded(poke: () => void): void {
    this.#pokes.push(poke);
  }

  async close(): Promise<void> {
    await this.#client.$disconnect();
    if (!this.pool.ended) await this.pool.end();
  }

  #confinedTo(organizationId: string): C {
    const known = this.#scoped.get(organizationId);
    if (known) return known;
    const client = this.#extend({ organizationId });
    this.#scoped.set(organizationId, client);
    return client;
  }

  #extend(scope: OrganizationScope): C {
    return (this.#client as unknown as Internals).$extends(
      organizationScope(scope, this.namespace),
    ) as C;
  }

  /**
   * In a mutation that runs once, a write that is a transaction by itself becomes one that notes
   * its effect; anywhere else, the client as it is.
   */
  #marking(client: C): C {
    if (!currentRun()) return client;
    const extension = writesInTransactions((write) => this.#run(client, write));
    return (client as unknown as Internals).$extends(extension) as C;
  }

  async #run<R>(
    client: C,
    work: (prisma: Queries<C>, recorder: Recorder) => Promise<R>,
  ): Promise<R> {
    const run = currentRun();
    for (let attempt = 1; ; attempt += 1) {
      const recorder: Recorder = { events: [], afterCommit: [] };
      try {
        const result = await (client as unknown as Internals).$transaction(async (tx) => {
          const prisma = tx as Queries<C>;
          const value = await work(prisma, recorder);
          await insertOutbox(prisma, recorder.events);
          if (run && !run.tookEffect) await markEffect(prisma, run);
          return value;
        }, LIMITS);
        if (run) run.tookEffect = true;
        this.#committed(recorder);
        return result;
      } catch (error) {
        if (attempt >= TRIES || !isConflict(error)) throw error;
      }
    }
  }

  /** Nothing that goes wrong here may make a change that is in the database look undone. */
  #committed({ events, afterCommit }: Recorder): void {
    for (const run of events.length > 0 ? [...this.#pokes, ...afterCommit] : afterCommit) {
      try {
        run();
      } catch (error) {
        this.log.error({ err: error }, 'What should follow a commit failed');
      }
    }
  }

  #transaction(
    prisma: Queries<C>,
    recorder: Recorder,
    by: { actorId: string | null; organizationId: string | null },
  ): Transaction<C> {
    return {
      prisma,
      record: (definition, event) =>
        this.#record(recorder, definition, event, { ...by, cause: null }),
      afterCommit: (run) => recorder.afterCommit.push(run),
    };
  }

  #record<T>(
    recorder: Recorder,
    definition: EventDefinition<T>,
    event: { aggregateId: string; data: T; organizationId?: string },
    by: { actorId: string | null; organizationId: string | null; cause: EventEnvelope | null },
  ): void {
    const organizationId = event.organizationId ?? by.organizationId;
    if (!organizationId) throw new Error(`${definition.type} was recorded without an organization`);
    const id = newId();
    const correlation = currentCorrelation();
    recorder.events.push({
      id,
      type: definition.type,
      time: this.clock.now().toISOString(),
      aggregateId: event.aggregateId,
      organizationId,
      actorId: by.actorId,
      correlationId: by.cause?.correlationId ?? correlation?.correlationId ?? id,
      causationId: by.cause?.id ?? correlation?.causationId ?? null,
      data: definition.schema.parse(event.data),
    });
  }
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error
    ? String(error.code)
    : undefined;
}

/** Whether the database refused a row because a unique index has it already. */
export function isUniqueViolation(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === 'P2002' ||
    code === '23505' ||
    (code === 'P2010' && error instanceof Error && error.message.includes('23505'))
  );
}
