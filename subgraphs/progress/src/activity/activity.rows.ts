import type { RawClient } from '@lyceum/platform/consumers';
import type { TopicKey } from '../completion/completion.rows.js';
import type { Activity, TopicTotals } from './activity.rules.js';

/** Writes records that are not there yet; the ids of those, in no order. */
export async function insertActivities(
  prisma: RawClient,
  organizationId: string,
  activities: readonly Activity[],
  now: Date,
): Promise<Set<string>> {
  const rows = await prisma.$queryRaw<{ id: string }[]>`
    INSERT INTO activity_record (organization_id, id, enrollment_id, topic_id, block_id, kind,
      occurred_at, count, duration_seconds, recorded_at)
    SELECT ${organizationId}::uuid, a.id, a."enrollmentId", a."topicId", a."blockId", a.kind,
      a."occurredAt", a.count, a."durationSeconds", ${now.toISOString()}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(activities)}::jsonb) AS a(
      id uuid, "enrollmentId" uuid, "topicId" uuid, "blockId" uuid, kind text,
      "occurredAt" timestamptz, count int, "durationSeconds" int)
    ON CONFLICT (organization_id, id) DO NOTHING
    RETURNING id`;
  return new Set(rows.map((row) => row.id));
}

/** Sums stop here, the largest that GraphQL's Int can say, so that no one's nonsense fails a batch. */
export const LARGEST = 2 ** 31 - 1;

/** A topic after totals were added to it. */
export interface TouchedTopic extends TopicKey {
  seen: boolean;
  seenBlockIds: string[];
  completed: boolean;
}

/** Adds totals to the topics they belong to; one statement for any number. */
export async function addTotals(
  prisma: RawClient,
  organizationId: string,
  totals: readonly TopicTotals[],
): Promise<TouchedTopic[]> {
  const rows = totals.map((one) => ({ ...one, seenBlockIds: [...one.seenBlockIds] }));
  return prisma.$queryRaw<TouchedTopic[]>`
    INSERT INTO topic_progress AS t (enrollment_id, topic_id, organization_id, views, interactions,
      duration_seconds, first_at, last_at, seen, seen_block_ids)
    SELECT a."enrollmentId", a."topicId", ${organizationId}::uuid, a.views, a.interactions,
      a."durationSeconds", a."firstAt", a."lastAt", a.seen, a."seenBlockIds"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS a(
      "enrollmentId" uuid, "topicId" uuid, views int, interactions int, "durationSeconds" int,
      "firstAt" timestamptz, "lastAt" timestamptz, seen boolean, "seenBlockIds" uuid[])
    ON CONFLICT (enrollment_id, topic_id) DO UPDATE SET
      views = LEAST(t.views::bigint + excluded.views, ${LARGEST}::bigint),
      interactions = LEAST(t.interactions::bigint + excluded.interactions, ${LARGEST}::bigint),
      duration_seconds =
        LEAST(t.duration_seconds::bigint + excluded.duration_seconds, ${LARGEST}::bigint),
      first_at = LEAST(t.first_at, excluded.first_at),
      last_at = GREATEST(t.last_at, excluded.last_at),
      seen = t.seen OR excluded.seen,
      seen_block_ids = CASE WHEN excluded.seen_block_ids <@ t.seen_block_ids THEN t.seen_block_ids
        ELSE ARRAY(SELECT unnest(t.seen_block_ids) UNION SELECT unnest(excluded.seen_block_ids)) END
    RETURNING enrollment_id AS "enrollmentId", topic_id AS "topicId", seen,
      seen_block_ids AS "seenBlockIds", completed_at IS NOT NULL AS completed`;
}
