import { importUpdated } from '@lyceum/events/course';
import type { Clock } from '@lyceum/platform/clock';
import { conflict, notFound } from '@lyceum/platform/errors';
import { isId, newId } from '@lyceum/platform/ids';
import { can } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { CourseImport } from '../../generated/prisma/client.js';
import type { CourseDatabase, Tx } from '../service-types.js';

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

  /** Asking twice for the same upload gives the same import. */
  async request(viewer: SignedIn, uploadId: string): Promise<CourseImport> {
    const { userId, organizationId } = viewer;
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
        },
      });
      recordImport(tx, row);
      tx.afterCommit(this.runSoon);
      return row;
    });
    return (
      queued ?? this.database.of(viewer).courseImport.findFirstOrThrow({ where: { uploadId } })
    );
  }

  /** The import, for whoever asked for it and for those who edit the course it made, or all courses. */
  async byId(viewer: SignedIn, id: string): Promise<CourseImport | null> {
    if (!isId(id)) return null;
    const row = await this.database.of(viewer).courseImport.findFirst({ where: { id } });
    if (!row) return null;
    const { courseId } = row;
    const edits = can(viewer, 'course:edit', courseId === null ? {} : { courseId });
    return row.requestedBy === viewer.userId || edits ? row : null;
  }
}
