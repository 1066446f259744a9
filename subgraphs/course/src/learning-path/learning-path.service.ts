import { learningPathJoined, learningPathPublished } from '@lyceum/events/course';
import type { Clock } from '@lyceum/platform/clock';
import type { RequestContext } from '@lyceum/platform/context';
import { badInput, conflict, notFound } from '@lyceum/platform/errors';
import { isId, newId } from '@lyceum/platform/ids';
import { keyset, pageOf, pageRequest, type PageArgs } from '@lyceum/platform/pagination';
import { can, requireSignedIn } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { LearningPath, Prisma } from '../../generated/prisma/client.js';
import type { Admission, Admitted } from '../enrollment/admission.js';
import type { SeatKeeper } from '../enrollment/seat-keeper.js';
import { grouped } from '../grouped.js';
import type { CourseDatabase, Tx } from '../service-types.js';

const MOST_COURSES = 100;

export class LearningPathService {
  constructor(
    private readonly database: CourseDatabase,
    private readonly clock: Clock,
    private readonly seats: SeatKeeper,
    private readonly admission: Admission,
  ) {}

  load(id: string, context: RequestContext): Promise<LearningPath | null> {
    if (context.viewer.kind !== 'person') return Promise.resolve(null);
    return context.loader<string, LearningPath | null>(this.#batch).load(id);
  }

  /** Ids of a path's courses in their order. */
  courseIds(id: string, context: RequestContext): Promise<string[]> {
    return context.loader<string, string[]>(this.#courses).load(id);
  }

  /** When the viewer joined; null when they did not. */
  joinedAt(id: string, context: RequestContext): Promise<Date | null> {
    return context.loader<string, Date | null>(this.#joined).load(id);
  }

  /** A page of the paths the viewer can see, newest first. */
  async list(viewer: SignedIn, args: PageArgs) {
    const request = pageRequest(args);
    const { where, orderBy, take } = keyset(request, [['id', 'desc', 'id']]);
    const rows = await this.database.of(viewer).learningPath.findMany({
      where: { AND: [visible(viewer), where] },
      orderBy,
      take,
    });
    return pageOf(request, rows, ({ id }) => [id]);
  }

  create(viewer: SignedIn, input: { title: string; summary: string }): Promise<LearningPath> {
    const { organizationId } = viewer;
    return this.database.transaction(viewer, (tx) =>
      tx.prisma.learningPath.create({
        data: { ...input, id: newId(), organizationId, createdAt: this.clock.now() },
      }),
    );
  }

  /** @throws BAD_USER_INPUT for unknown courses; CONFLICT (EMPTY) for none on a published path */
  setCourses(viewer: SignedIn, id: string, courseIds: readonly string[]): Promise<LearningPath> {
    const wanted = [...new Set(courseIds)];
    const path = ['input', 'courseIds'];
    if (wanted.length > MOST_COURSES) throw badInput(path, 'TOO_MANY', `At most ${MOST_COURSES}.`);
    return this.database.transaction(viewer, async (tx) => {
      const learningPath = await this.#lock(tx, id);
      const known = await tx.prisma.course.count({ where: { id: { in: wanted.filter(isId) } } });
      if (known < wanted.length) throw badInput(path, 'UNKNOWN', 'There is no such course.');
      await tx.prisma.learningPathCourse.deleteMany({ where: { learningPathId: id } });
      await tx.prisma.learningPathCourse.createMany({
        data: wanted.map((courseId, position) => ({
          learningPathId: id,
          courseId,
          position,
          organizationId: viewer.organizationId,
        })),
      });
      if (learningPath.status === 'PUBLISHED') this.#recordPublished(tx, learningPath, wanted);
      return learningPath;
    });
  }

  /** @throws CONFLICT (EMPTY) for a path without courses */
  publish(viewer: SignedIn, id: string): Promise<LearningPath> {
    return this.database.transaction(viewer, async (tx) => {
      const before = await this.#lock(tx, id);
      const [published] = await tx.prisma.learningPath.updateManyAndReturn({
        where: { id },
        data: { status: 'PUBLISHED', publishedAt: before.publishedAt ?? this.clock.now() },
      });
      this.#recordPublished(tx, published!, await this.#courseIdsIn(tx, id));
      return published!;
    });
  }

  /**
   * Joins the path and enters each of its courses that is open to the learner now. What must be paid
   * for or completed first is told, and opens by event later. Joining again tries again.
   */
  join(viewer: SignedIn, id: string): Promise<{ learningPath: LearningPath; courses: Admitted[] }> {
    const learnerId = viewer.userId;
    return this.database.transaction(viewer, async (tx) => {
      const where = { id, status: 'PUBLISHED' as const };
      const learningPath = isId(id) ? await tx.prisma.learningPath.findFirst({ where }) : null;
      if (!learningPath) throw notFound('LearningPath');
      const joinedAt = this.clock.now();
      const { count } = await tx.prisma.learningPathMember.createMany({
        data: [{ learningPathId: id, learnerId, organizationId: viewer.organizationId, joinedAt }],
        skipDuplicates: true,
      });
      if (count > 0) {
        tx.record(learningPathJoined, {
          aggregateId: id,
          data: { learningPathId: id, learnerId, joinedAt: joinedAt.toISOString() },
        });
      }
      const courseIds = await this.#courseIdsIn(tx, id);
      const results = new Map<string, Admitted>();
      // Locked in one order everywhere, so that two who join at once do not block each other.
      for (const courseId of courseIds.toSorted()) {
        const course = await this.seats.lock(tx, courseId);
        if (course?.status !== 'PUBLISHED') continue;
        const result = await this.admission.request(tx, course, learnerId, 'LEARNING_PATH');
        results.set(courseId, result);
      }
      const courses = courseIds.flatMap((courseId) => results.get(courseId) ?? []);
      return { learningPath, courses };
    });
  }

  /** Locks the path, so that changes of its courses follow one another. */
  async #lock(tx: Tx, id: string): Promise<LearningPath> {
    const [path] = isId(id)
      ? await tx.prisma.learningPath.updateManyAndReturn({ where: { id }, data: { id } })
      : [];
    if (!path) throw notFound('LearningPath');
    return path;
  }

  #recordPublished(tx: Tx, { id, title }: LearningPath, courseIds: string[]): void {
    if (courseIds.length === 0) {
      throw conflict('EMPTY', 'A published learning path has at least one course.');
    }
    tx.record(learningPathPublished, {
      aggregateId: id,
      data: { learningPathId: id, title, courseIds },
    });
  }

  async #courseIdsIn({ prisma }: Pick<Tx, 'prisma'>, id: string): Promise<string[]> {
    const rows = await prisma.learningPathCourse.findMany({
      where: { learningPathId: id },
      orderBy: { position: 'asc' },
    });
    return rows.map(({ courseId }) => courseId);
  }

  readonly #batch = async (ids: readonly string[], context: RequestContext) => {
    const viewer = requireSignedIn(context.viewer);
    const rows = await this.database.of(viewer).learningPath.findMany({
      where: { id: { in: ids.filter(isId) }, ...visible(viewer) },
    });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  };

  readonly #courses = async (ids: readonly string[], { viewer }: RequestContext) => {
    const rows = await this.database.of(requireSignedIn(viewer)).learningPathCourse.findMany({
      where: { learningPathId: { in: [...ids] } },
      orderBy: { position: 'asc' },
    });
    const byPath = grouped(rows, ({ learningPathId }) => learningPathId);
    return ids.map((id) => byPath.get(id)?.map(({ courseId }) => courseId) ?? []);
  };

  readonly #joined = async (ids: readonly string[], context: RequestContext) => {
    const viewer = requireSignedIn(context.viewer);
    const rows = await this.database.of(viewer).learningPathMember.findMany({
      where: { learningPathId: { in: [...ids] }, learnerId: viewer.userId },
    });
    const byPath = new Map(rows.map((row) => [row.learningPathId, row.joinedAt]));
    return ids.map((id) => byPath.get(id) ?? null);
  };
}

function visible(viewer: SignedIn): Prisma.LearningPathWhereInput {
  const manages: boolean = can(viewer, 'learning-path:manage');
  return manages ? {} : { status: 'PUBLISHED' };
}
