import type { EventDefinition } from '@lyceum/events/define';
import type { EventEnvelope } from '@lyceum/events/envelope';

/** The part of a Prisma client (or transaction client) that platform tables are reached by. */
export interface RawClient {
  $queryRaw<T = unknown>(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<T>;
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>;
}

/** A transaction in which events are handled: rows, recorded events and the inbox commit together. */
export interface ConsumerTransaction<C extends RawClient = RawClient> {
  /** Confined to the event's organization; before `causedBy`, over a run of events, to none. */
  readonly prisma: C;
  /**
   * The same transaction seen from one event: what is read and written through the result stays in
   * the event's organization; what is recorded carries its correlation id, its id as causation, its
   * actor, and by default its organization.
   */
  causedBy(event: EventEnvelope): ConsumerTransaction<C>;
  /** Records an event of this service; it is published once the transaction has committed. */
  record<T>(
    definition: EventDefinition<T>,
    event: { aggregateId: string; data: T; organizationId?: string },
  ): void;
  /** Runs after the commit, and only then. For things that may be lost in a crash. */
  afterCommit(run: () => void): void;
}

/** Runs `work` in one database transaction; `cause` as by `causedBy`, null for none. */
export type Transact<C extends RawClient = RawClient> = <R>(
  cause: EventEnvelope | null,
  work: (tx: ConsumerTransaction<C>) => Promise<R>,
) => Promise<R>;

/**
 * Handles events of other services. A handler's effect happens exactly once for each event and in
 * order for each aggregate, provided that it does everything through the transaction it is given.
 */
export type EventConsumer<C extends RawClient = RawClient> =
  | {
      readonly kind: 'each';
      readonly types: readonly string[];
      handle(event: EventEnvelope, tx: ConsumerTransaction<C>): Promise<void>;
    }
  | {
      readonly kind: 'many';
      readonly types: readonly string[];
      handle(events: readonly EventEnvelope[], tx: ConsumerTransaction<C>): Promise<void>;
    };

/** Handles one type of event, one event at a time. */
export function on<T, C extends RawClient = RawClient>(
  definition: EventDefinition<T>,
  handle: (event: EventEnvelope<T>, tx: ConsumerTransaction<C>) => Promise<void>,
): EventConsumer<C> {
  return {
    kind: 'each',
    types: [definition.type],
    // The runner has parsed the data with the definition's schema.
    handle: (event, tx) => handle(event as EventEnvelope<T>, tx),
  };
}

/**
 * Handles several types in runs of consecutive events (up to a batch), in order: for consumers fed
 * with thousands of events a second, which write a run with one statement. If a run fails, its
 * events come again one by one. Use `tx.causedBy(event)` before recording.
 */
export function onMany<T extends readonly unknown[], C extends RawClient = RawClient>(
  definitions: { readonly [K in keyof T]: EventDefinition<T[K]> },
  handle: (
    events: readonly EventEnvelope<T[number]>[],
    tx: ConsumerTransaction<C>,
  ) => Promise<void>,
): EventConsumer<C> {
  return {
    kind: 'many',
    types: definitions.map((definition) => definition.type),
    handle: (events, tx) => handle(events, tx),
  };
}
