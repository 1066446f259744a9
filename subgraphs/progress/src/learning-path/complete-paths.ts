import { learningPathCompleted } from '@lyceum/events/progress';
import type { Work } from '../completion/completion.service.js';

/** Whose paths to look at; null means any. */
export interface PathSelection {
  readonly learnerIds: readonly string[] | null;
  readonly courseIds: readonly string[] | null;
  readonly pathIds: readonly string[] | null;
}

/**
 * Completes learning paths all of whose courses are complete, each once. The learner's rows are
 * locked before their courses are looked at: of two last courses completed at the same moment, the
 * second sees the first.
 */
export async function completePaths(
  work: Work,
  organizationId: string,
  { learnerIds, courseIds, pathIds }: PathSelection,
  now: Date,
): Promise<void> {
  const followed = await work.prisma.$queryRaw<
    { pathId: string; learnerId: string; title: string; courseIds: string[] }[]
  >`
    SELECT f.learning_path_id AS "pathId", f.learner_id AS "learnerId", path.title,
      path.course_ids AS "courseIds"
    FROM learning_path_progress f
    JOIN learning_path path ON path.id = f.learning_path_id
    WHERE f.organization_id = ${organizationId}::uuid AND f.completed_at IS NULL
      AND cardinality(path.course_ids) > 0
      AND (${learnerIds}::uuid[] IS NULL OR f.learner_id = ANY(${learnerIds}::uuid[]))
      AND (${pathIds}::uuid[] IS NULL OR path.id = ANY(${pathIds}::uuid[]))
      AND (${courseIds}::uuid[] IS NULL OR path.course_ids && ${courseIds}::uuid[])
    ORDER BY f.learning_path_id, f.learner_id
    FOR UPDATE OF f`;
  if (followed.length === 0) return;
  const courses = await work.prisma.$queryRaw<{ learnerId: string; courseId: string }[]>`
    SELECT DISTINCT learner_id AS "learnerId", course_id AS "courseId"
    FROM course_progress
    WHERE organization_id = ${organizationId}::uuid AND completed_at IS NOT NULL
      AND learner_id = ANY(${[...new Set(followed.map((one) => one.learnerId))]}::uuid[])
      AND course_id = ANY(${[...new Set(followed.flatMap((one) => one.courseIds))]}::uuid[])`;
  const done = new Set(courses.map((one) => `${one.learnerId} ${one.courseId}`));
  const completed = followed.filter((one) =>
    one.courseIds.every((courseId) => done.has(`${one.learnerId} ${courseId}`)),
  );
  if (completed.length === 0) return;
  const completedAt = now.toISOString();
  await work.prisma.$executeRaw`
    UPDATE learning_path_progress AS f SET completed_at = ${completedAt}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(completed)}::jsonb)
      AS done("pathId" uuid, "learnerId" uuid)
    WHERE f.learning_path_id = done."pathId" AND f.learner_id = done."learnerId"
      AND f.organization_id = ${organizationId}::uuid`;
  for (const { pathId, learnerId, title } of completed) {
    work.record(learningPathCompleted, {
      aggregateId: pathId,
      data: { learningPathId: pathId, title, learnerId, completedAt },
    });
  }
}
