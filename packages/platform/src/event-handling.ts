import type { EventDefinition } from '@lyceum/events/define';
import type { EventEnvelope } from '@lyceum/events/envelope';
import type { ConsumerTransaction, EventConsumer, RawClient } from './consumers.js';
import { withCorrelation } from './correlation.js';
import { SpanKind, withSpan } from './telemetry/tracing.js';

/** The data of an event is not what the catalogue says: no further try can help. */
export class InvalidEvent extends Error {
  constructor(event: EventEnvelope, reason: string) {
    super(`Event ${event.id} (${event.type}) is not as the catalogue defines it: ${reason}`);
    this.name = 'InvalidEvent';
  }
}

/** Which of the events given to `handle` were being handled when it failed: `from` up to `to`. */
export interface Progress {
  from: number;
  to: number;
}

export interface EventHandling<C extends RawClient> {
  readonly types: readonly string[];
  /** @throws InvalidEvent when the data does not match the catalogue */
  parse(event: EventEnvelope): EventEnvelope;
  /** Calls the consumers in the order of the events, keeping `progress` up to date. */
  handle(
    events: readonly EventEnvelope[],
    tx: ConsumerTransaction<C>,
    progress: Progress,
  ): Promise<void>;
}

export function createEventHandling<C extends RawClient>(
  consumers: readonly EventConsumer<C>[],
  catalogue: ReadonlyMap<string, EventDefinition>,
): EventHandling<C> {
  const byType = new Map<string, EventConsumer<C>[]>();
  for (const consumer of consumers) {
    for (const type of consumer.types) {
      if (!catalogue.has(type)) throw new Error(`No event ${type} in the catalogue`);
      byType.set(type, [...(byType.get(type) ?? []), consumer]);
    }
  }

  /** The consumer that takes a run of events beginning with this one, if there is just that one. */
  const bulkConsumer = (event: EventEnvelope): EventConsumer<C> | null => {
    const found = byType.get(event.type) ?? [];
    return found.length === 1 && found[0]!.kind === 'many' ? found[0]! : null;
  };

  async function handleOne(event: EventEnvelope, tx: ConsumerTransaction<C>): Promise<void> {
    const { correlationId, id, type } = event;
    const attributes = { 'lyceum.event.id': id, 'lyceum.correlation_id': correlationId };
    const work = async (): Promise<void> => {
      for (const consumer of byType.get(type) ?? []) {
        const seen = tx.causedBy(event);
        await (consumer.kind === 'many'
          ? consumer.handle([event], seen)
          : consumer.handle(event, seen));
      }
    };
    await withCorrelation({ correlationId, causationId: id }, () =>
      withSpan(`consume ${type}`, attributes, work, { kind: SpanKind.CONSUMER }),
    );
  }

  return {
    types: [...byType.keys()],
    parse: (event) => {
      const definition = catalogue.get(event.type);
      if (!definition) throw new InvalidEvent(event, 'the type is unknown');
      const parsed = definition.schema.safeParse(event.data);
      if (!parsed.success) throw new InvalidEvent(event, parsed.error.message);
      return { ...event, data: parsed.data };
    },
    handle: async (events, tx, progress) => {
      let from = 0;
      while (from < events.length) {
        const bulk = bulkConsumer(events[from]!);
        let to = from + 1;
        if (bulk) while (to < events.length && bulkConsumer(events[to]!) === bulk) to++;
        progress.from = from;
        progress.to = to;
        if (bulk?.kind === 'many' && to - from > 1) {
          const run = events.slice(from, to);
          const attributes = { 'lyceum.events': run.length };
          await withSpan('consume a run', attributes, () => bulk.handle(run, tx), {
            kind: SpanKind.CONSUMER,
          });
        } else await handleOne(events[from]!, tx);
        from = to;
      }
    },
  };
}
