import type { RequestContext } from '@lyceum/platform/context';
import type { Database } from '@lyceum/platform/database';
import { isId } from '@lyceum/platform/ids';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { settle } from '@lyceum/platform/settle';
import type {
  PrismaClient,
  TopicProgress as TopicProgressRow,
} from '../../generated/prisma/client.js';
import type { CourseOutline } from '../course-structure/course-outline.rules.js';
import type { CourseStructures } from '../course-structure/course-structure.service.js';
import { maySee, type CourseProgressRow } from './course-progress.rows.js';

export class CourseProgressLoaders {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly structures: CourseStructures,
  ) {}

  /** Progress that the viewer may see, by enrollment id; waits for enrollments made just now. */
  readonly byId = async (
    ids: readonly string[],
    context: RequestContext,
  ): Promise<(CourseProgressRow | null)[]> => {
    const viewer = requireSignedIn(context.viewer);
    const found = await settle(ids.filter(isId), async (missing) => {
      const rows = await this.database
        .of(viewer)
        .courseProgress.findMany({ where: { id: { in: [...missing] } } });
      return new Map(rows.map((row) => [row.id, row]));
    });
    return ids.map((id) => {
      const row = found.get(id);
      return row && maySee(viewer, row) ? row : null;
    });
  };

  /** The viewer's own progress by course: of the enrollment that is running, else of the latest. */
  readonly mine = async (
    courseIds: readonly string[],
    context: RequestContext,
  ): Promise<(CourseProgressRow | null)[]> => {
    const viewer = requireSignedIn(context.viewer);
    const rows = await this.database.of(viewer).courseProgress.findMany({
      where: { learnerId: viewer.userId, courseId: { in: [...courseIds] } },
      orderBy: { enrolledAt: 'desc' },
    });
    return courseIds.map((courseId) => {
      const own = rows.filter((row) => row.courseId === courseId);
      return own.find((row) => row.withdrawnAt === null) ?? own[0] ?? null;
    });
  };

  /** Rows of topics, by enrollment; for enrollments that the viewer was found to see. */
  readonly topics = async (
    enrollmentIds: readonly string[],
    context: RequestContext,
  ): Promise<TopicProgressRow[][]> => {
    const rows = await this.database
      .of(requireSignedIn(context.viewer))
      .topicProgress.findMany({ where: { enrollmentId: { in: [...enrollmentIds] } } });
    const byEnrollment = new Map<string, TopicProgressRow[]>(enrollmentIds.map((id) => [id, []]));
    for (const row of rows) byEnrollment.get(row.enrollmentId)?.push(row);
    return enrollmentIds.map((id) => byEnrollment.get(id) ?? []);
  };

  readonly outlines = async (
    courseIds: readonly string[],
    context: RequestContext,
  ): Promise<CourseOutline[]> => {
    const viewer = requireSignedIn(context.viewer);
    const found = await this.structures.outlines(
      this.database.of(viewer),
      viewer.organizationId,
      courseIds,
    );
    return courseIds.map((id) => found.get(id)!);
  };
}
