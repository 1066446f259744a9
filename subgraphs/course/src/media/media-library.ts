import { createReadStream } from 'node:fs';
import type { Clock } from '@lyceum/platform/clock';
import { conflict, notFound, permissionDenied } from '@lyceum/platform/errors';
import { isId, newId } from '@lyceum/platform/ids';
import { can } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { Media, Upload } from '../../generated/prisma/client.js';
import { coursesWith } from '../course/course.access.js';
import type { CourseDatabase } from '../service-types.js';
import type { MediaFiles } from './media-files.js';

/** Uploads that become files of the organization, each content once. */
export class MediaLibrary {
  constructor(
    private readonly database: CourseDatabase,
    private readonly files: MediaFiles,
    private readonly clock: Clock,
  ) {}

  /**
   * Adding twice gives the same.
   * @throws PERMISSION_DENIED, NOT_FOUND, CONFLICT (UPLOAD_PENDING, UPLOAD_USED)
   */
  async add(viewer: SignedIn, uploadId: string): Promise<Media> {
    const upload = isId(uploadId)
      ? await this.database.of(viewer).upload.findFirst({
          where: { id: uploadId, createdBy: viewer.userId },
        })
      : null;
    requireUse(viewer, upload);
    if (upload.sha256 === null) {
      throw conflict('UPLOAD_PENDING', 'Put the bytes of the file at the address first.');
    }
    const { sha256, byteLength } = upload;
    // The file goes first: no row ever speaks of one that is not there.
    if (upload.state === 'RECEIVED' && !(await this.files.has(viewer.organizationId, sha256))) {
      const content = createReadStream(this.files.uploadPath(uploadId));
      await this.files
        .store(viewer.organizationId, { sha256, byteLength }, content)
        .catch(async (error: unknown) => {
          // Asked for twice at once, the other one may have taken the upload away already.
          if (!(await this.files.has(viewer.organizationId, sha256))) throw error;
        });
    }
    const media = await this.#write(viewer, upload, sha256);
    await this.files.removeUpload(uploadId);
    return media;
  }

  #write(viewer: SignedIn, upload: Upload, sha256: string): Promise<Media> {
    const { filename, contentType, byteLength } = upload;
    return this.database.transaction(viewer, async ({ prisma }) => {
      // Whoever turns the upload USED decides what it is used for.
      const { count } = await prisma.upload.updateMany({
        where: { id: upload.id, state: 'RECEIVED' },
        data: { state: 'USED' },
      });
      if (count === 1) {
        await prisma.media.createMany({
          data: {
            ...{ id: newId(), organizationId: viewer.organizationId, createdAt: this.clock.now() },
            ...{ sha256, filename, contentType, byteLength },
          },
          // The organization has this content already, or gets it at this very moment.
          skipDuplicates: true,
        });
      } else if (await prisma.courseImport.findFirst({ where: { uploadId: upload.id } })) {
        throw conflict('UPLOAD_USED', 'The file was uploaded for an import.');
      }
      const media = await prisma.media.findFirst({ where: { sha256 } });
      // Only an upload that expired meanwhile leaves nothing behind.
      if (!media) throw notFound('Upload');
      return media;
    });
  }
}

/** Asks again at the time of use: a role may have ended since the upload was announced. */
function requireUse(viewer: SignedIn, upload: Upload | null): asserts upload is Upload {
  // Annotated, so that the compiler does not take `viewer` for anonymous where it is false.
  const anywhere: boolean = can(viewer, 'course:create');
  if (upload) {
    if (anywhere) return;
    const { courseId } = upload;
    if (courseId !== null && can(viewer, 'course:edit', { courseId })) return;
    throw permissionDenied(courseId === null ? 'course:create' : 'course:edit');
  }
  // Who may add files somewhere hears that this is none of theirs.
  const somewhere = anywhere || coursesWith(viewer, 'course:edit').length > 0;
  throw somewhere ? notFound('Upload') : permissionDenied('course:create');
}
