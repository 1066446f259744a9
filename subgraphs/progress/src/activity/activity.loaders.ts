import type { RequestContext } from '@lyceum/platform/context';
import type { Database } from '@lyceum/platform/database';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { LARGEST } from './activity.rows.js';
import type { ActivityDay } from './activity.types.js';

export class ActivityLoaders {
  constructor(private readonly database: Database<PrismaClient>) {}

  /** Activity by day in UTC, oldest first, of enrollments that the viewer was found to see. */
  readonly days = async (
    enrollmentIds: readonly string[],
    context: RequestContext,
  ): Promise<ActivityDay[][]> => {
    const viewer = requireSignedIn(context.viewer);
    const rows = await this.database.of(viewer).$queryRaw<
      (ActivityDay & { enrollmentId: string })[]
    >`
      SELECT enrollment_id AS "enrollmentId",
        to_char((occurred_at AT TIME ZONE 'UTC')::date, 'YYYY-MM-DD') AS date,
        LEAST(COALESCE(sum(count) FILTER (WHERE kind = 'VIEWED'), 0), ${LARGEST}::bigint)::int AS views,
        LEAST(sum(count), ${LARGEST}::bigint)::int AS interactions,
        LEAST(sum(duration_seconds), ${LARGEST}::bigint)::int AS "durationSeconds"
      FROM activity_record
      WHERE organization_id = ${viewer.organizationId}::uuid
        AND enrollment_id = ANY(${[...enrollmentIds]}::uuid[])
      GROUP BY 1, 2 ORDER BY 1, 2`;
    const byEnrollment = new Map<string, ActivityDay[]>(enrollmentIds.map((id) => [id, []]));
    for (const { enrollmentId, ...day } of rows) byEnrollment.get(enrollmentId)?.push(day);
    return enrollmentIds.map((id) => byEnrollment.get(id) ?? []);
  };
}
