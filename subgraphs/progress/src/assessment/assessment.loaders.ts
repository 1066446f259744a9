import type { RequestContext } from '@lyceum/platform/context';
import type { Database } from '@lyceum/platform/database';
import { isId } from '@lyceum/platform/ids';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type { AssessmentAttempt, PrismaClient } from '../../generated/prisma/client.js';
import { maySee } from '../course-progress/course-progress.rows.js';

/** How many attempts at a quiz are listed, the latest ones. */
export const LISTED_ATTEMPTS = 100;

export class AssessmentLoaders {
  constructor(private readonly database: Database<PrismaClient>) {}

  /** Attempts that the viewer may see. */
  readonly byId = async (
    ids: readonly string[],
    context: RequestContext,
  ): Promise<(AssessmentAttempt | null)[]> => {
    const viewer = requireSignedIn(context.viewer);
    const rows = await this.database
      .of(viewer)
      .assessmentAttempt.findMany({ where: { id: { in: ids.filter(isId) } } });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => {
      const row = byId.get(id);
      return row && maySee(viewer, row) ? row : null;
    });
  };

  /** The latest attempts at quizzes, newest first; keys are `<enrollment id> <block id>`. */
  readonly ofQuiz = async (
    keys: readonly string[],
    context: RequestContext,
  ): Promise<AssessmentAttempt[][]> => {
    const viewer = requireSignedIn(context.viewer);
    const pairs = keys.map((key) => key.split(' ') as [string, string]);
    const ids = await this.database.of(viewer).$queryRaw<{ id: string }[]>`
      SELECT latest.id
      FROM unnest(${pairs.map(([id]) => id)}::uuid[], ${pairs.map(([, id]) => id)}::uuid[])
        AS wanted(enrollment_id, block_id)
      CROSS JOIN LATERAL (
        SELECT id FROM assessment_attempt a
        WHERE a.enrollment_id = wanted.enrollment_id AND a.block_id = wanted.block_id
          AND a.organization_id = ${viewer.organizationId}::uuid
        ORDER BY a.number DESC LIMIT ${LISTED_ATTEMPTS}::int) AS latest`;
    const rows = await this.database.of(viewer).assessmentAttempt.findMany({
      where: { id: { in: ids.map((row) => row.id) } },
      orderBy: { number: 'desc' },
    });
    return keys.map((key) => rows.filter((row) => `${row.enrollmentId} ${row.blockId}` === key));
  };
}
