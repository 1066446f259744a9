import { courseCompleted, courseProgressChanged } from '@lyceum/events/progress';
import type { ConsumerTransaction, RawClient } from '@lyceum/platform/consumers';
import { issueCertificates } from '../certificate/issue-certificates.js';
import type { CourseProgressRow } from '../course-progress/course-progress.rows.js';
import type { CourseOutline, OutlineTopic } from '../course-structure/course-outline.rules.js';
import { completePaths } from '../learning-path/complete-paths.js';
import { completedTopics, completeTopics, knownFacts } from './completion.rows.js';
import { completeState, courseFigures, isTopicComplete, NOTHING_DONE } from './completion.rules.js';

/** The part of a transaction that completion works through; of requests, consumers and jobs alike. */
export type Work = Pick<ConsumerTransaction, 'prisma' | 'record'>;

/** Staff completed a topic in the learner's place: whatever its rule says, and without passing anything. */
export interface CompletedFor {
  readonly topicId: string;
  readonly completedBy: string;
  readonly reason: string;
}

/** An enrollment that something happened to. Its row is locked. */
export interface Change {
  readonly row: CourseProgressRow;
  readonly outline: CourseOutline;
  /** Topics whose rule is fulfilled now and was not before. */
  readonly completedNow: readonly OutlineTopic[];
  /** A topic of `completedNow` that staff completed for the learner. */
  readonly completedFor?: CompletedFor;
  /** When the activity behind it began and ended; absent when there was none. */
  readonly firstAt?: Date;
  readonly lastAt?: Date;
}

interface Outcome extends Change {
  readonly figures: Pick<
    CourseProgressRow,
    'percent' | 'completedTopics' | 'totalTopics' | 'state' | 'nextTopicId'
  >;
  readonly completesCourse: boolean;
}

/**
 * Carries what happened up from topics to courses, certificates and learning paths, and records
 * the events. A fixed number of statements for any number of enrollments.
 *
 * Completion is never taken back: topics stay complete when their rule becomes stricter, and a
 * completed course keeps the figures it was completed with, whatever is published later.
 */
export async function applyChanges(
  work: Work,
  organizationId: string,
  given: readonly Change[],
  now: Date,
): Promise<void> {
  const { prisma } = work;
  const changes = await withMissedEvaluations(prisma, organizationId, given);
  const topics = changes.flatMap(({ row, completedNow, completedFor }) =>
    completedNow.map((topic) => {
      const staff = completedFor?.topicId === topic.id ? completedFor : null;
      return {
        enrollmentId: row.id,
        topicId: topic.id,
        state: staff ? 'COMPLETE' : completeState(topic),
        completedBy: staff?.completedBy ?? null,
        reason: staff?.reason ?? null,
      };
    }),
  );
  if (topics.length > 0) await completeTopics(prisma, organizationId, topics, now);
  const outcomes = await decide(prisma, organizationId, changes);
  await writeOutcomes(prisma, organizationId, outcomes, now);
  for (const outcome of outcomes) recordChange(work, outcome);

  const completed = outcomes.filter((outcome) => outcome.completesCourse);
  if (completed.length === 0) return;
  for (const { row, outline } of completed) {
    work.record(courseCompleted, {
      aggregateId: row.id,
      data: { ...ofLearner(row), courseTitle: outline.title, completedAt: now.toISOString() },
    });
  }
  await issueCertificates(work, organizationId, completed, now);
  const learnerIds = completed.map(({ row }) => row.learnerId);
  const courseIds = completed.map(({ row }) => row.courseId);
  await completePaths(work, organizationId, { learnerIds, courseIds, pathIds: null }, now);
}

/** Rows last evaluated by an older version of their course are evaluated in all topics. */
async function withMissedEvaluations(
  prisma: RawClient,
  organizationId: string,
  changes: readonly Change[],
): Promise<readonly Change[]> {
  const stale = changes.filter(isStale);
  if (stale.length === 0) return changes;
  const ids = stale.map(({ row }) => row.id);
  const known = await knownFacts(prisma, organizationId, ids);
  return changes.map((change) => {
    if (!isStale(change)) return change;
    const { topics, bestPercents } = known.get(change.row.id)!;
    const already = new Set(change.completedNow);
    const completedNow = change.outline.topics.filter((topic) => {
      const facts = topics.get(topic.id);
      if (already.has(topic)) return true;
      return (
        !facts?.completed && isTopicComplete(topic, { ...(facts ?? NOTHING_DONE), bestPercents })
      );
    });
    return { ...change, completedNow };
  });
}

function isStale({ row, outline }: Change): boolean {
  return row.structureVersion !== outline.versionNumber;
}

async function decide(
  prisma: RawClient,
  organizationId: string,
  changes: readonly Change[],
): Promise<Outcome[]> {
  const counts = ({ row, ...change }: Change) =>
    row.completedAt === null && (change.completedNow.length > 0 || isStale({ row, ...change }));
  const ids = changes.filter(counts).map(({ row }) => row.id);
  const completed =
    ids.length > 0
      ? await completedTopics(prisma, organizationId, ids)
      : new Map<string, Set<string>>();
  return changes.map((change) => {
    if (!counts(change)) return { ...change, figures: change.row, completesCourse: false };
    const figures = courseFigures(change.outline, completed.get(change.row.id) ?? new Set());
    return { ...change, figures, completesCourse: figures.state !== 'INCOMPLETE' };
  });
}

async function writeOutcomes(
  prisma: RawClient,
  organizationId: string,
  outcomes: readonly Outcome[],
  now: Date,
): Promise<void> {
  const rows = outcomes.map(({ row, outline, figures, completesCourse, firstAt, lastAt }) => ({
    id: row.id,
    version: outline.versionNumber,
    percent: figures.percent,
    completed: figures.completedTopics,
    total: figures.totalTopics,
    state: figures.state,
    next: figures.nextTopicId,
    first_at: firstAt ?? null,
    last_at: lastAt ?? null,
    completed_at: completesCourse ? now : null,
  }));
  // LEAST and GREATEST pass over nulls.
  await prisma.$executeRaw`
    UPDATE course_progress AS p SET
      structure_version = c.version, percent = c.percent, completed_topics = c.completed,
      total_topics = c.total, state = c.state, next_topic_id = c.next,
      started_at = LEAST(p.started_at, c.first_at),
      last_activity_at = GREATEST(p.last_activity_at, c.last_at),
      completed_at = COALESCE(p.completed_at, c.completed_at)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS c(
      id uuid, version int, percent int, completed int, total int, state text, next uuid,
      first_at timestamptz, last_at timestamptz, completed_at timestamptz)
    WHERE p.id = c.id AND p.organization_id = ${organizationId}::uuid`;
}

/** Told of completion only; not of every click. */
function recordChange(work: Work, { row, figures, completedNow }: Outcome): void {
  const same =
    completedNow.length === 0 &&
    figures.completedTopics === row.completedTopics &&
    figures.totalTopics === row.totalTopics &&
    figures.state === row.state;
  if (same) return;
  work.record(courseProgressChanged, {
    aggregateId: row.id,
    data: {
      ...ofLearner(row),
      percent: figures.percent,
      completedTopics: figures.completedTopics,
      totalTopics: figures.totalTopics,
      state: figures.state === 'INCOMPLETE' ? 'INCOMPLETE' : 'COMPLETE',
      newlyCompletedTopicIds: completedNow.map((topic) => topic.id),
    },
  });
}

export function ofLearner(row: CourseProgressRow) {
  return { enrollmentId: row.id, courseId: row.courseId, learnerId: row.learnerId };
}
