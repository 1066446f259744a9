import type { RequestContext } from '@lyceum/platform/context';
import type { Database } from '@lyceum/platform/database';
import { isId } from '@lyceum/platform/ids';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { pathFigures } from './learning-path.rules.js';
import type { LearningPathProgress } from './learning-path.types.js';

interface Row {
  pathId: string;
  joinedAt: Date;
  completedAt: Date | null;
  courseId: string | null;
  percent: number;
  completed: boolean;
}

export class LearningPathLoaders {
  constructor(private readonly database: Database<PrismaClient>) {}

  /** The viewer's own progress in learning paths; null where they have not joined. */
  readonly mine = async (
    pathIds: readonly string[],
    context: RequestContext,
  ): Promise<(LearningPathProgress | null)[]> => {
    const viewer = requireSignedIn(context.viewer);
    const rows = await this.database.of(viewer).$queryRaw<Row[]>`
      SELECT f.learning_path_id AS "pathId", f.joined_at AS "joinedAt",
        f.completed_at AS "completedAt", c.id AS "courseId",
        COALESCE(max(p.percent), 0) AS percent, count(p.completed_at) > 0 AS completed
      FROM learning_path_progress f
      JOIN learning_path path ON path.id = f.learning_path_id
      LEFT JOIN LATERAL unnest(path.course_ids) WITH ORDINALITY AS c(id, position) ON true
      LEFT JOIN course_progress p ON p.course_id = c.id AND p.learner_id = f.learner_id
        AND p.organization_id = f.organization_id
      WHERE f.organization_id = ${viewer.organizationId}::uuid
        AND f.learner_id = ${viewer.userId}::uuid
        AND f.learning_path_id = ANY(${pathIds.filter(isId)}::uuid[])
      GROUP BY f.learning_path_id, f.joined_at, f.completed_at, c.id, c.position
      ORDER BY c.position`;
    return pathIds.map((id) => progressOf(rows.filter((row) => row.pathId === id)));
  };
}

function progressOf(rows: readonly Row[]): LearningPathProgress | null {
  const [first] = rows;
  if (!first) return null;
  const courses = rows.flatMap(({ courseId, percent, completed }) =>
    courseId === null ? [] : [{ courseId, percent, completed }],
  );
  const { nextCourseId, state, ...figures } = pathFigures(courses);
  return {
    ...figures,
    state: first.completedAt ? 'COMPLETE' : state,
    nextCourse: nextCourseId === null ? null : { id: nextCourseId },
    courses: courses.map(({ courseId, percent, completed }) => ({
      course: { id: courseId },
      percent: completed ? 100 : percent,
      state: completed ? 'COMPLETE' : 'INCOMPLETE',
    })),
    joinedAt: first.joinedAt,
    completedAt: first.completedAt,
  };
}
