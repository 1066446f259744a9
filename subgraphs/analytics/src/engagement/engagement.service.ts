import type { RequestContext } from '@lyceum/platform/context';
import { can } from '@lyceum/platform/permissions';
import type { AnalyticsDatabase } from '../database.js';
import { LARGEST } from '../largest.js';
import type { Engagement } from './engagement.types.js';

const NONE: Engagement = { lastActiveOn: null, activeDays: 0, interactions: 0, durationSeconds: 0 };

export class EngagementService {
  constructor(private readonly database: AnalyticsDatabase) {}

  /** One's own, or with `course:insights` anyone's in the organization; else null. */
  async ofPerson(userId: string, context: RequestContext): Promise<Engagement | null> {
    const { viewer } = context;
    if (viewer.kind !== 'person') return null;
    if (viewer.userId !== userId && !can(viewer, 'course:insights')) return null;
    return context.loader(this.#batch).load(userId);
  }

  readonly #batch = async (userIds: readonly string[], { viewer }: RequestContext) => {
    if (viewer.kind !== 'person') return userIds.map(() => NONE);
    const rows = await this.database.of(viewer).$queryRaw<(Engagement & { learnerId: string })[]>`
      SELECT learner_id AS "learnerId", to_char(max(day), 'YYYY-MM-DD') AS "lastActiveOn",
        count(DISTINCT day)::int AS "activeDays",
        LEAST(sum(interactions), ${LARGEST}::bigint)::int AS interactions,
        LEAST(sum(duration_seconds), ${LARGEST}::bigint)::int AS "durationSeconds"
      FROM daily_learner_activity
      WHERE organization_id = ${viewer.organizationId}::uuid AND learner_id = ANY(${userIds}::uuid[])
      GROUP BY learner_id`;
    const byId = new Map(rows.map((row) => [row.learnerId, row]));
    return userIds.map((id) => byId.get(id) ?? NONE);
  };
}
