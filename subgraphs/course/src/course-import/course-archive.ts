import { createHash } from 'node:crypto';
import { eachFile, type ArchiveLimits } from './archive.js';
import { ImportRefused } from './import-problem.js';

const MB = 1024 * 1024;
/** One XML, HTML or JSON file: what is parsed at one go. */
const MAX_TEXT = MB;
/** All of them together: they are held in memory while the course is read. */
const MAX_TEXTS = 64 * MB;

export interface ScannedFile {
  sha256: string;
  byteLength: number;
}

/** What is in the archive of a course. Paths are below the folder of its course.xml. */
export interface ScannedCourse {
  /** The folder of course.xml within the archive, with a slash at its end, or empty. */
  folder: string;
  texts: Map<string, string>;
  statics: Map<string, ScannedFile>;
}

/**
 * Reads the course's texts, and takes the measure of its other files without keeping them.
 *
 * @throws ImportRefused when the archive is broken, unsafe, too large, or holds no course.xml
 */
export async function scanCourse(
  archive: string,
  options: { limits?: ArchiveLimits; signal?: AbortSignal; onFile?: () => Promise<void> } = {},
): Promise<ScannedCourse> {
  const texts = new Map<string, string>();
  const statics = new Map<string, ScannedFile>();
  let total = 0;
  await eachFile(
    archive,
    async (file) => {
      await options.onFile?.();
      if (isStatic(file.path)) {
        const hash = createHash('sha256');
        for await (const chunk of file.content) hash.update(chunk as Buffer);
        statics.set(file.path, { sha256: hash.digest('hex'), byteLength: file.byteLength });
      } else if (isText(file.path)) {
        total += file.byteLength;
        if (file.byteLength > MAX_TEXT) throw new ImportRefused('FILE_TOO_LARGE', file.path);
        if (total > MAX_TEXTS) throw new ImportRefused('TOO_LARGE', file.path);
        const chunks: Buffer[] = [];
        for await (const chunk of file.content) chunks.push(chunk as Buffer);
        texts.set(file.path, new TextDecoder().decode(Buffer.concat(chunks)));
      }
    },
    options,
  );
  const root = [...texts.keys()]
    .filter((path) => path === 'course.xml' || path.endsWith('/course.xml'))
    .toSorted((a, b) => a.split('/').length - b.split('/').length)[0];
  if (root === undefined) throw new ImportRefused('NOT_OLX', '');
  const folder = root.slice(0, -'course.xml'.length);
  return { folder, texts: within(texts, folder), statics: within(statics, folder) };
}

const isStatic = (path: string) => /(^|\/)static\//.test(path);
/** Lists of assets say nothing that the files do not. */
const isText = (path: string) =>
  /\.(xml|html|json)$/i.test(path) &&
  !/(^|\/)(drafts\/|assets\/|policies\/assets\.json$)/.test(path);

function within<V>(files: ReadonlyMap<string, V>, folder: string): Map<string, V> {
  const inside = new Map<string, V>();
  for (const [path, file] of files) {
    if (path.startsWith(folder)) inside.set(path.slice(folder.length), file);
  }
  return inside;
}
