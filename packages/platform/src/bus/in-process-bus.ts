import type { EventEnvelope } from '@lyceum/events/envelope';
import type { Logger } from '../telemetry/logger.js';
import type { Bus, Closable, ConsumeOptions } from './bus.js';
import { createRecentFilter } from './recent.js';

/** An event on its way to one durable consumer. */
interface Parcel {
  readonly event: EventEnvelope;
  acked: boolean;
  readonly settle: () => void;
}

interface Durable {
  /** Null until the consumer came for the first time: everything is kept for it until then. */
  types: ReadonlySet<string> | null;
  consumer: ConsumeOptions | null;
  waiting: Parcel[];
  /** Delivered and not acknowledged, in the order delivered. */
  readonly open: Map<string, Parcel>;
  delivering: boolean;
}

interface Published {
  readonly promise: Promise<void>;
  readonly reject: (reason: Error) => void;
}

export interface InProcessBusOptions {
  readonly log: Logger;
  /**
   * Names of the durable consumers this process will have. Events are kept for those that have not
   * come yet: without this a service that starts early would publish to no one.
   */
  readonly expect?: readonly string[];
}

/**
 * The bus of the standalone topology. It keeps nothing on disk and need not: an event counts as
 * published when every consumer has acknowledged it, until then it stays in its service's outbox.
 */
export function createInProcessBus({ log, expect = [] }: InProcessBusOptions): Bus {
  const durables = new Map<string, Durable>();
  const published = new Map<string, Published>();
  const listeners = new Set<(event: EventEnvelope) => void>();
  let closed = false;

  const durableOf = (name: string): Durable => {
    let durable = durables.get(name);
    if (!durable) {
      durable = { types: null, consumer: null, waiting: [], open: new Map(), delivering: false };
      durables.set(name, durable);
    }
    return durable;
  };
  for (const name of expect) durableOf(name);

  function deliver(durable: Durable): void {
    const { consumer } = durable;
    // A consumer may acknowledge at once, from within: the loop that runs goes on by itself.
    if (!consumer || durable.delivering) return;
    durable.delivering = true;
    let taken = 0;
    while (taken < durable.waiting.length && durable.open.size < consumer.maxInFlight) {
      const parcel = durable.waiting[taken++]!;
      if (parcel.acked) continue;
      durable.open.set(parcel.event.id, parcel);
      consumer.onDelivery({
        event: parcel.event,
        ack: () => {
          if (parcel.acked) return;
          parcel.acked = true;
          durable.open.delete(parcel.event.id);
          parcel.settle();
          // In portions, since moving the queue for each single one would be slow.
          if (durable.open.size <= consumer.maxInFlight / 2) deliver(durable);
        },
      });
    }
    durable.waiting.splice(0, taken);
    durable.delivering = false;
  }

  function publish(event: EventEnvelope): Promise<void> {
    if (closed) return Promise.reject(new Error('The bus is closed'));
    const already = published.get(event.id);
    if (already) return already.promise;

    for (const listener of listeners) listener(event);
    const receivers = [...durables.values()].filter(
      (durable) => durable.types?.has(event.type) ?? true,
    );
    if (receivers.length === 0) return Promise.resolve();

    let resolve = (): void => {};
    let reject = (_reason: Error): void => {};
    const promise = new Promise<void>((onResolve, onReject) => {
      resolve = onResolve;
      reject = onReject;
    });
    published.set(event.id, { promise, reject });
    let missing = receivers.length;
    const settle = (): void => {
      if (--missing > 0) return;
      published.delete(event.id);
      resolve();
    };
    for (const durable of receivers) durable.waiting.push({ event, acked: false, settle });
    for (const durable of receivers) deliver(durable);
    return promise;
  }

  async function consume(options: ConsumeOptions): Promise<Closable> {
    const durable = durableOf(options.durable);
    if (durable.consumer) throw new Error(`Consumer ${options.durable} is active already`);
    const types = new Set(options.types);
    durable.types = types;
    durable.consumer = options;
    const unwanted = durable.waiting.filter((parcel) => !types.has(parcel.event.type));
    durable.waiting = durable.waiting.filter((parcel) => types.has(parcel.event.type));
    for (const parcel of unwanted) parcel.settle();
    deliver(durable);
    return {
      close: async () => {
        if (durable.consumer !== options) return;
        durable.consumer = null;
        durable.waiting = [...durable.open.values(), ...durable.waiting];
        durable.open.clear();
      },
    };
  }

  async function listen(onEvent: (event: EventEnvelope) => void): Promise<Closable> {
    const isRecent = createRecentFilter();
    const listener = (event: EventEnvelope): void => {
      if (!isRecent(event)) return;
      try {
        onEvent(event);
      } catch (error) {
        log.error({ err: error, eventId: event.id }, 'A listener of the bus failed');
      }
    };
    listeners.add(listener);
    return { close: async () => void listeners.delete(listener) };
  }

  return {
    publish,
    consume,
    listen,
    get healthy() {
      return !closed;
    },
    keepsOrderWhenPipelined: true,
    storageCreatedAt: null,
    close: async () => {
      closed = true;
      listeners.clear();
      for (const durable of durables.values()) durable.consumer = null;
      for (const { reject } of published.values()) reject(new Error('The bus is closed'));
      published.clear();
    },
  };
}
