import type { RequestContext } from '@lyceum/platform/context';
import { isId } from '@lyceum/platform/ids';
import {
  cursorValues,
  keyset,
  pageOf,
  pageRequest,
  type Page,
  type PageArgs,
} from '@lyceum/platform/pagination';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import { Prisma } from '../../generated/prisma/client.js';
import type { Enrollment } from '../../generated/prisma/client.js';
import type { EnrollmentStatus } from '../../generated/prisma/enums.js';
import { coursesWith } from '../course/course.access.js';
import { grouped } from '../grouped.js';
import type { CourseDatabase } from '../service-types.js';

interface OfLearner {
  learnerId: string;
  status: EnrollmentStatus | null;
  page: PageArgs;
}

/** Which enrollments exist for the viewer: their own, and those of the courses they oversee. */
function visibleEnrollments(viewer: SignedIn): Prisma.EnrollmentWhereInput {
  const overseen = coursesWith(viewer, 'course:insights');
  if (overseen === 'ALL') return {};
  return {
    OR: [
      { learnerId: viewer.userId },
      ...(overseen.length > 0 ? [{ courseId: { in: [...overseen] } }] : []),
    ],
  };
}

export class EnrollmentLoaders {
  constructor(private readonly database: CourseDatabase) {}

  /** An enrollment the viewer may see. */
  load(id: string, context: RequestContext): Promise<Enrollment | null> {
    if (context.viewer.kind !== 'person') return Promise.resolve(null);
    return context.loader<string, Enrollment | null>(this.#byId).load(id);
  }

  /** The viewer's own enrollment in a course. */
  own(courseId: string, context: RequestContext): Promise<Enrollment | null> {
    if (context.viewer.kind !== 'person') return Promise.resolve(null);
    return context.loader<string, Enrollment | null>(this.#own).load(courseId);
  }

  /** Place in the waitlist, from 1; null for who does not wait. */
  waitlistPosition(enrollment: Enrollment, context: RequestContext): Promise<number | null> {
    if (enrollment.status !== 'WAITLISTED') return Promise.resolve(null);
    return context.loader<string, number | null>(this.#positions).load(enrollment.id);
  }

  /** A page of a learner's enrollments, latest first; one statement for all learners of a request. */
  ofLearner(
    context: RequestContext,
    learnerId: string,
    status: EnrollmentStatus | null,
    page: PageArgs,
  ): Promise<Page<Enrollment>> {
    return context
      .loader<OfLearner, Page<Enrollment>>(this.#ofLearners)
      .load({ learnerId, status, page });
  }

  /** A page of a course's enrollments, latest first, for those who oversee it. */
  async ofCourse(
    viewer: SignedIn,
    courseId: string,
    status: EnrollmentStatus | null,
    page: PageArgs,
  ): Promise<Page<Enrollment>> {
    const request = pageRequest(page);
    const { where, orderBy, take } = keyset(request, [['id', 'desc', 'id']]);
    const rows = await this.database.of(viewer).enrollment.findMany({
      where: { AND: [{ courseId, ...(status ? { status } : {}) }, where] },
      orderBy,
      take,
    });
    return pageOf(request, rows, ({ id }) => [id]);
  }

  readonly #byId = async (ids: readonly string[], context: RequestContext) => {
    const viewer = requireSignedIn(context.viewer);
    const rows = await this.database.of(viewer).enrollment.findMany({
      where: { id: { in: ids.filter(isId) }, ...visibleEnrollments(viewer) },
    });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  };

  readonly #own = async (courseIds: readonly string[], context: RequestContext) => {
    const viewer = requireSignedIn(context.viewer);
    const rows = await this.database.of(viewer).enrollment.findMany({
      where: { courseId: { in: [...courseIds] }, learnerId: viewer.userId },
    });
    const byCourse = new Map(rows.map((row) => [row.courseId, row]));
    return courseIds.map((id) => byCourse.get(id) ?? null);
  };

  readonly #positions = async (ids: readonly string[], context: RequestContext) => {
    const viewer = requireSignedIn(context.viewer);
    const rows = await this.database.of(viewer).$queryRaw<{ id: string; position: number }[]>`
      SELECT e.id, (SELECT count(*)::int FROM enrollment o
                    WHERE o.course_id = e.course_id AND o.waitlist_number <= e.waitlist_number) AS position
      FROM enrollment e
      WHERE e.id = ANY(${[...ids]}::uuid[]) AND e.organization_id = ${viewer.organizationId}::uuid
        AND e.waitlist_number IS NOT NULL`;
    const byId = new Map(rows.map((row) => [row.id, row.position]));
    return ids.map((id) => byId.get(id) ?? null);
  };

  readonly #ofLearners = async (keys: readonly OfLearner[], context: RequestContext) => {
    const viewer = requireSignedIn(context.viewer);
    const pages = new Map<OfLearner, Page<Enrollment>>();
    // Keys of one field of the operation have the same arguments; they make one statement.
    for (const alike of grouped(keys, argumentsOf).values()) {
      for (const [key, page] of await this.#pages(viewer, alike)) pages.set(key, page);
    }
    return keys.map((key) => pages.get(key)!);
  };

  async #pages(viewer: SignedIn, keys: readonly OfLearner[]) {
    const [{ status, page }] = keys as [OfLearner];
    const request = pageRequest(page);
    const cursor = cursorValues(request, ['id']);
    const after = request.backwards ? Prisma.sql`>` : Prisma.sql`<`;
    const order = request.backwards ? Prisma.sql`ASC` : Prisma.sql`DESC`;
    const overseen = coursesWith(viewer, 'course:insights');
    const seen =
      overseen === 'ALL'
        ? Prisma.empty
        : Prisma.sql`AND (e.learner_id = ${viewer.userId}::uuid OR e.course_id = ANY(${[...overseen]}::uuid[]))`;
    const ids = [...new Set(keys.map(({ learnerId }) => learnerId))].filter(isId);
    const rows = await this.database.of(viewer).$queryRaw<Enrollment[]>`
      SELECT e.id, e.organization_id AS "organizationId", e.course_id AS "courseId",
             e.learner_id AS "learnerId", e.status, e.source, e.waitlist_number AS "waitlistNumber",
             e.waitlisted_at AS "waitlistedAt", e.enrolled_at AS "enrolledAt",
             e.withdrawn_at AS "withdrawnAt", e.completed_at AS "completedAt"
      FROM unnest(${ids}::uuid[]) AS learner(id)
      CROSS JOIN LATERAL (
        SELECT * FROM enrollment e
        WHERE e.learner_id = learner.id AND e.organization_id = ${viewer.organizationId}::uuid
          ${status ? Prisma.sql`AND e.status = ${status}::"EnrollmentStatus"` : Prisma.empty}
          ${cursor ? Prisma.sql`AND e.id ${after} ${cursor[0]}::uuid` : Prisma.empty}
          ${seen}
        ORDER BY e.id ${order} LIMIT ${request.take}
      ) e ORDER BY e.id ${order}`;
    const byLearner = grouped(rows, ({ learnerId }) => learnerId);
    return keys.map((key) => {
      const own = byLearner.get(key.learnerId) ?? [];
      return [key, pageOf(request, own, ({ id }) => [id])] as const;
    });
  }
}

function argumentsOf({ status, page }: OfLearner): string {
  return JSON.stringify([status, page]);
}
