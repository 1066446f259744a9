import type { RequestContext } from '@lyceum/platform/context';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type { CourseStaff } from '../../generated/prisma/client.js';
import { grouped } from '../grouped.js';
import type { CourseDatabase } from '../service-types.js';

export class StaffLoaders {
  constructor(private readonly database: CourseDatabase) {}

  /** Everyone with a role in each course, instructors first, then by when they came. */
  readonly ofCourses = async (
    courseIds: readonly string[],
    context: RequestContext,
  ): Promise<CourseStaff[][]> => {
    const viewer = requireSignedIn(context.viewer);
    const rows = await this.database.of(viewer).courseStaff.findMany({
      where: { courseId: { in: [...courseIds] } },
      orderBy: [{ role: 'asc' }, { addedAt: 'asc' }, { userId: 'asc' }],
    });
    const byCourse = grouped(rows, ({ courseId }) => courseId);
    return courseIds.map((id) => byCourse.get(id) ?? []);
  };
}
