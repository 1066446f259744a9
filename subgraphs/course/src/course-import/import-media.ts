import { newId } from '@lyceum/platform/ids';
import type { Media } from '../../generated/prisma/client.js';
import { contentTypeOf } from '../media/content-type.rules.js';
import type { ScannedCourse } from './course-archive.js';
import type { OlxFiles, StaticFile } from './olx/olx-files.js';
import type { OlxCourse } from './olx/read-olx.js';

/** A file of a course that the organization does not have yet. */
export type NewMedia = Pick<Media, 'id' | 'sha256' | 'filename' | 'contentType' | 'byteLength'> & {
  /** In the archive: the file itself, or what it is made of. */
  path: string;
  made: boolean;
};

/** Gives every file of the course its id: that of the same content where the organization has it. */
export function identify(
  scanned: ScannedCourse,
  known: ReadonlyMap<string, Media>,
): OlxFiles['statics'] {
  const ids = new Map<string, string>();
  const statics = new Map<string, StaticFile>();
  for (const [path, { sha256, byteLength, ...given }] of scanned.statics) {
    const mediaId = known.get(sha256)?.id ?? ids.get(sha256) ?? newId();
    ids.set(sha256, mediaId);
    const filename = (given.filename ?? path.split('/').at(-1) ?? path).slice(0, 255);
    statics.set(path, { mediaId, filename, contentType: contentTypeOf(filename), byteLength });
  }
  return statics;
}

/** The files that the draft refers to and the organization does not have yet; equal ones once. */
export function newMedia(
  course: OlxCourse,
  scanned: ScannedCourse,
  statics: OlxFiles['statics'],
  known: ReadonlyMap<string, Media>,
): NewMedia[] {
  const media = new Map<string, NewMedia>();
  for (const path of course.usedFiles) {
    const file = statics.get(path);
    const { sha256, madeOf } = scanned.statics.get(path) ?? {};
    if (!file || sha256 === undefined || known.has(sha256) || media.has(sha256)) continue;
    const { mediaId: id, ...rest } = file;
    const made = madeOf !== undefined;
    media.set(sha256, { id, sha256, ...rest, path: scanned.folder + (madeOf ?? path), made });
  }
  return [...media.values()];
}
