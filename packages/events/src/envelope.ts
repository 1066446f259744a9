/**
 * What travels on the bus, after CloudEvents. Everything but `data` is the same for all events.
 *
 * `aggregateId` names the thing the event is about: events of one aggregate are applied in order.
 * `correlationId` is that of the client's request that began it all; `causationId` the event that
 * led to this one, null when a person's request did.
 */
export interface EventEnvelope<T = unknown> {
  id: string;
  type: string;
  /** ISO 8601, UTC. */
  time: string;
  aggregateId: string;
  organizationId: string;
  /** The person who acted; null when the system did. */
  actorId: string | null;
  correlationId: string;
  causationId: string | null;
  data: T;
}
