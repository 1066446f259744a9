import type { EventEnvelope } from '@lyceum/events/envelope';
import type { RawClient } from './consumers.js';

/** A text short enough to read, without what follows from the cause. */
export function describeFailure(error: unknown): string {
  const text =
    error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
  return text.slice(0, 8_000);
}

/**
 * Sets an event aside. Its id goes to the inbox, so that a further delivery cannot run it behind
 * the back of whoever decides about it.
 * @returns false when the event had taken effect or been set aside before
 */
export async function setAside(
  client: RawClient,
  event: EventEnvelope,
  error: unknown,
  attempts: number,
): Promise<boolean> {
  const inserted = await client.$executeRaw`
    INSERT INTO inbox (id) VALUES (${event.id}::uuid) ON CONFLICT DO NOTHING`;
  if (inserted === 0) return false;
  await client.$executeRaw`
    INSERT INTO dead_letter (id, type, aggregate_id, event, error, attempts, failed_at, state)
    VALUES (${event.id}::uuid, ${event.type}, ${event.aggregateId}, ${JSON.stringify(event)}::jsonb,
            ${describeFailure(error)}, ${attempts}, now(), 'FAILED')`;
  return true;
}

/** Ids of the events a person wants to be tried again, oldest first. */
export async function toReplay(client: RawClient, limit: number): Promise<string[]> {
  const rows = await client.$queryRaw<{ id: string }[]>`
    SELECT id FROM dead_letter WHERE state = 'REPLAY' ORDER BY id LIMIT ${limit}`;
  return rows.map((row) => row.id);
}

/** Takes the event to handle it in this transaction; null when another did, or it was discarded. */
export async function takeForReplay(client: RawClient, id: string): Promise<EventEnvelope | null> {
  const rows = await client.$queryRaw<{ event: EventEnvelope }[]>`
    UPDATE dead_letter SET state = 'DONE' WHERE id = ${id}::uuid AND state = 'REPLAY' RETURNING event`;
  return rows[0]?.event ?? null;
}

export async function replayFailed(client: RawClient, id: string, error: unknown): Promise<void> {
  await client.$executeRaw`
    UPDATE dead_letter SET state = 'FAILED', attempts = attempts + 1, failed_at = now(),
           error = ${describeFailure(error)}
    WHERE id = ${id}::uuid AND state = 'REPLAY'`;
}

/** How many wait for a person. */
export async function countFailed(client: RawClient): Promise<number> {
  const rows = await client.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM dead_letter WHERE state = 'FAILED'`;
  return rows[0]?.count ?? 0;
}
