import type { RequestContext } from '@lyceum/platform/context';
import type { Database } from '@lyceum/platform/database';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type {
  PrismaClient,
  TopicProgress as TopicProgressRow,
} from '../../generated/prisma/client.js';
import { topicProgressOf, type TopicProgress } from './topic-progress.types.js';

export class TopicProgressLoaders {
  constructor(private readonly database: Database<PrismaClient>) {}

  /**
   * The viewer's own progress in topics, null where they are not enrolled. Who was enrolled several
   * times sees the enrollment that is still running, else the latest.
   */
  readonly mine = async (
    topicIds: readonly string[],
    context: RequestContext,
  ): Promise<(TopicProgress | null)[]> => {
    const viewer = requireSignedIn(context.viewer);
    const ids = [...topicIds];
    const rows = await this.database.of(viewer).$queryRaw<({ id: string } & TopicProgressRow)[]>`
      SELECT DISTINCT ON (wanted.id) wanted.id, t.state, t.views, t.interactions,
        t.completed_at AS "completedAt", t.completed_by AS "completedBy",
        t.completion_reason AS "completionReason", t.duration_seconds AS "durationSeconds",
        t.seen_block_ids AS "seenBlockIds", t.first_at AS "firstAt", t.last_at AS "lastAt"
      FROM course_structure s
      CROSS JOIN LATERAL unnest(s.topic_ids) AS wanted(id)
      JOIN course_progress p ON p.course_id = s.course_id AND p.learner_id = ${viewer.userId}::uuid
      LEFT JOIN topic_progress t ON t.enrollment_id = p.id AND t.topic_id = wanted.id
      WHERE s.organization_id = ${viewer.organizationId}::uuid AND s.topic_ids && ${ids}::uuid[]
        AND p.organization_id = s.organization_id AND wanted.id = ANY(${ids}::uuid[])
      ORDER BY wanted.id, p.withdrawn_at IS NULL DESC, p.enrolled_at DESC`;
    const found = new Map(rows.map((row) => [row.id, topicProgressOf(row.id, row)]));
    return topicIds.map((id) => found.get(id) ?? null);
  };
}
