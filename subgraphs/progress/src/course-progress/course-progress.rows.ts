import type { RawClient } from '@lyceum/platform/consumers';
import type { SignedIn } from '@lyceum/platform/viewer';
import { can } from '@lyceum/platform/permissions';
import type { CourseProgress as CourseProgressRow } from '../../generated/prisma/client.js';

export type { CourseProgressRow };

/**
 * Locks enrollments' rows, always in the order of their ids, so that two who lock several of the
 * same wait for each other instead of forever.
 */
export async function lockCourseProgress(
  prisma: RawClient,
  organizationId: string,
  ids: readonly string[],
): Promise<Map<string, CourseProgressRow>> {
  const rows = await prisma.$queryRaw<CourseProgressRow[]>`
    SELECT id, organization_id AS "organizationId", course_id AS "courseId",
      learner_id AS "learnerId", enrolled_at AS "enrolledAt", withdrawn_at AS "withdrawnAt",
      structure_version AS "structureVersion", percent, completed_topics AS "completedTopics",
      total_topics AS "totalTopics", state, next_topic_id AS "nextTopicId",
      started_at AS "startedAt", last_activity_at AS "lastActivityAt",
      completed_at AS "completedAt"
    FROM course_progress
    WHERE organization_id = ${organizationId}::uuid AND id = ANY(${ids}::uuid[])
    ORDER BY id
    FOR UPDATE`;
  return new Map(rows.map((row) => [row.id, row]));
}

/** Learners see their own progress; who has insights into the course sees everyone's. */
export function maySee(
  viewer: SignedIn,
  row: Pick<CourseProgressRow, 'learnerId' | 'courseId'>,
): boolean {
  return (
    row.learnerId === viewer.userId || can(viewer, 'course:insights', { courseId: row.courseId })
  );
}

/** The learner records what they do; external tools may hold a permission to do it for them. */
export function mayRecord(
  viewer: SignedIn,
  row: Pick<CourseProgressRow, 'learnerId' | 'courseId'>,
): boolean {
  return (
    row.learnerId === viewer.userId ||
    can(viewer, 'activity:record-for-others', { courseId: row.courseId })
  );
}
