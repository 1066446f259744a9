import type { MeasuredPlatform } from '../platform.js';
import { add, emptyTotals, type Sums, type Totals } from './totals.js';

type Sql = MeasuredPlatform['sql'];

interface Activity {
  learner: string;
  topic: string;
  day: string;
  rows: number;
  clicks: number;
}

/** From the very records that progress keeps, not from its sums. */
export async function readProgressTables(sql: Sql, courseId: string): Promise<Totals> {
  const totals = emptyTotals();
  const records = await sql<Activity>(
    'progress',
    `SELECT p.learner_id AS learner, r.topic_id AS topic,
       to_char(r.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
       count(*)::int AS rows, sum(r.count)::int AS clicks
     FROM activity_record r JOIN course_progress p ON p.id = r.enrollment_id
     WHERE p.course_id = $1 GROUP BY 1, 2, 3`,
    [courseId],
  );
  for (const { learner, topic, day, rows, clicks } of records) {
    add(totals.rowsPerLearner, learner, rows);
    add(totals.rowsPerTopic, topic, rows);
    add(totals.rowsPerDay, day, rows);
    add(totals.clicksPerLearner, learner, clicks);
    add(totals.clicksPerTopic, topic, clicks);
    add(totals.clicksPerDay, day, clicks);
    add(totals.clicksPerLearnerAndDay, `${learner} ${day}`, clicks);
    add(totals.clicksPerTopicAndDay, `${topic} ${day}`, clicks);
    add(totals.clicksPerLearnerAndTopic, `${learner} ${topic}`, clicks);
  }
  addActiveDays(totals);
  await fill(
    totals.topicsCompletedPerLearner,
    sql<KeyValue>(
      'progress',
      `SELECT p.learner_id AS key, count(*)::int AS value
       FROM topic_progress t JOIN course_progress p ON p.id = t.enrollment_id
       WHERE p.course_id = $1 AND t.completed_at IS NOT NULL GROUP BY 1`,
      [courseId],
    ),
  );
  await fill(
    totals.marks,
    sql<KeyValue>(
      'progress',
      `SELECT learner_id || ' ' || block_id AS key, score AS value
       FROM assessment_attempt WHERE course_id = $1`,
      [courseId],
    ),
  );
  await fill(
    totals.withdrawals,
    sql<KeyValue>('progress', withdrawals('course_progress'), [courseId]),
  );
  return totals;
}

export async function readAnalyticsTables(sql: Sql, courseId: string): Promise<Totals> {
  const totals = emptyTotals();
  const byLearner = await sql<Omit<Activity, 'topic'>>(
    'analytics',
    `SELECT learner_id AS learner, day::text AS day, records AS rows, interactions AS clicks
     FROM daily_learner_activity WHERE course_id = $1`,
    [courseId],
  );
  for (const { learner, day, rows, clicks } of byLearner) {
    add(totals.rowsPerLearner, learner, rows);
    add(totals.rowsPerDay, day, rows);
    add(totals.clicksPerLearner, learner, clicks);
    add(totals.clicksPerDay, day, clicks);
    add(totals.clicksPerLearnerAndDay, `${learner} ${day}`, clicks);
  }
  addActiveDays(totals);
  const byTopic = await sql<Omit<Activity, 'learner'>>(
    'analytics',
    `SELECT topic_id AS topic, day::text AS day, records AS rows, interactions AS clicks
     FROM daily_topic_activity WHERE course_id = $1`,
    [courseId],
  );
  for (const { topic, day, rows, clicks } of byTopic) {
    add(totals.rowsPerTopic, topic, rows);
    add(totals.clicksPerTopic, topic, clicks);
    add(totals.clicksPerTopicAndDay, `${topic} ${day}`, clicks);
  }
  // The event store keeps each record as it came: the only place with learner and topic together.
  await fill(
    totals.clicksPerLearnerAndTopic,
    sql<KeyValue>(
      'analytics',
      `SELECT (r->>'learnerId') || ' ' || (r->>'topicId') AS key, sum((r->>'count')::int)::int AS value
       FROM stored_event, jsonb_array_elements(data->'records') AS r
       WHERE type = 'progress.activities.recorded.v1' AND data->>'courseId' = $1 GROUP BY 1`,
      [courseId],
    ),
  );
  await fill(
    totals.marks,
    sql<KeyValue>(
      'analytics',
      `SELECT (data->>'learnerId') || ' ' || (data->>'blockId') AS key, (data->>'score')::float AS value
       FROM stored_event WHERE type = 'progress.attempt.submitted.v1' AND data->>'courseId' = $1`,
      [courseId],
    ),
  );
  await fill(
    totals.answersPerCriterion,
    sql<KeyValue>('analytics', questions('answers'), [courseId]),
  );
  await fill(totals.metPerCriterion, sql<KeyValue>('analytics', questions('correct'), [courseId]));
  await fill(
    totals.withdrawals,
    sql<KeyValue>('analytics', withdrawals('enrollment_fact'), [courseId]),
  );
  return totals;
}

interface KeyValue {
  key: string;
  value: number;
}

const questions = (column: string) =>
  `SELECT block_id || ' ' || question_id AS key, ${column} AS value FROM question_fact WHERE course_id = $1`;

const withdrawals = (table: string) =>
  `SELECT learner_id || ' ' || to_char(withdrawn_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS key, 1 AS value
   FROM ${table} WHERE course_id = $1 AND withdrawn_at IS NOT NULL`;

async function fill(sums: Sums, rows: Promise<KeyValue[]>): Promise<void> {
  // Added, not set: what is there twice must not look as if it were there once.
  for (const { key, value } of await rows) add(sums, key, value);
}

function addActiveDays(totals: Totals): void {
  for (const key of totals.clicksPerLearnerAndDay.keys()) {
    const [learner, day] = key.split(' ') as [string, string];
    add(totals.activeDaysPerLearner, learner, 1);
    add(totals.activeLearnersPerDay, day, 1);
  }
}
