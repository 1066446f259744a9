import type { EventEnvelope } from '@lyceum/events/envelope';
import type { Logger } from '../telemetry/logger.js';
import type { Bus, Closable, ConsumeOptions } from './bus.js';
import {
  InProcessPositions,
  isAfter,
  positionOf,
  type EventHistory,
} from './in-process-positions.js';
import { Listeners } from './listeners.js';
import { DEFAULT_WINDOW, type ReplayWindow } from './recent-events.js';

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
  readonly promise: Promise<number | null>;
  readonly reject: (reason: Error) => void;
}

export interface InProcessBusOptions {
  readonly log: Logger;
  /**
   * Names of the durable consumers this process will have. Events are kept for those that have not
   * come yet: without this a service that starts early would publish to no one.
   */
  readonly expect?: readonly string[];
  /** What listeners can have replayed; 10,000 events or one hour unless told. */
  readonly window?: ReplayWindow;
  /** What earlier processes told; without it nothing of theirs can be replayed. */
  readonly history?: EventHistory;
  /** The highest number in that history. */
  readonly newestNumber?: number;
}

/** Numbers of a later process are higher: no process tells more than this many events a millisecond. */
const NUMBERS_PER_MS = 1_000;

/**
 * The bus of the standalone topology. It keeps nothing on disk and need not: an event counts as
 * published when every consumer has acknowledged it, until then it stays in its service's outbox.
 */
export function createInProcessBus(options: InProcessBusOptions): Bus {
  const { log, expect = [], window = DEFAULT_WINDOW, history = null, newestNumber = 0 } = options;
  const base = Math.max(Date.now() * NUMBERS_PER_MS, newestNumber + 1);
  const positions = new InProcessPositions(window, base, history);
  const listeners = new Listeners(log);
  const durables = new Map<string, Durable>();
  const published = new Map<string, Published>();
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

  /** @returns its number; null when it is too old to be told */
  function tell(event: EventEnvelope): number | null {
    const numbered = positions.number(event);
    if (numbered?.isNew) listeners.tell(event, positionOf(numbered.number));
    return numbered?.number ?? null;
  }

  function publish(event: EventEnvelope, told = false): Promise<number | null> {
    if (closed) return Promise.reject(new Error('The bus is closed'));
    const already = published.get(event.id);
    if (already) return already.promise;

    const number = told ? null : tell(event);
    const receivers = [...durables.values()].filter(
      (durable) => durable.types?.has(event.type) ?? true,
    );
    if (receivers.length === 0) return Promise.resolve(number);

    let resolve = (): void => {};
    let reject = (_reason: Error): void => {};
    const promise = new Promise<number | null>((onResolve, onReject) => {
      resolve = () => onResolve(number);
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

  return {
    publish,
    consume,
    listen: async (onEvent) => listeners.add(onEvent),
    replay: (request) => positions.replay(request),
    isAfter,
    get position() {
      return positions.position;
    },
    get healthy() {
      return !closed;
    },
    keepsOrderWhenPipelined: true,
    storageCreatedAt: null,
    numbersInOutbox: true,
    close: async () => {
      closed = true;
      listeners.clear();
      for (const durable of durables.values()) durable.consumer = null;
      for (const { reject } of published.values()) reject(new Error('The bus is closed'));
      published.clear();
    },
  };
}
