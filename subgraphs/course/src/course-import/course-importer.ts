import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '@lyceum/platform/clock';
import type { SystemActor } from '@lyceum/platform/viewer';
import type { Media, Prisma } from '../../generated/prisma/client.js';
import { newCourse } from '../course/course.input.js';
import { courseWriter } from '../course/course.writer.js';
import { draftWriter } from '../draft/draft.writer.js';
import { grouped } from '../grouped.js';
import type { MediaFiles } from '../media/media-files.js';
import type { CourseDatabase, Tx } from '../service-types.js';
import { eachFile } from './archive.js';
import { madeAgain, scanCourse, type ScannedCourse } from './course-archive.js';
import { recordImport } from './course-import.service.js';
import { updateDraft, type DraftUpdate } from './course-update.js';
import { ImportRefused } from './import-problem.js';
import type { ImportReport } from './import-report.js';
import { identify, newMedia, type NewMedia } from './import-media.js';
import { importedParts, rememberParts, sourceOfCourse } from './import-sources.js';
import { readOlx, type OlxCourse } from './olx/read-olx.js';
import { PartIds } from './olx/source-names.js';

export interface RunningImport {
  id: string;
  organizationId: string;
  uploadId: string;
  requestedBy: string;
  /** Of an update: the course, and its draft's revision when it was asked for. */
  updateCourseId: string | null;
  updateRevision: number | null;
}

/** Someone else has ended this import: there is nothing left to do. */
export class ImportOvertaken extends Error {}

/** The draft to be updated, where it comes from, and what was imported into it before. */
type Update = DraftUpdate & { source: string | null; parts: ReadonlyMap<string, string> };

interface ReadyImport {
  course: OlxCourse;
  media: readonly NewMedia[];
  ids: PartIds;
  /** Null when a course is to be made. */
  update: Update | null;
}

/** Where each part of the work begins, in percent. */
const SHARE = { scan: 0, read: 20, media: 60, write: 95 } as const;
const STEP_MS = 250;
/** How long the event loop may be held at one go. */
const HOLD_MS = 8;

/**
 * Makes a course of an upload, or updates the draft of one: reads the archive once for its texts and sums, builds the draft, goes
 * through the archive again for the files the draft refers to, and writes everything in one
 * transaction. Until then nothing of it is there but files in a folder of its own.
 */
export class CourseImporter {
  constructor(
    private readonly database: CourseDatabase,
    private readonly files: MediaFiles,
    private readonly clock: Clock,
  ) {}

  /** @throws ImportRefused, ImportOvertaken; what the abort signal or the database throws */
  async run(work: RunningImport, signal: AbortSignal): Promise<void> {
    try {
      const step = this.#progress(work, signal);
      const archive = this.files.uploadPath(work.uploadId);
      const onFile = () => step(SHARE.scan);
      const scanned = await scanCourse(archive, { signal, onFile });
      await step(SHARE.read);

      const known = await this.#knownMedia(work, scanned);
      const statics = identify(scanned, known);
      const update = await this.#updateOf(work);
      const ids = new PartIds(update?.parts);
      const course = await readOlx(
        { ...scanned, statics },
        (done) => step(SHARE.read + done * (SHARE.media - SHARE.read)),
        ids,
      );
      if (update && course.source !== update.source) {
        const message = `The file is of ${course.source ?? 'a course that does not say its organization, name and run'}; the course to be updated comes from ${update.source}.`;
        throw new ImportRefused('OTHER_SOURCE', 'course.xml', message);
      }
      const media = newMedia(course, scanned, statics, known);
      await this.#stageMedia(work, archive, media, signal, (done) =>
        step(SHARE.media + done * (SHARE.write - SHARE.media)),
      );
      await this.#write(work, { course, media, ids, update });
    } finally {
      // Also what a try before this one has left.
      await this.files.unstage(work.id);
    }
  }

  async #updateOf(work: RunningImport): Promise<Update | null> {
    const { updateCourseId: courseId, updateRevision: revision } = work;
    if (courseId === null || revision === null) return null;
    const read = this.database.of(actor(work));
    const source = await sourceOfCourse(read, courseId);
    return { courseId, revision, source, parts: await importedParts(read, courseId) };
  }

  /** Tells of progress now and then, and lets others have their turn. */
  #progress(work: RunningImport, signal: AbortSignal): (percent: number) => Promise<void> {
    let told = { percent: 0, at: performance.now() };
    let turned = performance.now();
    return async (given) => {
      signal.throwIfAborted();
      if (performance.now() - turned > HOLD_MS) {
        await turn();
        turned = performance.now();
      }
      const percent = Math.floor(given);
      const now = performance.now();
      if (percent <= told.percent || now - told.at < STEP_MS) return;
      told = { percent, at: now };
      await this.database.transaction(actor(work), async (tx) => {
        const [row] = await tx.prisma.courseImport.updateManyAndReturn({
          where: { id: work.id, state: 'RUNNING' },
          data: { percent },
        });
        if (!row) throw new ImportOvertaken();
        recordImport(tx, row);
      });
      turned = performance.now();
    };
  }

  async #knownMedia(work: RunningImport, { statics }: ScannedCourse): Promise<Map<string, Media>> {
    const sums = [...new Set([...statics.values()].map((file) => file.sha256))];
    const rows = await this.database
      .of(actor(work))
      .media.findMany({ where: { sha256: { in: sums } } });
    return new Map(rows.map((row) => [row.sha256, row]));
  }

  async #stageMedia(
    work: RunningImport,
    archive: string,
    media: readonly NewMedia[],
    signal: AbortSignal,
    progress: (done: number) => Promise<void>,
  ): Promise<void> {
    const wanted = grouped(media, ({ path }) => path);
    if (wanted.size === 0) return;
    let stored = 0;
    const stage = async (file: NewMedia, content: Readable) => {
      await this.files.stage(work.id, file, content);
      stored += 1;
      await progress(stored / media.length);
    };
    await eachFile(
      archive,
      async ({ path, byteLength, content }) => {
        const files = wanted.get(path) ?? [];
        const itself = files.find(({ made }) => !made);
        if (itself) return stage(itself, content);
        if (files.length === 0) return;
        const missing = new Map(files.map((file) => [file.sha256, file]));
        for await (const derived of madeAgain(path, byteLength, content)) {
          const sum = createHash('sha256').update(derived.content).digest('hex');
          const file = missing.get(sum);
          missing.delete(sum);
          if (file) await stage(file, Readable.from([derived.content]));
        }
      },
      { signal },
    );
  }

  /** A transaction that is tried again finds the file in its place already. */
  async #adopt(work: RunningImport, sha256: string): Promise<void> {
    if (await this.files.has(work.organizationId, sha256)) return;
    await this.files.adopt(work.id, work.organizationId, sha256);
  }

  async #write(work: RunningImport, ready: ReadyImport): Promise<void> {
    const now = this.clock.now();
    const { organizationId } = work;
    const { course, media, ids } = ready;
    await this.database.transaction(actor(work), async (tx) => {
      // The row is locked first: whoever else runs this import waits here, and finds it ended.
      const { count } = await tx.prisma.courseImport.updateMany({
        where: { id: work.id, state: 'RUNNING' },
        data: { percent: 100 },
      });
      if (count === 0) throw new ImportOvertaken();
      const { courseId, report } = await this.#writeDraft(tx, work, ready, now);
      await rememberParts(tx, { id: courseId, organizationId }, ids.used);
      if (media.length > 0) {
        // Should the commit fail now, the files lie where the next try puts them again.
        for (const { sha256 } of media) await this.#adopt(work, sha256);
        await tx.prisma.media.createMany({
          data: media.map(({ path: _path, made: _made, ...file }) => ({
            ...file,
            organizationId,
            createdAt: now,
          })),
        });
      }
      const [ended] = await tx.prisma.courseImport.updateManyAndReturn({
        where: { id: work.id },
        data: {
          state: 'SUCCEEDED',
          courseId,
          source: course.source,
          report: report as unknown as Prisma.InputJsonValue,
          finishedAt: now,
        },
      });
      if (ended) recordImport(tx, ended);
    });
  }

  async #writeDraft(
    tx: Tx,
    { organizationId, requestedBy: userId }: RunningImport,
    { course, update }: ReadyImport,
    now: Date,
  ): Promise<{ courseId: string; report: ImportReport }> {
    if (update) {
      const changes = await updateDraft(tx, update, course, update.parts);
      return { courseId: update.courseId, report: course.reportAfter(changes) };
    }
    const { title, summary, language, capacity, tree, report } = course;
    const input = newCourse.parse({ title, summary, language, capacity });
    const created = await courseWriter.create(tx, { organizationId, userId }, input, now);
    await draftWriter.write(tx, created.id, tree);
    return { courseId: created.id, report };
  }
}

const actor = (work: RunningImport): SystemActor => ({
  kind: 'system',
  organizationId: work.organizationId,
});
