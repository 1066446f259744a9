import { coursePublished } from '@lyceum/events/course';
import type { Clock } from '@lyceum/platform/clock';
import type { RequestContext } from '@lyceum/platform/context';
import { conflict } from '@lyceum/platform/errors';
import { newId } from '@lyceum/platform/ids';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { Course } from '../../generated/prisma/client.js';
import { lockDraft } from '../draft/draft.writer.js';
import type { Admission } from '../enrollment/admission.js';
import type { SeatKeeper } from '../enrollment/seat-keeper.js';
import { grouped } from '../grouped.js';
import type { CourseDatabase, Tx } from '../service-types.js';
import { obstacles } from './publishing.rules.js';
import { structureOf } from './structure.js';

const OBSTACLES_SHOWN = 50;

export class PublishingService {
  constructor(
    private readonly database: CourseDatabase,
    private readonly clock: Clock,
    private readonly seats: SeatKeeper,
    private readonly admission: Admission,
  ) {}

  /**
   * Makes the draft the version that learners see.
   * @throws CONFLICT (NOT_PUBLISHABLE) with `obstacles`: paths and reasons
   */
  publish(viewer: SignedIn, courseId: string, notes: string | null): Promise<Course> {
    return this.database.transaction(viewer, async (tx) => {
      const course = await this.seats.lockAs(tx, viewer, 'course:publish', courseId);
      const draft = (await lockDraft(tx, courseId))!;
      const structure = await structureOf(tx, draft.id);
      const found = obstacles(structure);
      if (found.length > 0) {
        throw conflict('NOT_PUBLISHABLE', `The draft is not complete: ${found[0]!.reason}.`, {
          obstacles: found.slice(0, OBSTACLES_SHOWN),
          obstacleCount: found.length,
        });
      }
      const publishedAt = this.clock.now();
      const number = (course.publishedVersionNumber ?? 0) + 1;
      const versionId = newId();
      const { revision } = await tx.prisma.courseVersion.findFirstOrThrow({
        where: { id: draft.id },
        select: { revision: true },
      });
      await tx.prisma.courseVersion.create({
        data: {
          id: versionId,
          organizationId: course.organizationId,
          courseId,
          number,
          notes,
          revision,
          publishedAt,
          publishedBy: viewer.userId,
        },
      });
      await copyVersion(tx, course.organizationId, draft.id, versionId);
      const [published] = await tx.prisma.course.updateManyAndReturn({
        where: { id: courseId },
        data: {
          status: 'PUBLISHED',
          publishedVersionId: versionId,
          publishedVersionNumber: number,
          publishedAt,
          updatedAt: publishedAt,
        },
      });
      tx.record(coursePublished, {
        aggregateId: courseId,
        data: {
          courseId,
          versionNumber: number,
          slug: published!.slug,
          title: published!.title,
          publishedAt: publishedAt.toISOString(),
          structure,
        },
      });
      if (course.status === 'PUBLISHED') return published!;
      await this.admission.admitWaiting(tx, published!);
      return tx.prisma.course.findFirstOrThrow({ where: { id: courseId } });
    });
  }

  /** The publish log, latest first. */
  versions(courseId: string, context: RequestContext) {
    return context.loader(this.#versions).load(courseId);
  }

  /** Whether the draft differs from what learners see. */
  async hasUnpublishedChanges(course: Course, context: RequestContext): Promise<boolean> {
    if (!course.publishedVersionId) return true;
    const revisions = context.loader<string, number | null>(this.#revisions);
    const [draft, published] = await revisions.loadMany([
      course.draftVersionId,
      course.publishedVersionId,
    ]);
    return draft !== published;
  }

  readonly #versions = async (courseIds: readonly string[], { viewer }: RequestContext) => {
    const rows = await this.database.of(requireSignedIn(viewer)).courseVersion.findMany({
      where: { courseId: { in: [...courseIds] }, number: { not: null } },
      orderBy: { number: 'desc' },
    });
    const byCourse = grouped(rows, ({ courseId }) => courseId);
    return courseIds.map((id) => byCourse.get(id) ?? []);
  };

  readonly #revisions = async (versionIds: readonly string[], { viewer }: RequestContext) => {
    const rows = await this.database.of(requireSignedIn(viewer)).courseVersion.findMany({
      where: { id: { in: [...versionIds] } },
      select: { id: true, revision: true },
    });
    const byId = new Map(rows.map(({ id, revision }) => [id, revision]));
    return versionIds.map((id) => byId.get(id) ?? null);
  };
}

/** Copies every part to another version under the same ids: a statement a level, whatever the size. */
async function copyVersion(
  { prisma }: Pick<Tx, 'prisma'>,
  organizationId: string,
  from: string,
  to: string,
): Promise<void> {
  await prisma.$executeRaw`
    INSERT INTO module (id, version_id, organization_id, course_id, position, title)
    SELECT id, ${to}::uuid, organization_id, course_id, position, title FROM module
    WHERE version_id = ${from}::uuid AND organization_id = ${organizationId}::uuid`;
  await prisma.$executeRaw`
    INSERT INTO lesson (id, version_id, organization_id, course_id, module_id, position, title)
    SELECT id, ${to}::uuid, organization_id, course_id, module_id, position, title FROM lesson
    WHERE version_id = ${from}::uuid AND organization_id = ${organizationId}::uuid`;
  await prisma.$executeRaw`
    INSERT INTO topic (id, version_id, organization_id, course_id, lesson_id, position, title, completion_rule)
    SELECT id, ${to}::uuid, organization_id, course_id, lesson_id, position, title, completion_rule
    FROM topic
    WHERE version_id = ${from}::uuid AND organization_id = ${organizationId}::uuid`;
  await prisma.$executeRaw`
    INSERT INTO block (id, version_id, organization_id, course_id, topic_id, position, kind, title, content, answer_key, feedback)
    SELECT id, ${to}::uuid, organization_id, course_id, topic_id, position, kind, title, content, answer_key, feedback
    FROM block
    WHERE version_id = ${from}::uuid AND organization_id = ${organizationId}::uuid`;
}
