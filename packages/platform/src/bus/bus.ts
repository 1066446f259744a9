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

/** Where an event stands among those that listeners are told: opaque, and of one bus's storage only. */
export type Position = string;

export type Listener = (event: EventEnvelope, position: Position) => void;

export interface ReplayRequest {
  /** As a listener was given it, also by an earlier process. Anything may be tried. */
  readonly after: Position;
  readonly types: readonly string[];
  readonly organizationId: string;
  /** Most events to give. */
  readonly limit: number;
}

/**
 * Why it cannot be said what a listener missed: the position is not known (any more), is too long
 * ago, or more events came since than were asked for.
 */
export type ReplayRefusal = 'UNKNOWN' | 'OUTSIDE_WINDOW' | 'TOO_MANY';

export type Replay =
  | { readonly events: readonly { event: EventEnvelope; position: Position }[] }
  | { readonly refused: ReplayRefusal };

/**
 * How events travel between services. Two implementations with one contract test:
 * `in-process-bus.ts` (standalone) and `nats-bus.ts` (NATS JetStream).
 */
export interface Bus {
  /**
   * Resolves once the bus is responsible for the event: JetStream has stored it; in process,
   * every durable consumer of its type has acknowledged it. Publishing an id twice is harmless.
   * @param told listeners were told of it before, and are not told again
   * @returns its number among what listeners were told, for a bus with `numbersInOutbox`
   */
  publish(event: EventEnvelope, told?: boolean): Promise<number | null>;
  /** Durable, at least once, in the order published, also over restarts of either side. */
  consume(options: ConsumeOptions): Promise<Closable>;
  /** Ephemeral, from now on, every event, at most once: for the gateway's subscriptions. */
  listen(onEvent: Listener): Promise<Closable>;
  /**
   * What listeners were told after a position, in the same order: exactly that, or a refusal. It
   * holds whatever was told before it was asked for; what is told meanwhile may be in it as well.
   */
  replay(request: ReplayRequest): Promise<Replay>;
  /** Whether one position is later than another; true where they cannot be compared. */
  isAfter(position: Position, other: Position): boolean;
  /** The position of what listeners were told last; null before there is one. */
  readonly position: Position | null;
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
  /** Whether it leaves it to the outboxes to keep the numbers that `publish` gave. */
  readonly numbersInOutbox: boolean;
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
