import type { ActivityRecord } from '@lyceum/events/progress';

export interface LearnerDay {
  organizationId: string;
  courseId: string;
  learnerId: string;
  day: string;
  records: number;
  interactions: number;
  durationSeconds: number;
}

export interface TopicDay extends Omit<LearnerDay, 'learnerId'> {
  topicId: string;
}

/** The UTC day something happened on. */
export function dayOf(time: string): string {
  return new Date(time).toISOString().slice(0, 10);
}

/**
 * Sums activity by learner and day, and by topic and day. A record counts on the day it happened,
 * however late it was recorded. Sorted by key, so that concurrent writers lock rows in one order.
 */
export function foldActivity(
  batches: readonly {
    organizationId: string;
    courseId: string;
    records: readonly ActivityRecord[];
  }[],
): { learners: LearnerDay[]; topics: TopicDay[] } {
  const learners = new Map<string, LearnerDay>();
  const topics = new Map<string, TopicDay>();
  for (const { organizationId, courseId, records } of batches) {
    for (const record of records) {
      const day = dayOf(record.occurredAt);
      const base = {
        organizationId,
        courseId,
        day,
        records: 0,
        interactions: 0,
        durationSeconds: 0,
      };
      add(learners, `${courseId}/${record.learnerId}/${day}`, record, () => ({
        ...base,
        learnerId: record.learnerId,
      }));
      add(topics, `${courseId}/${record.topicId}/${day}`, record, () => ({
        ...base,
        topicId: record.topicId,
      }));
    }
  }
  return { learners: sorted(learners), topics: sorted(topics) };
}

function add<T extends { records: number; interactions: number; durationSeconds: number }>(
  sums: Map<string, T>,
  key: string,
  record: ActivityRecord,
  empty: () => T,
): void {
  let sum = sums.get(key);
  if (!sum) sums.set(key, (sum = empty()));
  sum.records += 1;
  sum.interactions += record.count;
  sum.durationSeconds += record.durationSeconds;
}

function sorted<T>(sums: Map<string, T>): T[] {
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}
