import { courseChanged } from '@lyceum/events/course';
import type { Clock } from '@lyceum/platform/clock';
import type { RequestContext } from '@lyceum/platform/context';
import { isUniqueViolation } from '@lyceum/platform/database';
import { badInput, conflict } from '@lyceum/platform/errors';
import { isId } from '@lyceum/platform/ids';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { Course } from '../../generated/prisma/client.js';
import type { Admission } from '../enrollment/admission.js';
import type { SeatKeeper } from '../enrollment/seat-keeper.js';
import type { CourseDatabase, Tx } from '../service-types.js';
import { visibleCourses } from './course.access.js';
import type { CourseChanges, NewCourse } from './course.input.js';
import { courseWriter } from './course.writer.js';

const SLUG_TRIES = 10;

export class CourseService {
  constructor(
    private readonly database: CourseDatabase,
    private readonly clock: Clock,
    private readonly seats: SeatKeeper,
    private readonly admission: Admission,
  ) {}

  /** Batch of courses the viewer can see, by id. */
  readonly #batch = async (ids: readonly string[], context: RequestContext) => {
    const viewer = requireSignedIn(context.viewer);
    const courses = await this.database.of(viewer).course.findMany({
      where: { id: { in: ids.filter(isId) }, ...visibleCourses(viewer) },
    });
    const byId = new Map(courses.map((course) => [course.id, course]));
    return ids.map((id) => byId.get(id) ?? null);
  };

  /** The course if the viewer can see it. */
  load(id: string, context: RequestContext): Promise<Course | null> {
    if (context.viewer.kind !== 'person') return Promise.resolve(null);
    return context.loader<string, Course | null>(this.#batch).load(id);
  }

  async byIdOrSlug(
    context: RequestContext,
    by: { id?: string | null; slug?: string | null },
  ): Promise<Course | null> {
    const viewer = requireSignedIn(context.viewer);
    if ((by.id == null) === (by.slug == null)) {
      throw badInput(['id'], 'EXCLUSIVE', 'Give id or slug, one of them.');
    }
    if (by.id != null) return this.load(by.id, context);
    return this.database.of(viewer).course.findFirst({
      where: { slug: by.slug!, ...visibleCourses(viewer) },
    });
  }

  async create(viewer: SignedIn, input: NewCourse): Promise<Course> {
    const attempt = () =>
      this.database.transaction(viewer, (tx) =>
        courseWriter.create(tx, viewer, input, this.clock.now()),
      );
    if (input.slug) return refuseTakenSlug(attempt);
    // Two courses of one title made at once: whoever comes second gets the next slug.
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (tries >= SLUG_TRIES || !isUniqueViolation(error)) throw error;
      }
    }
  }

  update(viewer: SignedIn, id: string, changes: CourseChanges): Promise<Course> {
    return refuseTakenSlug(() =>
      this.database.transaction(viewer, async (tx) => {
        const before = await this.seats.lockAs(tx, viewer, 'course:edit', id);
        const data = { ...changes, updatedAt: this.clock.now() };
        const [after] = await tx.prisma.course.updateManyAndReturn({ where: { id }, data });
        recordIfChanged(tx, before, after!);
        // A larger course has room for those who wait.
        if (changes.capacity !== undefined) await this.seats.promote(tx, id);
        return tx.prisma.course.findFirstOrThrow({ where: { id } });
      }),
    );
  }

  /** Takes the course out of the catalogue; those who take part keep it. */
  archive(viewer: SignedIn, id: string): Promise<Course> {
    return this.#setStatus(viewer, id, 'ARCHIVED');
  }

  /** Puts an archived course back, as it was. */
  restore(viewer: SignedIn, id: string): Promise<Course> {
    return this.#setStatus(viewer, id, 'PUBLISHED');
  }

  #setStatus(viewer: SignedIn, id: string, wanted: 'ARCHIVED' | 'PUBLISHED'): Promise<Course> {
    return this.database.transaction(viewer, async (tx) => {
      const course = await this.seats.lockAs(tx, viewer, 'course:publish', id);
      const status = wanted === 'PUBLISHED' && !course.publishedVersionId ? 'DRAFT' : wanted;
      const [updated] = await tx.prisma.course.updateManyAndReturn({
        where: { id },
        data: { status, updatedAt: this.clock.now() },
      });
      recordIfChanged(tx, course, updated!);
      if (status === 'PUBLISHED') await this.admission.admitWaiting(tx, updated!);
      return tx.prisma.course.findFirstOrThrow({ where: { id } });
    });
  }
}

/** Tells the other services of a change that they keep a copy of. */
function recordIfChanged(tx: Tx, before: Course, after: Course): void {
  const { id: courseId, slug, title, status } = after;
  if (before.slug === slug && before.title === title && before.status === status) return;
  tx.record(courseChanged, { aggregateId: courseId, data: { courseId, slug, title, status } });
}

async function refuseTakenSlug<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw conflict('SLUG_TAKEN', 'Another course of the organization has this slug.', {
      path: ['input', 'slug'],
    });
  }
}
