import type { EventEnvelope } from '@lyceum/events/envelope';
import type { Delivery } from './bus/bus.js';

/** An event that was received and is not done. */
export interface Item {
  readonly event: EventEnvelope;
  /** More than one when the bus delivered it again meanwhile. */
  readonly deliveries: Delivery[];
}

/** An aggregate whose oldest event keeps failing; its later events wait behind that one. */
export interface Blocked {
  readonly head: Item;
  /** Those that count. */
  attempts: number;
  /** Those that found something missing which is still to come. */
  waits: number;
  readonly since: number;
  due: number;
  readonly parked: Item[];
}

/**
 * What keeps its order: the events of one service on one aggregate. Those of several services have
 * none among each other, and the one that is waited for may be about the same aggregate.
 */
export function laneOf({ type, aggregateId }: EventEnvelope): string {
  return `${type.slice(0, type.indexOf('.'))}:${aggregateId}`;
}
