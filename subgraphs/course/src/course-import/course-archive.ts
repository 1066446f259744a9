import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { eachFile, type ArchiveFile, type ArchiveLimits } from './archive.js';
import { captionsOf, MAX_CAPTIONS_BYTES } from './captions.rules.js';
import type { DerivedFile } from './derived-file.js';
import { formatOf } from './formats.rules.js';
import { ImportRefused } from './import-problem.js';
import { liftPictures } from './pasted-pictures.js';
import { refuseOtherFormats } from './recognize.js';

const MB = 1024 * 1024;
/** One XML or HTML file as it is in the archive, with the pictures pasted into it. */
const MAX_RAW = 32 * MB;
/** Without its pictures: what is parsed at one go. */
const MAX_TEXT = { xml: MB, json: MB, html: 2 * MB } as const;
/** All of them together: they are held in memory while the course is read. */
const MAX_TEXTS = 64 * MB;

export interface ScannedFile {
  sha256: string;
  byteLength: number;
  /** What it is called, where that is not the end of its path. */
  filename?: string;
  /** The file of the archive that it is made of, where it is none itself; below the course's folder. */
  madeOf?: string;
}

/** What is in the archive of a course. Paths are below the folder of its course.xml. */
export interface ScannedCourse {
  /** The folder of course.xml within the archive, with a slash at its end, or empty. */
  folder: string;
  texts: Map<string, string>;
  statics: Map<string, ScannedFile>;
  /** Texts that are too large to be read, and why. */
  oversized: Map<string, string>;
  /** Every other file. */
  others: Set<string>;
  /** Files outside the course's folder, by their paths in the archive. */
  outside: string[];
}

interface Options {
  limits?: ArchiveLimits;
  signal?: AbortSignal;
  onFile?: () => Promise<void>;
}

/**
 * Reads the course's texts, and takes the measure of its other files without keeping them. Pictures
 * pasted into texts become files of their own, as do transcripts that browsers cannot show.
 *
 * @throws ImportRefused when the archive is broken, unsafe, too large, or holds no course.xml
 */
export async function scanCourse(archive: string, options: Options = {}): Promise<ScannedCourse> {
  await refuseOtherFormats(archive);
  const scan = new Scan(options.onFile ?? (async () => undefined));
  await eachFile(archive, (file) => scan.add(file), options);
  return scan.end();
}

class Scan {
  readonly #texts = new Map<string, string>();
  readonly #statics = new Map<string, ScannedFile>();
  readonly #made: { of: string; file: Omit<DerivedFile, 'content'> & ScannedFile }[] = [];
  readonly #oversized = new Map<string, string>();
  readonly #others = new Set<string>();
  #total = 0;

  constructor(private readonly pause: () => Promise<void>) {}

  async add(file: ArchiveFile): Promise<void> {
    await this.pause();
    const kind = textKind(file.path);
    if (isStatic(file.path)) await this.#static(file);
    else if (kind === null) this.#others.add(file.path);
    else await this.#text(file, kind);
  }

  async #static({ path, content, byteLength }: ArchiveFile): Promise<void> {
    if (isCaptions(path, byteLength)) {
      const bytes = await whole(content);
      const made = captionsOf(path, bytes.toString('utf8'));
      const { filename } = made ?? {};
      this.#statics.set(path, { ...sumOf(made?.content ?? bytes), filename });
      return;
    }
    const hash = createHash('sha256');
    for await (const chunk of content) hash.update(chunk as Buffer);
    this.#statics.set(path, { sha256: hash.digest('hex'), byteLength });
  }

  async #text({ path, content, byteLength }: ArchiveFile, kind: keyof typeof MAX_TEXT) {
    if (byteLength > MAX_RAW) {
      this.#oversized.set(path, tooLarge(byteLength, MAX_RAW));
      return;
    }
    let text = new TextDecoder().decode(await whole(content));
    const lifting = liftPictures(text);
    let step = lifting.next();
    for (; !step.done; step = lifting.next()) {
      const { content: bytes, ...file } = step.value;
      this.#made.push({ of: path, file: { ...file, ...sumOf(bytes) } });
      await this.pause();
    }
    text = step.value;
    // Counted as bytes would be: characters of other scripts take up to three.
    const left = Buffer.byteLength(text);
    if (left > MAX_TEXT[kind]) {
      this.#oversized.set(path, tooLarge(left, MAX_TEXT[kind], left < byteLength));
      return;
    }
    this.#total += left;
    if (this.#total > MAX_TEXTS) throw new ImportRefused('TOO_LARGE', path);
    this.#texts.set(path, text);
  }

  end(): ScannedCourse {
    const paths = [this.#texts, this.#oversized].flatMap((map) => [...map.keys()]);
    const other = formatOf(paths, (path) => this.#texts.get(path));
    if (other) throw new ImportRefused('OTHER_FORMAT', other.path, other.message);
    const root = [...this.#texts.keys()]
      .filter((path) => path === 'course.xml' || path.endsWith('/course.xml'))
      .toSorted((a, b) => a.split('/').length - b.split('/').length)[0];
    if (root === undefined) throw new ImportRefused('NOT_OLX', '');
    const folder = root.slice(0, -'course.xml'.length);
    const statics = within(this.#statics, folder);
    for (const [path, file] of statics) {
      if (file.filename !== undefined) statics.set(path, { ...file, madeOf: path });
    }
    for (const { of, file } of this.#made) {
      const { path, ...rest } = file;
      if (of.startsWith(folder)) statics.set(path, { ...rest, madeOf: of.slice(folder.length) });
    }
    const others = new Set(within(new Map([...this.#others].map((p) => [p, p])), folder).keys());
    const all = [this.#texts, this.#statics, this.#oversized].flatMap((map) => [...map.keys()]);
    const outside = [...all, ...this.#others].filter((path) => !path.startsWith(folder));
    const texts = within(this.#texts, folder);
    const oversized = within(this.#oversized, folder);
    return { folder, texts, statics, oversized, others, outside };
  }
}

/**
 * Makes the files again that were made of a file of the archive, in the same way as they were scanned.
 * @param path below the course's folder
 */
export async function* madeAgain(
  path: string,
  byteLength: number,
  content: Readable,
): AsyncGenerator<DerivedFile> {
  if (isStatic(path)) {
    const made = isCaptions(path, byteLength)
      ? captionsOf(path, (await whole(content)).toString('utf8'))
      : null;
    if (made) yield made;
  } else if (byteLength <= MAX_RAW) {
    yield* liftPictures(new TextDecoder().decode(await whole(content)));
  }
}

const isStatic = (path: string) => /(^|\/)static\//.test(path);
const isCaptions = (path: string, byteLength: number) =>
  /\.sjson$/i.test(path) && byteLength <= MAX_CAPTIONS_BYTES;

/** Lists of assets say nothing that the files do not; drafts were never part of the course. */
function textKind(path: string): keyof typeof MAX_TEXT | null {
  if (/(^|\/)(drafts\/|assets\/|policies\/assets\.json$)/.test(path)) return null;
  const kind = /\.(xml|html|json)$/i.exec(path)?.[1]?.toLowerCase();
  return kind === 'xml' || kind === 'html' || kind === 'json' ? kind : null;
}

async function whole(content: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const sumOf = (content: Buffer) => ({
  sha256: createHash('sha256').update(content).digest('hex'),
  byteLength: content.length,
});

function tooLarge(bytes: number, limit: number, withoutPictures = false): string {
  const size = `${(bytes / MB).toFixed(1)} MiB${withoutPictures ? ' without its pictures' : ''}`;
  return `the file is ${size}; the limit is ${limit / MB} MiB`;
}

function within<V>(files: ReadonlyMap<string, V>, folder: string): Map<string, V> {
  const inside = new Map<string, V>();
  for (const [path, file] of files) {
    if (path.startsWith(folder)) inside.set(path.slice(folder.length), file);
  }
  return inside;
}
