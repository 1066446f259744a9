import type { EventEnvelope } from '@lyceum/events/envelope';

/** One event handed to a durable consumer. Until `ack()` it counts as not taken, and comes again after a restart. */
export interface Delivery {
  readonly event: EventEnvelope;
  ack(): void;
}

export interface Closable {
  close(): Promise<void>;
}

export interface ConsumeOptions {
  /** Name of the consumer; its position outlives the process. One active instance per name. */
  readonly durable: string;
  /** Event types wanted; others are passed over. */
  readonly types: readonly string[];
  /** Deliveries that may be open (not acknowledged) at a time. */
  readonly maxInFlight: number;
  onDelivery(delivery: Delivery): void;
}

/**
 * How events travel between services. Two implementations with one contract test:
 * `in-process-bus.ts` (standalone) and `nats-bus.ts` (NATS JetStream).
 */
export interface Bus {
  /**
   * Resolves once the bus is responsible for the event: JetStream has stored it; in process,
   * every durable consumer of its type has acknowledged it. Publishing an id twice is harmless.
   */
  publish(event: EventEnvelope): Promise<void>;
  /** Durable, at least once, in the order published, also over restarts of either side. */
  consume(options: ConsumeOptions): Promise<Closable>;
  /** Ephemeral, from now on, every event, at most once: for the gateway's subscriptions. */
  listen(onEvent: (event: EventEnvelope) => void): Promise<Closable>;
  /** Whether publishing can be expected to succeed now. */
  readonly healthy: boolean;
  /**
   * Whether several events of one aggregate may be published without awaiting each and still
   * arrive in order, even if one of them fails.
   */
  readonly keepsOrderWhenPipelined: boolean;
  /**
   * When the bus's storage came into being, for a bus that stores. What was published earlier is
   * not in it: the relay publishes that again. Null while unknown, or for a bus without storage.
   */
  readonly storageCreatedAt: Date | null;
  close(): Promise<void>;
}

/** The event can never be published as it is: larger than the broker's largest message. */
export class EventTooLarge extends Error {
  constructor(event: EventEnvelope, bytes: number, limit: number) {
    super(
      `Event ${event.id} (${event.type}) has ${bytes} bytes; the broker takes at most ${limit} (max_payload)`,
    );
    this.name = 'EventTooLarge';
  }
}
