import type { Clock } from '@lyceum/platform/clock';
import { isUniqueViolation } from '@lyceum/platform/database';
import { isInfrastructureFailure } from '@lyceum/platform/infrastructure-failure';
import type { Job } from '@lyceum/platform/service';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { SystemActor } from '@lyceum/platform/viewer';
import type { Prisma } from '../../generated/prisma/client.js';
import type { MediaFiles } from '../media/media-files.js';
import type { CourseDatabase } from '../service-types.js';
import { recordImport } from './course-import.service.js';
import { CourseImporter, ImportOvertaken, type RunningImport } from './course-importer.js';
import { IMPORT_PROBLEMS, ImportRefused } from './import-problem.js';
import type { ImportReport } from './import-report.js';

export const IMPORT_JOB = 'course-imports';
/** One that was started this often and never ended takes the process with it: it is given up. */
const MAX_ATTEMPTS = 3;

/**
 * Runs the imports that wait, oldest first, one at a time. One that is RUNNING when it looks was left
 * by a process that ended: it starts again from the beginning, as nothing of it is there yet.
 */
export class ImportRunner {
  readonly #importer: CourseImporter;

  constructor(
    private readonly database: CourseDatabase,
    private readonly files: MediaFiles,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {
    this.#importer = new CourseImporter(database, files, clock);
  }

  readonly job: Job = {
    name: IMPORT_JOB,
    everyMs: 15_000,
    run: async (signal) => {
      for (let next = await this.#next(); next && !signal.aborted; next = await this.#next()) {
        await this.#run(next, signal);
      }
    },
  };

  async #next(): Promise<RunningImport | null> {
    return this.database
      .acrossOrganizations('one job runs the imports of every organization in their order')
      .courseImport.findFirst({
        where: { state: { in: ['QUEUED', 'RUNNING'] } },
        orderBy: { createdAt: 'asc' },
        select: {
          id: true,
          organizationId: true,
          uploadId: true,
          requestedBy: true,
          updateCourseId: true,
          updateRevision: true,
        },
      });
  }

  async #run(work: RunningImport, signal: AbortSignal): Promise<void> {
    const attempts = await this.#begin(work);
    try {
      if (attempts > MAX_ATTEMPTS) throw new ImportRefused('INTERNAL', '');
      await this.#importer.run(work, signal);
    } catch (error) {
      // Still RUNNING: it is taken up again at the next start, or when the database is back.
      if (signal.aborted || isInfrastructureFailure(error)) throw error;
      if (error instanceof ImportOvertaken) return;
      // Another course took the slug, or brought the same file, at the same moment: try again.
      if (isUniqueViolation(error) && attempts < MAX_ATTEMPTS) return;
      await this.#fail(work, error);
      await this.files.unstage(work.id);
    }
    await this.files.removeUpload(work.uploadId);
  }

  #begin(work: RunningImport): Promise<number> {
    return this.database.transaction(actorOf(work), async (tx) => {
      const [row] = await tx.prisma.courseImport.updateManyAndReturn({
        where: { id: work.id },
        data: { state: 'RUNNING', percent: 0, attempts: { increment: 1 } },
      });
      if (row) recordImport(tx, row);
      return row?.attempts ?? 0;
    });
  }

  async #fail(work: RunningImport, error: unknown): Promise<void> {
    const refused = error instanceof ImportRefused ? error : null;
    if (!refused) this.log.error({ err: error, importId: work.id }, 'A course import failed');
    const report: ImportReport = {
      imported: [],
      skipped: [],
      errors: [
        {
          path: refused?.path ?? '',
          code: refused?.code ?? 'INTERNAL',
          message: refused?.message ?? IMPORT_PROBLEMS.INTERNAL,
        },
      ],
    };
    await this.database.transaction(actorOf(work), async (tx) => {
      const [row] = await tx.prisma.courseImport.updateManyAndReturn({
        where: { id: work.id, state: 'RUNNING' },
        data: {
          state: 'FAILED',
          report: report as unknown as Prisma.InputJsonValue,
          finishedAt: this.clock.now(),
        },
      });
      if (row) recordImport(tx, row);
    });
  }
}

export function actorOf(work: RunningImport): SystemActor {
  return { kind: 'system', organizationId: work.organizationId };
}
