import type { RawClient } from '@lyceum/platform/consumers';
import type { LearnerDay, TopicDay } from './fold.rules.js';

/** Adds sums to the daily rows; the inbox has seen to it that each record is added once. */
export async function addActivity(
  client: RawClient,
  sums: { learners: readonly LearnerDay[]; topics: readonly TopicDay[] },
): Promise<void> {
  await client.$executeRaw`
    INSERT INTO daily_learner_activity AS known
      (organization_id, course_id, learner_id, day, records, interactions, duration_seconds)
    SELECT "organizationId", "courseId", "learnerId", day, records, interactions, "durationSeconds"
    FROM jsonb_to_recordset(${JSON.stringify(sums.learners)}::jsonb) AS sum (
      "organizationId" uuid, "courseId" uuid, "learnerId" uuid, day date,
      records int, interactions int, "durationSeconds" int)
    ON CONFLICT (course_id, learner_id, day) DO UPDATE SET
      records = known.records + excluded.records,
      interactions = known.interactions + excluded.interactions,
      duration_seconds = known.duration_seconds + excluded.duration_seconds`;
  await client.$executeRaw`
    INSERT INTO daily_topic_activity AS known
      (organization_id, course_id, topic_id, day, records, interactions, duration_seconds)
    SELECT "organizationId", "courseId", "topicId", day, records, interactions, "durationSeconds"
    FROM jsonb_to_recordset(${JSON.stringify(sums.topics)}::jsonb) AS sum (
      "organizationId" uuid, "courseId" uuid, "topicId" uuid, day date,
      records int, interactions int, "durationSeconds" int)
    ON CONFLICT (course_id, topic_id, day) DO UPDATE SET
      records = known.records + excluded.records,
      interactions = known.interactions + excluded.interactions,
      duration_seconds = known.duration_seconds + excluded.duration_seconds`;
}
