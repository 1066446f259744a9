import { Readable } from 'node:stream';
import type { Clock } from '@lyceum/platform/clock';
import { badInput, conflict } from '@lyceum/platform/errors';
import { isId, newId } from '@lyceum/platform/ids';
import { requirePermission } from '@lyceum/platform/permissions';
import type { Route } from '@lyceum/platform/service';
import type { SignedIn, SystemActor } from '@lyceum/platform/viewer';
import { z } from 'zod';
import { requireOnCourse } from '../course/course.access.js';
import { WrongLength, type MediaFiles } from '../media/media-files.js';
import type { AddressSigner } from '../media/signed-address.js';
import type { CourseDatabase } from '../service-types.js';
import type { Upload } from './upload.types.js';

const PUT_MINUTES = 60;
const KEEP_HOURS = 24;
/** How many uploads of one person may be under way or unused. */
const OPEN_UPLOADS = 10;
const ACTION = 'PUT upload';

export const newUpload = z.object({
  courseId: z.string().nullish().default(null),
  filename: z.string().trim().min(1).max(255),
  contentType: z.string().regex(/^[\w.+-]{1,100}\/[\w.+-]{1,100}$/, 'Give a media type.'),
  byteLength: z.int().min(1),
});
export type NewUpload = z.infer<typeof newUpload>;

export class UploadService {
  constructor(
    private readonly database: CourseDatabase,
    private readonly files: MediaFiles,
    private readonly signer: AddressSigner,
    private readonly clock: Clock,
    private readonly maxBytes: number,
  ) {}

  /** @throws PERMISSION_DENIED, NOT_FOUND, BAD_USER_INPUT, CONFLICT (TOO_MANY_UPLOADS) */
  async create(viewer: SignedIn, input: NewUpload): Promise<Upload> {
    await this.#authorize(viewer, input.courseId);
    if (input.byteLength > this.maxBytes) {
      const message = `At most ${this.maxBytes} bytes are taken.`;
      throw badInput(['input', 'byteLength'], 'TOO_BIG', message);
    }
    const now = this.clock.now();
    const { organizationId, userId: createdBy } = viewer;
    const id = newId();
    const expiresAt = new Date(now.getTime() + PUT_MINUTES * 60_000);
    await this.database.transaction(viewer, async ({ prisma }) => {
      const open = await prisma.upload.count({
        where: { createdBy, state: { not: 'USED' }, expiresAt: { gt: now } },
      });
      if (open >= OPEN_UPLOADS) {
        throw conflict('TOO_MANY_UPLOADS', `You have ${open} uploads that are not used yet.`);
      }
      await prisma.upload.create({
        data: { ...input, id, organizationId, createdBy, createdAt: now, expiresAt },
      });
    });
    const expires = Math.floor(expiresAt.getTime() / 1000);
    return {
      id,
      url: this.signer.sign(ACTION, `/uploads/${id}`, organizationId, expires),
      method: 'PUT',
      headers: [{ name: 'content-type', value: input.contentType }],
      expiresAt,
    };
  }

  async #authorize(viewer: SignedIn, courseId: string | null): Promise<void> {
    if (courseId === null) {
      requirePermission(viewer, 'course:create');
      return;
    }
    const course = isId(courseId)
      ? await this.database.of(viewer).course.findFirst({ where: { id: courseId } })
      : null;
    requireOnCourse(viewer, 'course:edit', course);
  }

  readonly route: Route = {
    method: 'PUT',
    path: '/uploads/:id',
    handle: async (request, params) => this.#receive(request, params['id'] ?? ''),
  };

  async #receive(request: Request, id: string): Promise<Response> {
    const now = this.clock.now();
    const organizationId = this.signer.verify(ACTION, new URL(request.url), now);
    if (organizationId === null || !isId(id)) {
      return answer(403, 'The address is not valid, or has expired.');
    }
    const actor: SystemActor = { kind: 'system', organizationId };
    const upload = await this.database.of(actor).upload.findFirst({ where: { id } });
    if (!upload) return answer(404, 'There is no such upload.');
    if (upload.state !== 'PENDING') return answer(409, 'The file has been uploaded before.');
    const said = request.headers.get('content-length');
    if (said !== null && Number(said) !== upload.byteLength) {
      return answer(400, `Exactly ${upload.byteLength} bytes were announced.`);
    }
    if (!request.body) return answer(400, 'The request has no body.');
    const body = Readable.fromWeb(request.body);
    try {
      const received = await this.files.receive(id, body, upload.byteLength);
      const kept = await this.#keep(actor, id, received, now).catch(async (error: unknown) => {
        await received.discard();
        throw error;
      });
      return kept
        ? new Response(null, { status: 204 })
        : answer(409, 'The file has been uploaded before.');
    } catch (error) {
      if (error instanceof WrongLength) {
        return answer(400, `Exactly ${upload.byteLength} bytes were announced.`);
      }
      if (request.signal.aborted || isBrokenOff(error)) return answer(400, 'The upload broke off.');
      throw error;
    }
  }

  /** The first to come keeps its bytes; the row is locked while the file is put in its place. */
  #keep(
    actor: SystemActor,
    id: string,
    received: { sha256: string; keep(): Promise<void>; discard(): Promise<void> },
    now: Date,
  ): Promise<boolean> {
    return this.database.transaction(actor, async ({ prisma }) => {
      const { count } = await prisma.upload.updateMany({
        where: { id, state: 'PENDING' },
        data: {
          state: 'RECEIVED',
          sha256: received.sha256,
          expiresAt: new Date(now.getTime() + KEEP_HOURS * 3_600_000),
        },
      });
      if (count === 1) await received.keep();
      else await received.discard();
      return count === 1;
    });
  }

  /** Forgets uploads that nobody used in time, with their bytes. */
  readonly cleanUp = async (signal: AbortSignal): Promise<void> => {
    const reason = 'expired uploads of every organization are removed by one job';
    const expired = await this.database.acrossOrganizations(reason).upload.findMany({
      where: { expiresAt: { lt: this.clock.now() }, state: { not: 'USED' }, courseImport: null },
      select: { id: true, organizationId: true },
      take: 1_000,
    });
    for (const { id, organizationId } of expired) {
      if (signal.aborted) return;
      const actor: SystemActor = { kind: 'system', organizationId };
      // The row goes first: from then on nobody can use the file.
      const { count } = await this.database.of(actor).upload.deleteMany({
        where: { id, state: { not: 'USED' }, courseImport: null },
      });
      if (count === 1) await this.files.removeUpload(id);
    }
  };
}

function isBrokenOff(error: unknown): boolean {
  const code = typeof error === 'object' && error && 'code' in error ? String(error.code) : '';
  return ['ECONNRESET', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE', 'UND_ERR_SOCKET'].includes(code);
}

function answer(status: number, message: string): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  return new Response(`${message}\n`, { status, headers });
}
