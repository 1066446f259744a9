import { importUpdated } from '@lyceum/events/course';
import type { Clock } from '@lyceum/platform/clock';
import { conflict, notFound } from '@lyceum/platform/errors';
import { isId, newId } from '@lyceum/platform/ids';
import { can, requirePermission } from '@lyceum/platform/permissions';
import type { RoleAssignment, SignedIn } from '@lyceum/platform/viewer';
import type { Course, CourseImport } from '../../generated/prisma/client.js';
import { requireOnCourse } from '../course/course.access.js';
import type { CourseDatabase, Tx } from '../service-types.js';
import { courseOfSource, sourceOfCourse } from './import-sources.js';

/** Records how far an import is, in the transaction that takes it there. */
export function recordImport(tx: Pick<Tx, 'record'>, row: CourseImport): void {
  tx.record(importUpdated, {
    aggregateId: row.id,
    data: {
      importId: row.id,
      requestedBy: row.requestedBy,
      state: row.state,
      percent: row.percent,
      courseId: row.courseId,
    },
  });
}

/** Imports as people see them: asked for, and looked at. The work itself is the runner's. */
export class CourseImportService {
  constructor(
    private readonly database: CourseDatabase,
    private readonly clock: Clock,
    private readonly runSoon: () => void,
  ) {}

  /**
   * Asking twice for the same upload gives the same import.
   * @param updateCourseId the course whose draft is updated; null to make a course
   */
  async request(
    viewer: SignedIn,
    uploadId: string,
    updateCourseId: string | null,
  ): Promise<CourseImport> {
    const { userId, organizationId } = viewer;
    if (updateCourseId === null) requirePermission(viewer, 'course:create');
    else await this.#requireUpdatable(viewer, updateCourseId);
    if (!isId(uploadId)) throw notFound('Upload');
    const queued = await this.database.transaction(viewer, async (tx) => {
      const upload = await tx.prisma.upload.findFirst({
        where: { id: uploadId, createdBy: userId },
      });
      if (!upload) throw notFound('Upload');
      if (upload.state === 'PENDING') {
        throw conflict('UPLOAD_PENDING', 'Put the bytes of the file at the address first.');
      }
      // Whoever turns the upload USED makes the import: two at once cannot both.
      const { count } = await tx.prisma.upload.updateMany({
        where: { id: uploadId, state: 'RECEIVED' },
        data: { state: 'USED' },
      });
      if (count === 0) return null;
      const row = await tx.prisma.courseImport.create({
        data: {
          id: newId(),
          organizationId,
          requestedBy: userId,
          uploadId,
          createdAt: this.clock.now(),
          updateCourseId,
          updateRevision: await this.#revisionOf(tx, updateCourseId),
        },
      });
      recordImport(tx, row);
      tx.afterCommit(this.runSoon);
      return row;
    });
    if (queued) return queued;
    const where = { uploadId };
    const earlier = await this.database.of(viewer).courseImport.findFirstOrThrow({ where });
    if (earlier.updateCourseId === updateCourseId) return earlier;
    throw conflict('UPLOAD_USED', 'This upload was imported already, for another purpose.');
  }

  async #requireUpdatable(viewer: SignedIn, courseId: string): Promise<void> {
    const read = this.database.of(viewer);
    const course = isId(courseId) ? await read.course.findFirst({ where: { id: courseId } }) : null;
    requireOnCourse(viewer, 'course:edit', course);
    if ((await sourceOfCourse(read, courseId)) !== null) return;
    const message =
      'It is not known what the parts of this course are in its source: it was not imported, or before that was kept. Import the file as a new course.';
    throw conflict('NO_SOURCE', message, { path: ['input', 'updateCourseId'] });
  }

  async #revisionOf({ prisma }: Tx, courseId: string | null): Promise<number | null> {
    if (courseId === null) return null;
    const where = { courseId, number: null };
    return (await prisma.courseVersion.findFirstOrThrow({ where })).revision;
  }

  /** The newest course made of this source (organization/course/run) that the viewer may edit. */
  courseOf(viewer: SignedIn, source: string): Promise<Course | null> {
    return courseOfSource(this.database, viewer, source);
  }

  /** The newest course that was made of the same source before, and that the viewer may edit. */
  earlierCourse(viewer: SignedIn, row: CourseImport): Promise<Course | null> {
    if (row.source === null) return Promise.resolve(null);
    const before = { importId: row.id, courseId: row.courseId };
    return courseOfSource(this.database, viewer, row.source, before);
  }

  /** The import, for whoever asked for it and for those who edit the course it made, or all courses. */
  async byId(viewer: SignedIn, id: string): Promise<CourseImport | null> {
    if (!isId(id)) return null;
    const row = await this.database.of(viewer).courseImport.findFirst({ where: { id } });
    if (!row) return null;
    const courseId = row.courseId ?? row.updateCourseId;
    const edits = can(viewer, 'course:edit', courseId === null ? {} : { courseId });
    return row.requestedBy === viewer.userId || edits ? row : null;
  }

  /**
   * What the viewer holds in the course of an import that ended while this request was under way:
   * the roles of a request are read when it begins.
   */
  async newRole(viewer: SignedIn, { courseId }: CourseImport): Promise<RoleAssignment | null> {
    if (courseId === null) return null;
    // Annotated, so that the compiler does not take `viewer` for anonymous where it is false.
    const edits: boolean = can(viewer, 'course:edit', { courseId });
    if (edits) return null;
    const where = { courseId, userId: viewer.userId };
    const staff = await this.database.of(viewer).courseStaff.findFirst({ where });
    return staff && { role: staff.role, scope: 'COURSE', scopeId: courseId };
  }
}
