import type { Clock } from '@lyceum/platform/clock';
import { can } from '@lyceum/platform/permissions';
import type { Viewer } from '@lyceum/platform/viewer';
import type { RequestContext } from '@lyceum/platform/context';
import type { AnalyticsDatabase } from '../database.js';
import type { DailyActivity, DailyCount } from '../days/daily.types.js';
import { daysOf, type DayRangeArgs } from '../days/days.args.js';
import { fillDays } from '../days/days.rules.js';
import { asInt } from '../largest.js';
import type {
  CourseInsights,
  ProgressBand,
  QuestionInsights,
  TopicInsights,
} from './course-insights.types.js';

const COMMON_WRONG_ANSWERS = 5;

type Summary = Omit<CourseInsights, 'completionRate' | 'averagePercent'> & {
  average: number | null;
};

export class CourseInsightsService {
  constructor(
    private readonly database: AnalyticsDatabase,
    private readonly clock: Clock,
  ) {}

  /** Null for those without `course:insights` for the course, and for a course never published. */
  async ofCourse(courseId: string, context: RequestContext): Promise<CourseInsights | null> {
    if (!can(context.viewer, 'course:insights', { courseId })) return null;
    return context.loader(this.#summaries).load(courseId);
  }

  readonly #summaries = async (courseIds: readonly string[], context: RequestContext) => {
    const viewer = signedIn(context.viewer);
    const rows = await this.database.of(viewer).$queryRaw<Summary[]>`
      SELECT course.course_id AS "courseId",
        count(fact.enrolled_at)::int AS enrolled,
        count(*) FILTER (WHERE enrolled_at IS NOT NULL AND withdrawn_at IS NULL AND completed_at IS NULL)::int AS active,
        count(completed_at)::int AS completed,
        count(*) FILTER (WHERE enrolled_at IS NOT NULL AND withdrawn_at IS NOT NULL AND completed_at IS NULL)::int AS withdrawn,
        count(*) FILTER (WHERE enrolled_at IS NULL AND waitlisted_at IS NOT NULL AND withdrawn_at IS NULL)::int AS waitlisted,
        avg(percent) FILTER (WHERE enrolled_at IS NOT NULL AND withdrawn_at IS NULL)::float AS average
      FROM course_fact AS course
      LEFT JOIN enrollment_fact AS fact ON fact.course_id = course.course_id
      WHERE course.course_id = ANY(${courseIds}::uuid[]) AND course.organization_id = ${viewer.organizationId}::uuid
      GROUP BY course.course_id`;
    const byId = new Map(rows.map((row) => [row.courseId, row]));
    return courseIds.map((id) => {
      const row = byId.get(id);
      if (!row) return null as never;
      const { average, ...counts } = row;
      return {
        ...counts,
        completionRate: row.enrolled > 0 ? (100 * row.completed) / row.enrolled : null,
        averagePercent: average,
      };
    });
  };

  async activityByDay(
    viewer: Viewer,
    courseId: string,
    args: DayRangeArgs,
  ): Promise<DailyActivity[]> {
    const days = daysOf(args, this.clock.now());
    const rows = await this.database.of(signedIn(viewer)).dailyLearnerActivity.groupBy({
      by: ['day'],
      where: { courseId, day: { gte: dateOf(days.at(0)), lte: dateOf(days.at(-1)) } },
      _count: { learnerId: true },
      _sum: { interactions: true, durationSeconds: true },
    });
    const known = rows.map((row) => ({
      day: row.day.toISOString().slice(0, 10),
      activeLearners: row._count.learnerId,
      interactions: asInt(row._sum.interactions),
      durationSeconds: asInt(row._sum.durationSeconds),
    }));
    return fillDays(days, known, (day) => ({
      day,
      activeLearners: 0,
      interactions: 0,
      durationSeconds: 0,
    }));
  }

  async enrollmentsByDay(
    viewer: Viewer,
    courseId: string,
    args: DayRangeArgs,
  ): Promise<DailyCount[]> {
    const days = daysOf(args, this.clock.now());
    const person = signedIn(viewer);
    const known = await this.database.of(person).$queryRaw<DailyCount[]>`
      SELECT to_char(enrolled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, count(*)::int AS count
      FROM enrollment_fact
      WHERE organization_id = ${person.organizationId}::uuid AND course_id = ${courseId}::uuid
        AND enrolled_at >= ${days.at(0)}::date::timestamp AT TIME ZONE 'UTC'
        AND enrolled_at < (${days.at(-1)}::date + 1)::timestamp AT TIME ZONE 'UTC'
      GROUP BY 1`;
    return fillDays(days, known, (day) => ({ day, count: 0 }));
  }

  async progressBands(viewer: Viewer, courseId: string): Promise<ProgressBand[]> {
    const person = signedIn(viewer);
    const rows = await this.database.of(person).$queryRaw<{ band: number; learners: number }[]>`
      SELECT least(floor(percent / 10), 9)::int AS band, count(*)::int AS learners
      FROM enrollment_fact
      WHERE organization_id = ${person.organizationId}::uuid AND course_id = ${courseId}::uuid
        AND enrolled_at IS NOT NULL AND withdrawn_at IS NULL
      GROUP BY 1`;
    const known = new Map(rows.map((row) => [row.band, row.learners]));
    return Array.from({ length: 10 }, (_, band) => ({
      fromPercent: band * 10,
      toPercent: band * 10 + 10,
      learners: known.get(band) ?? 0,
    }));
  }

  async topics(viewer: Viewer, courseId: string): Promise<TopicInsights[]> {
    const rows = await this.database.of(signedIn(viewer)).dailyTopicActivity.groupBy({
      by: ['topicId'],
      where: { courseId },
      _sum: { interactions: true, durationSeconds: true },
      orderBy: { _sum: { interactions: 'desc' } },
    });
    return rows.map((row) => ({
      topic: { id: row.topicId },
      interactions: asInt(row._sum.interactions),
      durationSeconds: asInt(row._sum.durationSeconds),
    }));
  }

  /** Hardest first. */
  async questions(viewer: Viewer, courseId: string): Promise<QuestionInsights[]> {
    const person = signedIn(viewer);
    const prisma = this.database.of(person);
    const [facts, wrong] = await Promise.all([
      prisma.questionFact.findMany({ where: { courseId } }),
      prisma.$queryRaw<{ blockId: string; questionId: string; response: string; count: number }[]>`
        SELECT block_id AS "blockId", question_id AS "questionId", response, count
        FROM (
          SELECT *, row_number() OVER (
            PARTITION BY block_id, question_id ORDER BY count DESC, response_hash) AS place
          FROM wrong_answer
          WHERE organization_id = ${person.organizationId}::uuid AND course_id = ${courseId}::uuid
        ) AS ranked
        WHERE place <= ${COMMON_WRONG_ANSWERS}::int ORDER BY place`,
    ]);
    const wrongOf = new Map<string, typeof wrong>();
    for (const row of wrong) {
      const key = `${row.blockId}/${row.questionId}`;
      wrongOf.set(key, [...(wrongOf.get(key) ?? []), row]);
    }
    return facts
      .map((fact) => ({
        questionId: fact.questionId,
        blockId: fact.blockId,
        topic: { id: fact.topicId },
        prompt: fact.prompt,
        answers: fact.answers,
        correct: fact.correct,
        facility: (100 * fact.correct) / fact.answers,
        commonWrongAnswers: wrongOf.get(`${fact.blockId}/${fact.questionId}`) ?? [],
      }))
      .toSorted((a, b) => a.facility - b.facility || b.answers - a.answers);
  }
}

function signedIn(viewer: Viewer) {
  if (viewer.kind !== 'person') throw new Error('Insights are for people with permission');
  return viewer;
}

function dateOf(day: string | undefined): Date {
  return new Date(`${day}T00:00:00.000Z`);
}
