import type { Clock } from '@lyceum/platform/clock';
import type { RequestContext } from '@lyceum/platform/context';
import type { Database } from '@lyceum/platform/database';
import { conflict, notFound, permissionDenied } from '@lyceum/platform/errors';
import { isId } from '@lyceum/platform/ids';
import { can, requireSignedIn } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { applyChanges, type Work } from '../completion/completion.service.js';
import { breakdown } from '../completion/completion.rules.js';
import type { CourseOutline } from '../course-structure/course-outline.rules.js';
import type { CourseStructures } from '../course-structure/course-structure.service.js';
import { topicProgressOf } from '../topic-progress/topic-progress.types.js';
import type { Arrivals } from './arrivals.js';
import type { CourseProgressLoaders } from './course-progress.loaders.js';
import {
  lockCourseProgress,
  mayRecord,
  maySee,
  type CourseProgressRow,
} from './course-progress.rows.js';
import type { ModuleProgress } from './course-progress.types.js';

/** @throws UNAUTHENTICATED, or NOT_FOUND for enrollments that the viewer may not see */
export async function requireProgress(
  loaders: CourseProgressLoaders,
  enrollmentId: string,
  context: RequestContext,
): Promise<CourseProgressRow> {
  requireSignedIn(context.viewer);
  const row = await context.loader(loaders.byId).load(enrollmentId);
  if (!row) throw notFound('Enrollment');
  return row;
}

/** How far someone is in each module, lesson and topic of the course as published now. */
export async function modulesOf(
  loaders: CourseProgressLoaders,
  row: CourseProgressRow,
  context: RequestContext,
): Promise<ModuleProgress[]> {
  const [topics, outline] = await Promise.all([
    context.loader(loaders.topics).load(row.id),
    context.loader(loaders.outlines).load(row.courseId),
  ]);
  const byId = new Map(topics.map((topic) => [topic.topicId, topic]));
  const completed = new Set(
    topics.filter((topic) => topic.completedAt !== null).map((topic) => topic.topicId),
  );
  return breakdown(outline, completed).map(({ moduleId, lessons, ...figures }) => ({
    ...figures,
    module: { id: moduleId },
    lessons: lessons.map(({ lessonId, topicIds, ...lesson }) => ({
      ...lesson,
      lesson: { id: lessonId },
      topics: topicIds.map((id) => topicProgressOf(id, byId.get(id))),
    })),
  }));
}

/** An enrollment whose row is locked, with the course as published now. */
export interface OpenEnrollment {
  readonly row: CourseProgressRow;
  readonly outline: CourseOutline;
}

const OVERRIDES = 'To help a learner who cannot go on, use grantAttempts or completeTopicFor.';

/**
 * Locks an enrollment for someone who records in it.
 * @throws NOT_FOUND; PERMISSION_DENIED for those who may see it only; CONFLICT (WITHDRAWN)
 */
export async function openForRecording(
  work: Pick<Work, 'prisma'>,
  structures: CourseStructures,
  viewer: SignedIn,
  enrollmentId: string,
): Promise<OpenEnrollment> {
  return openEnrollment(work, structures, viewer, enrollmentId, (row) => {
    if (mayRecord(viewer, row)) return;
    if (!maySee(viewer, row)) throw notFound('Enrollment');
    const overrides: boolean = can(viewer, 'progress:override', { courseId: row.courseId });
    throw permissionDenied('activity:record-for-others', overrides ? OVERRIDES : undefined);
  });
}

/**
 * Locks an enrollment of the viewer's organization.
 * @throws NOT_FOUND; CONFLICT (WITHDRAWN); and what `require` throws
 * @param require throws when the viewer may not do what it is opened for
 */
export async function openEnrollment(
  { prisma }: Pick<Work, 'prisma'>,
  structures: CourseStructures,
  { organizationId }: SignedIn,
  enrollmentId: string,
  require: (row: CourseProgressRow) => void,
): Promise<OpenEnrollment> {
  const rows = await lockCourseProgress(prisma, organizationId, [enrollmentId]);
  const row = rows.get(enrollmentId);
  if (!row) throw notFound('Enrollment');
  require(row);
  if (row.withdrawnAt) throw conflict('WITHDRAWN', 'The learner has left this course.');
  const outlines = await structures.outlines(prisma, organizationId, [row.courseId]);
  return { row, outline: outlines.get(row.courseId)! };
}

export class CourseProgressService {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly structures: CourseStructures,
    private readonly arrivals: Arrivals,
    private readonly clock: Clock,
  ) {}

  /** The learner says that a topic is done; once is enough. */
  async completeTopic(
    viewer: SignedIn,
    { enrollmentId, topicId }: { enrollmentId: string; topicId: string },
  ): Promise<CourseProgressRow> {
    if (!isId(enrollmentId)) throw notFound('Enrollment');
    await this.arrivals.waitFor(viewer, [enrollmentId]);
    return this.database.transaction(viewer, async (tx) => {
      const { row, outline } = await openForRecording(tx, this.structures, viewer, enrollmentId);
      const topic = outline.topicById.get(topicId);
      if (!topic) throw notFound('Topic');
      if (topic.rule !== 'MANUAL') {
        throw conflict('NOT_MANUAL', notManual(viewer, row));
      }
      const where = { enrollmentId_topicId: { enrollmentId: row.id, topicId: topic.id } };
      const known = await tx.prisma.topicProgress.findUnique({ where });
      if (known?.completedAt) return row;
      const now = this.clock.now();
      const change = { row, outline, completedNow: [topic], firstAt: now, lastAt: now };
      await applyChanges(tx, viewer.organizationId, [change], now);
      return tx.prisma.courseProgress.findUniqueOrThrow({ where: { id: row.id } });
    });
  }
}

/** Who may complete it all the same hears how. */
function notManual(viewer: SignedIn, { courseId }: CourseProgressRow): string {
  const why = 'This topic is completed by what is done in it.';
  const overrides: boolean = can(viewer, 'progress:override', { courseId });
  return overrides ? `${why} To complete it for a learner, use completeTopicFor.` : why;
}
