import type { RequestContext } from '@lyceum/platform/context';
import { badInput, conflict } from '@lyceum/platform/errors';
import { isId } from '@lyceum/platform/ids';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { Course } from '../../generated/prisma/client.js';
import { requireOnCourse } from '../course/course.access.js';
import { grouped } from '../grouped.js';
import type { CourseDatabase } from '../service-types.js';
import { cycleWith } from './prerequisite.rules.js';

const MOST = 20;

export class PrerequisiteService {
  constructor(private readonly database: CourseDatabase) {}

  /** Ids of the courses that must be completed before this one. */
  idsOf(courseId: string, context: RequestContext): Promise<string[]> {
    return context.loader<string, string[]>(this.#batch).load(courseId);
  }

  /**
   * Replaces what must be completed before a course.
   * @throws BAD_USER_INPUT for unknown courses; CONFLICT (CYCLE) naming the courses on it
   */
  set(viewer: SignedIn, courseId: string, prerequisiteIds: readonly string[]): Promise<Course> {
    const wanted = [...new Set(prerequisiteIds)];
    return this.database.transaction(viewer, async (tx) => {
      const where = { id: courseId };
      const course = isId(courseId) ? await tx.prisma.course.findFirst({ where }) : null;
      requireOnCourse(viewer, 'course:edit', course);
      if (wanted.length > MOST) {
        throw badInput(['input', 'prerequisiteIds'], 'TOO_MANY', `At most ${MOST}.`);
      }
      const { organizationId } = viewer;
      // One change at a time in an organization: two that are fine alone can make a cycle together.
      await tx.prisma.$queryRaw`
        SELECT pg_advisory_xact_lock(hashtextextended('prerequisites of organization_id ' || ${organizationId}::text, 0))::text`;
      const known = await tx.prisma.course.count({ where: { id: { in: wanted.filter(isId) } } });
      if (known < wanted.length) {
        throw badInput(['input', 'prerequisiteIds'], 'UNKNOWN', 'There is no such course.');
      }
      const all = await tx.prisma.coursePrerequisite.findMany();
      const existing = new Map(
        [...grouped(all, (row) => row.courseId)].map(([id, rows]) => [
          id,
          rows.map(({ prerequisiteId }) => prerequisiteId),
        ]),
      );
      const cycle = cycleWith(existing, courseId, wanted);
      if (cycle) {
        throw conflict('CYCLE', 'The course would have to be completed before itself.', {
          courseIds: cycle,
        });
      }
      await tx.prisma.coursePrerequisite.deleteMany({ where: { courseId } });
      await tx.prisma.coursePrerequisite.createMany({
        data: wanted.map((prerequisiteId) => ({ courseId, prerequisiteId, organizationId })),
      });
      return course!;
    });
  }

  readonly #batch = async (courseIds: readonly string[], { viewer }: RequestContext) => {
    const rows = await this.database.of(requireSignedIn(viewer)).coursePrerequisite.findMany({
      where: { courseId: { in: [...courseIds] } },
      orderBy: { prerequisiteId: 'asc' },
    });
    const byCourse = grouped(rows, ({ courseId }) => courseId);
    return courseIds.map((id) => byCourse.get(id)?.map((row) => row.prerequisiteId) ?? []);
  };
}
