import { activitiesRecorded } from '@lyceum/events/progress';
import type { Clock } from '@lyceum/platform/clock';
import type { Database } from '@lyceum/platform/database';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { applyChanges, type Change, type Work } from '../completion/completion.service.js';
import { isTopicComplete } from '../completion/completion.rules.js';
import type { Arrivals } from '../course-progress/arrivals.js';
import {
  lockCourseProgress,
  mayRecord,
  type CourseProgressRow,
} from '../course-progress/course-progress.rows.js';
import type { CourseOutline } from '../course-structure/course-outline.rules.js';
import type { CourseStructures } from '../course-structure/course-structure.service.js';
import { addTotals, insertActivities, type TouchedTopic } from './activity.rows.js';
import {
  REJECTIONS,
  rejectionOf,
  totalsOf,
  type Activity,
  type Rejection,
  type TopicTotals,
} from './activity.rules.js';

export interface Receipt {
  accepted: number;
  duplicates: number;
  rejected: { index: number; id: string; code: Rejection; message: string }[];
}

export class ActivityService {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly structures: CourseStructures,
    private readonly arrivals: Arrivals,
    private readonly clock: Clock,
  ) {}

  /**
   * Records what learners did. What cannot be accepted is reported and keeps nothing else back; an
   * id that was recorded before changes nothing. A fixed number of statements for any batch.
   */
  async record(viewer: SignedIn, activities: readonly Activity[]): Promise<Receipt> {
    const enrollmentIds = [...new Set(activities.map((activity) => activity.enrollmentId))];
    await this.arrivals.waitFor(viewer, enrollmentIds);
    const { organizationId } = viewer;
    return this.database.transaction(viewer, async (tx) => {
      const now = this.clock.now();
      const rows = await lockCourseProgress(tx.prisma, organizationId, enrollmentIds);
      const courseIds = [...new Set([...rows.values()].map((row) => row.courseId))];
      const outlines = await this.structures.outlines(tx.prisma, organizationId, courseIds);

      const receipt: Receipt = { accepted: 0, duplicates: 0, rejected: [] };
      const acceptable = new Map<string, Activity>();
      for (const [index, activity] of activities.entries()) {
        const row = rows.get(activity.enrollmentId);
        const code =
          row && mayRecord(viewer, row)
            ? rejectionOf(activity, row, outlines.get(row.courseId)!, now)
            : 'ENROLLMENT_NOT_FOUND';
        if (code) {
          receipt.rejected.push({ index, id: activity.id, code, message: REJECTIONS[code] });
        } else if (acceptable.has(activity.id)) receipt.duplicates += 1;
        else acceptable.set(activity.id, activity);
      }
      if (acceptable.size === 0) return receipt;

      const sent = [...acceptable.values()];
      const inserted = await insertActivities(tx.prisma, organizationId, sent, now);
      receipt.accepted = inserted.size;
      receipt.duplicates += sent.length - inserted.size;
      const recorded = sent.filter((activity) => inserted.has(activity.id));
      if (recorded.length === 0) return receipt;

      const totals = totalsOf(recorded);
      const touched = await addTotals(tx.prisma, organizationId, totals);
      recordActivities(tx, rows, recorded);
      const changes = changesOf(rows, outlines, totals, touched);
      await applyChanges(tx, organizationId, changes, now);
      return receipt;
    });
  }
}

/** What the touched topics mean for their enrollments. */
function changesOf(
  rows: ReadonlyMap<string, CourseProgressRow>,
  outlines: ReadonlyMap<string, CourseOutline>,
  totals: readonly TopicTotals[],
  touched: readonly TouchedTopic[],
): Change[] {
  const noAttempts: ReadonlyMap<string, number> = new Map();
  const changes = new Map<string, Change & { completedNow: Change['completedNow'][number][] }>();
  for (const { enrollmentId, firstAt, lastAt } of totals) {
    const known = changes.get(enrollmentId);
    const row = rows.get(enrollmentId)!;
    changes.set(enrollmentId, {
      row,
      outline: outlines.get(row.courseId)!,
      completedNow: [],
      firstAt: known?.firstAt && known.firstAt < firstAt ? known.firstAt : firstAt,
      lastAt: known?.lastAt && known.lastAt > lastAt ? known.lastAt : lastAt,
    });
  }
  for (const topic of touched) {
    const change = changes.get(topic.enrollmentId)!;
    const outlined = change.outline.topicById.get(topic.topicId)!;
    // Activity completes topics by their views; quizzes are settled when they are answered.
    if (!topic.completed && isTopicComplete(outlined, { ...topic, bestPercents: noAttempts })) {
      change.completedNow.push(outlined);
    }
  }
  return [...changes.values()];
}

/** One event for each course: the records that are new. */
function recordActivities(
  work: Work,
  rows: ReadonlyMap<string, CourseProgressRow>,
  recorded: readonly Activity[],
): void {
  const byCourse = new Map<string, Activity[]>();
  for (const activity of recorded) {
    const { courseId } = rows.get(activity.enrollmentId)!;
    const records = byCourse.get(courseId);
    if (records) records.push(activity);
    else byCourse.set(courseId, [activity]);
  }
  for (const [courseId, records] of byCourse) {
    work.record(activitiesRecorded, {
      aggregateId: courseId,
      data: {
        courseId,
        records: records.map(({ occurredAt, ...activity }) => ({
          ...activity,
          learnerId: rows.get(activity.enrollmentId)!.learnerId,
          occurredAt: occurredAt.toISOString(),
        })),
      },
    });
  }
}
