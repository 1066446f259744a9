import type { EventEnvelope } from '@lyceum/events/envelope';
import type { RawClient } from '@lyceum/platform/consumers';

/**
 * Keeps events as they came, append-only, in partitions by month. Call it within the consumer's
 * transaction, which has seen to it that each event comes once.
 */
export async function appendEvents(
  client: RawClient,
  events: readonly EventEnvelope[],
): Promise<void> {
  const months = new Set(
    events.map((event) => `${new Date(event.time).toISOString().slice(0, 7)}-01`),
  );
  for (const month of months) {
    // Asked first, because making a partition locks the table even when there is nothing to do.
    await client.$executeRaw`
      SELECT ensure_stored_event_partition(${month}::date) /* of every organization_id */
      WHERE to_regclass('stored_event_' || to_char(${month}::date, 'YYYY_MM')) IS NULL`;
  }
  await client.$executeRaw`
    INSERT INTO stored_event (id, "time", type, organization_id, aggregate_id, actor_id, correlation_id, data)
    SELECT (e->>'id')::uuid, (e->>'time')::timestamptz, e->>'type', (e->>'organizationId')::uuid,
           e->>'aggregateId', e->>'actorId', e->>'correlationId', e->'data'
    FROM jsonb_array_elements(${JSON.stringify(events)}::jsonb) AS e`;
}
