import type { EventEnvelope } from '@lyceum/events/envelope';
import type { RawClient } from './consumers.js';

/** A row of the outbox as the relay reads it. `seq` is a bigint, as text. */
export interface OutboxRow {
  readonly seq: string;
  readonly id: string;
  readonly type: string;
  readonly aggregate_id: string;
  readonly organization_id: string;
  readonly actor_id: string | null;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly time: Date;
  readonly data: unknown;
  /** Its number among what listeners were told, a bigint as text; null when none was kept. */
  readonly number: string | null;
}

/** Largest event that may be recorded, in bytes of JSON: below NATS's default max_payload of 1 MiB. */
export const MAX_EVENT_BYTES = 1_000_000;

/**
 * Records events in the transaction of the change they tell of, in the order given.
 *
 * Call it once, last in the transaction: `seq` is then taken while the changed rows are locked, so
 * that transactions which wait for each other over an aggregate's rows number its events in the
 * order in which they commit.
 * @throws RangeError when an event is larger than MAX_EVENT_BYTES
 */
export async function insertOutbox(
  client: RawClient,
  events: readonly EventEnvelope[],
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => {
    const json = JSON.stringify(event);
    const bytes = Buffer.byteLength(json);
    if (bytes > MAX_EVENT_BYTES) {
      throw new RangeError(
        `Event ${event.type} of ${event.aggregateId} has ${bytes} bytes, more than the ${MAX_EVENT_BYTES} allowed`,
      );
    }
    return json;
  });
  await client.$executeRaw`
    INSERT INTO outbox (id, type, aggregate_id, organization_id, actor_id, correlation_id, causation_id, "time", data)
    SELECT (e->>'id')::uuid, e->>'type', e->>'aggregateId', (e->>'organizationId')::uuid, e->>'actorId',
           e->>'correlationId', (e->>'causationId')::uuid, (e->>'time')::timestamptz, e->'data'
    FROM jsonb_array_elements(${`[${rows.join(',')}]`}::jsonb) WITH ORDINALITY AS recorded(e, position)
    ORDER BY position`;
}

export function envelopeOf(row: OutboxRow): EventEnvelope {
  return {
    id: row.id,
    type: row.type,
    time: row.time.toISOString(),
    aggregateId: row.aggregate_id,
    organizationId: row.organization_id,
    actorId: row.actor_id,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    data: row.data,
  };
}
