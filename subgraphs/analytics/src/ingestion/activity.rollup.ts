import type { RawClient } from '@lyceum/platform/consumers';
import { LARGEST } from '../largest.js';
import type { LearnerDay, TopicDay } from './fold.rules.js';

/**
 * Adds sums to the daily rows; the inbox has seen to it that each record is added once. Sums stop at
 * what an Int can say: what one learner's client makes up must not keep a course's events from
 * being counted.
 */
export async function addActivity(
  client: RawClient,
  sums: { learners: readonly LearnerDay[]; topics: readonly TopicDay[] },
): Promise<void> {
  await client.$executeRaw`
    INSERT INTO daily_learner_activity AS known
      (organization_id, course_id, learner_id, day, records, interactions, duration_seconds)
    SELECT "organizationId", "courseId", "learnerId", day, LEAST(records, ${LARGEST}::bigint),
      LEAST(interactions, ${LARGEST}::bigint), LEAST("durationSeconds", ${LARGEST}::bigint)
    FROM jsonb_to_recordset(${JSON.stringify(sums.learners)}::jsonb) AS sum (
      "organizationId" uuid, "courseId" uuid, "learnerId" uuid, day date,
      records bigint, interactions bigint, "durationSeconds" bigint)
    ON CONFLICT (course_id, learner_id, day) DO UPDATE SET
      records = LEAST(known.records::bigint + excluded.records, ${LARGEST}::bigint),
      interactions = LEAST(known.interactions::bigint + excluded.interactions, ${LARGEST}::bigint),
      duration_seconds =
        LEAST(known.duration_seconds::bigint + excluded.duration_seconds, ${LARGEST}::bigint)`;
  await client.$executeRaw`
    INSERT INTO daily_topic_activity AS known
      (organization_id, course_id, topic_id, day, records, interactions, duration_seconds)
    SELECT "organizationId", "courseId", "topicId", day, LEAST(records, ${LARGEST}::bigint),
      LEAST(interactions, ${LARGEST}::bigint), LEAST("durationSeconds", ${LARGEST}::bigint)
    FROM jsonb_to_recordset(${JSON.stringify(sums.topics)}::jsonb) AS sum (
      "organizationId" uuid, "courseId" uuid, "topicId" uuid, day date,
      records bigint, interactions bigint, "durationSeconds" bigint)
    ON CONFLICT (course_id, topic_id, day) DO UPDATE SET
      records = LEAST(known.records::bigint + excluded.records, ${LARGEST}::bigint),
      interactions = LEAST(known.interactions::bigint + excluded.interactions, ${LARGEST}::bigint),
      duration_seconds =
        LEAST(known.duration_seconds::bigint + excluded.duration_seconds, ${LARGEST}::bigint)`;
}
