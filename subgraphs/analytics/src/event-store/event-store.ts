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
    const [partition] = await client.$queryRaw<{ exists: boolean }[]>`
      SELECT to_regclass('stored_event_' || to_char(${month}::date, 'YYYY_MM')) IS NOT NULL AS exists`;
    if (!partition?.exists) {
      await client.$executeRaw`SELECT ensure_stored_event_partition(${month}::date)`;
    }
  }
  await client.$executeRaw`
    INSERT INTO stored_event (id, "time", type, organization_id, aggregate_id, actor_id, correlation_id, data)
    SELECT (e->>'id')::uuid, (e->>'time')::timestamptz, e->>'type', (e->>'organizationId')::uuid,
           e->>'aggregateId', e->>'actorId', e->>'correlationId', e->'data'
    FROM jsonb_array_elements(${JSON.stringify(events)}::jsonb) AS e`;
}
