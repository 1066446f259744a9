import type { Clock } from '@lyceum/platform/clock';
import { can } from '@lyceum/platform/permissions';
import type { SignedIn, Viewer } from '@lyceum/platform/viewer';
import type { AnalyticsDatabase } from '../database.js';
import type { DailyCount } from '../days/daily.types.js';
import { daysOf, type DayRangeArgs } from '../days/days.args.js';
import { fillDays } from '../days/days.rules.js';
import type { OrganizationInsights } from './organization-insights.types.js';

export class OrganizationInsightsService {
  constructor(
    private readonly database: AnalyticsDatabase,
    private readonly clock: Clock,
  ) {}

  /** Null for another organization, and without `organization:insights`. */
  async ofOrganization(id: string, viewer: Viewer): Promise<OrganizationInsights | null> {
    if (!can(viewer, 'organization:insights') || viewer.organizationId !== id) return null;
    const [row] = await this.database.of(viewer).$queryRaw<
      Omit<OrganizationInsights, 'completionRate'>[]
    >`
      SELECT (SELECT count(*)::int FROM course_fact WHERE organization_id = ${id}::uuid) AS "publishedCourses",
        count(DISTINCT learner_id) FILTER (WHERE enrolled_at IS NOT NULL)::int AS learners,
        count(enrolled_at)::int AS enrollments,
        count(completed_at)::int AS completions
      FROM enrollment_fact WHERE organization_id = ${id}::uuid`;
    if (!row) return null;
    const { enrollments, completions } = row;
    return { ...row, completionRate: enrollments > 0 ? (100 * completions) / enrollments : null };
  }

  activeLearnersByDay(viewer: SignedIn, args: DayRangeArgs): Promise<DailyCount[]> {
    return this.#byDay(
      args,
      (first, last) => this.database.of(viewer).$queryRaw<DailyCount[]>`
        SELECT to_char(day, 'YYYY-MM-DD') AS day, count(DISTINCT learner_id)::int AS count
        FROM daily_learner_activity
        WHERE organization_id = ${viewer.organizationId}::uuid AND day BETWEEN ${first}::date AND ${last}::date
        GROUP BY 1`,
    );
  }

  enrollmentsByDay(viewer: SignedIn, args: DayRangeArgs): Promise<DailyCount[]> {
    return this.#byDay(
      args,
      (first, last) => this.database.of(viewer).$queryRaw<DailyCount[]>`
        SELECT to_char(enrolled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, count(*)::int AS count
        FROM enrollment_fact
        WHERE organization_id = ${viewer.organizationId}::uuid
          AND enrolled_at >= ${first}::date::timestamp AT TIME ZONE 'UTC'
          AND enrolled_at < (${last}::date + 1)::timestamp AT TIME ZONE 'UTC'
        GROUP BY 1`,
    );
  }

  completionsByDay(viewer: SignedIn, args: DayRangeArgs): Promise<DailyCount[]> {
    return this.#byDay(
      args,
      (first, last) => this.database.of(viewer).$queryRaw<DailyCount[]>`
        SELECT to_char(completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, count(*)::int AS count
        FROM enrollment_fact
        WHERE organization_id = ${viewer.organizationId}::uuid
          AND completed_at >= ${first}::date::timestamp AT TIME ZONE 'UTC'
          AND completed_at < (${last}::date + 1)::timestamp AT TIME ZONE 'UTC'
        GROUP BY 1`,
    );
  }

  async #byDay(
    args: DayRangeArgs,
    query: (first: string, last: string) => PromiseLike<DailyCount[]>,
  ): Promise<DailyCount[]> {
    const days = daysOf(args, this.clock.now());
    const known = await query(days.at(0) as string, days.at(-1) as string);
    return fillDays(days, known, (day) => ({ day, count: 0 }));
  }
}
