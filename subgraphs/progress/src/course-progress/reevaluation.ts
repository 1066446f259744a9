import type { Clock } from '@lyceum/platform/clock';
import type { Database } from '@lyceum/platform/database';
import type { Job } from '@lyceum/platform/service';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { applyChanges } from '../completion/completion.service.js';
import type { CourseStructures } from '../course-structure/course-structure.service.js';
import { lockCourseProgress } from './course-progress.rows.js';

export const REEVALUATE = 'reevaluate-progress';
const BATCH = 200;

interface Outdated {
  courseId: string;
  organizationId: string;
  versionNumber: number;
}

/**
 * After a new version of a course: evaluates its enrollments again, in batches. Each row says which
 * version it was evaluated by, so the job goes on where it was cut off, and a learner whose activity
 * comes first has been evaluated by that already. Those who left keep the progress they left with.
 */
export function reevaluationJob(
  database: Database<PrismaClient>,
  structures: CourseStructures,
  clock: Clock,
): Job {
  async function nextBatch({ courseId, organizationId, versionNumber }: Outdated) {
    return database.transaction({ kind: 'system', organizationId }, async (tx) => {
      const found = await tx.prisma.courseProgress.findMany({
        where: { courseId, structureVersion: { lt: versionNumber }, withdrawnAt: null },
        select: { id: true },
        orderBy: { id: 'asc' },
        take: BATCH,
      });
      if (found.length === 0) {
        await tx.prisma.courseStructure.updateMany({
          where: { courseId, versionNumber },
          data: { reevaluatedVersion: versionNumber },
        });
        return 0;
      }
      const ids = found.map((row) => row.id);
      const rows = await lockCourseProgress(tx.prisma, organizationId, ids);
      const outlines = await structures.outlines(tx.prisma, organizationId, [courseId]);
      const outline = outlines.get(courseId)!;
      const changes = [...rows.values()].map((row) => ({ row, outline, completedNow: [] }));
      await applyChanges(tx, organizationId, changes, clock.now());
      return found.length;
    });
  }

  return {
    name: REEVALUATE,
    everyMs: 60_000,
    async run(signal) {
      const outdated = await database.acrossOrganizations(
        'finds courses of all organizations with enrollments to evaluate again',
      ).$queryRaw<Outdated[]>`
        SELECT course_id AS "courseId", organization_id AS "organizationId",
          version_number AS "versionNumber"
        FROM course_structure
        WHERE reevaluated_version < version_number`;
      for (const course of outdated) {
        while (!signal.aborted && (await nextBatch(course)) > 0);
      }
    },
  };
}
