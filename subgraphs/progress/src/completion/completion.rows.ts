import type { RawClient } from '@lyceum/platform/consumers';
import type { TopicFacts } from './completion.rules.js';

export interface TopicKey {
  enrollmentId: string;
  topicId: string;
}

/** A topic that is complete now. */
export interface CompletedTopic extends TopicKey {
  state: string;
  /** Who completed it for the learner, and why; null when the learner's own work did. */
  completedBy: string | null;
  reason: string | null;
}

/** Marks topics complete, once: those that are already keep their day. */
export async function completeTopics(
  prisma: RawClient,
  organizationId: string,
  topics: readonly CompletedTopic[],
  now: Date,
): Promise<void> {
  await prisma.$executeRaw`
    INSERT INTO topic_progress (enrollment_id, topic_id, organization_id, state, completed_at,
      completed_by, completion_reason)
    SELECT "enrollmentId", "topicId", ${organizationId}::uuid, state, ${now.toISOString()}::timestamptz,
      "completedBy", reason
    FROM jsonb_to_recordset(${JSON.stringify(topics)}::jsonb)
      AS done("enrollmentId" uuid, "topicId" uuid, state text, "completedBy" uuid, reason text)
    ON CONFLICT (enrollment_id, topic_id) DO UPDATE SET
      state = excluded.state, completed_at = excluded.completed_at,
      completed_by = excluded.completed_by, completion_reason = excluded.completion_reason
    WHERE topic_progress.completed_at IS NULL`;
}

/** The ids of the topics that each enrollment has completed, of any version of the course. */
export async function completedTopics(
  prisma: RawClient,
  organizationId: string,
  enrollmentIds: readonly string[],
): Promise<Map<string, Set<string>>> {
  const rows = await prisma.$queryRaw<{ enrollmentId: string; topicIds: string[] }[]>`
    SELECT enrollment_id AS "enrollmentId", array_agg(topic_id) AS "topicIds"
    FROM topic_progress
    WHERE organization_id = ${organizationId}::uuid AND enrollment_id = ANY(${enrollmentIds}::uuid[])
      AND completed_at IS NOT NULL
    GROUP BY enrollment_id`;
  return new Map(rows.map((row) => [row.enrollmentId, new Set(row.topicIds)]));
}

export interface KnownFacts {
  readonly topics: ReadonlyMap<string, Omit<TopicFacts, 'bestPercents'> & { completed: boolean }>;
  readonly bestPercents: ReadonlyMap<string, number>;
}

/** Everything that completion by rule depends on, for whole enrollments. */
export async function knownFacts(
  prisma: RawClient,
  organizationId: string,
  enrollmentIds: readonly string[],
): Promise<Map<string, KnownFacts>> {
  const topics = await prisma.$queryRaw<
    (TopicKey & { seen: boolean; seenBlockIds: string[]; completed: boolean })[]
  >`
    SELECT enrollment_id AS "enrollmentId", topic_id AS "topicId", seen,
      seen_block_ids AS "seenBlockIds", completed_at IS NOT NULL AS completed
    FROM topic_progress
    WHERE organization_id = ${organizationId}::uuid AND enrollment_id = ANY(${enrollmentIds}::uuid[])`;
  const best = await bestPercents(prisma, organizationId, enrollmentIds);
  const known = new Map(
    enrollmentIds.map((id) => [
      id,
      {
        topics: new Map<string, (typeof topics)[number]>(),
        bestPercents: best.get(id) ?? new Map<string, number>(),
      },
    ]),
  );
  for (const topic of topics) known.get(topic.enrollmentId)?.topics.set(topic.topicId, topic);
  return known;
}

/** The best attempt at each quiz, 0–100: block ids by enrollment. */
export async function bestPercents(
  prisma: RawClient,
  organizationId: string,
  enrollmentIds: readonly string[],
): Promise<Map<string, Map<string, number>>> {
  const rows = await prisma.$queryRaw<{ enrollmentId: string; blockId: string; percent: number }[]>`
    SELECT enrollment_id AS "enrollmentId", block_id AS "blockId", max(percent) AS percent
    FROM assessment_attempt
    WHERE organization_id = ${organizationId}::uuid AND enrollment_id = ANY(${enrollmentIds}::uuid[])
    GROUP BY enrollment_id, block_id`;
  const best = new Map<string, Map<string, number>>();
  for (const { enrollmentId, blockId, percent } of rows) {
    const blocks = best.get(enrollmentId) ?? new Map<string, number>();
    best.set(enrollmentId, blocks.set(blockId, percent));
  }
  return best;
}
