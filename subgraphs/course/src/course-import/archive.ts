import { createReadStream } from 'node:fs';
import { Transform, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { ImportRefused } from './import-problem.js';

const MB = 1024 * 1024;

/** What an archive may cost us. Sizes in bytes. */
export interface ArchiveLimits {
  unpacked: number;
  entries: number;
  /** Unpacked size over compressed size, checked once more than `ratioFrom` was unpacked. */
  ratio: number;
  ratioFrom: number;
  /** What lies between two files: headers, long names. */
  headers: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = {
  unpacked: 1024 * MB,
  entries: 20_000,
  ratio: 100,
  ratioFrom: 20 * MB,
  headers: MB,
};

export interface ArchiveFile {
  /** Relative, with `/`, without `.` and `..`. */
  path: string;
  byteLength: number;
  content: Readable;
}

/**
 * Goes through a .tar.gz file, file by file, as a stream: little of it is in memory at a time, and
 * nothing is written. What `visit` leaves of a file's content is skipped.
 *
 * @throws ImportRefused when the archive is broken, unsafe, or beyond the limits
 */
export async function eachFile(
  archive: string,
  visit: (file: ArchiveFile) => Promise<void>,
  options: { limits?: ArchiveLimits; signal?: AbortSignal } = {},
): Promise<void> {
  const limits = options.limits ?? ARCHIVE_LIMITS;
  const gunzip = createGunzip();
  const tar = extract();
  // Unpacked bytes in all, and those that no file has taken yet.
  let unpacked = 0;
  let untaken = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      untaken += chunk.length;
      done(excess(), chunk);
    },
  });
  function excess(): ImportRefused | null {
    if (unpacked > limits.unpacked) return new ImportRefused('TOO_LARGE', '');
    // What is buffered between here and the reader of files comes on top.
    if (untaken > limits.headers + MB) {
      return new ImportRefused('UNSAFE_ENTRY', '', 'The archive has an oversized header.');
    }
    if (unpacked > limits.ratioFrom && unpacked > gunzip.bytesWritten * limits.ratio) {
      return new ImportRefused('SUSPICIOUS_COMPRESSION', '');
    }
    return null;
  }

  const source = createReadStream(archive);
  const { signal } = options;
  const flow = pipeline(source, gunzip, bounded, tar as unknown as Writable, { signal });
  // The loop below ends with the reason; without it, the failure of the flow is the reason.
  const flowFailure = flow.then(
    () => null,
    (error: unknown) => error,
  );
  const seen = new Set<string>();
  let entries = 0;
  try {
    for await (const entry of tar) {
      untaken = 0;
      entries += 1;
      if (entries > limits.entries) throw new ImportRefused('TOO_MANY_FILES', '');
      const path = safePath(entry.header);
      const content = entry as unknown as Readable;
      content.on('data', (chunk: Buffer) => {
        untaken = Math.max(0, untaken - chunk.length);
      });
      content.pause();
      if (path !== null) {
        if (seen.has(path)) throw new ImportRefused('DUPLICATE_ENTRY', path);
        seen.add(path);
        await visit({ path, byteLength: entry.header.size ?? 0, content });
      }
      content.resume();
    }
  } catch (error) {
    source.destroy();
    const cause = await flowFailure;
    throw refusal(cause instanceof ImportRefused ? cause : error, unpacked);
  }
  const failure = await flowFailure;
  if (failure) throw refusal(failure, unpacked);
  if (entries === 0) throw new ImportRefused('NOT_AN_ARCHIVE', '');
}

/** The entry's path; null for folders and for what a Mac adds of its own. */
function safePath({ name, type }: Header): string | null {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  // oxlint-disable-next-line no-control-regex
  const odd = /[\0-\x1f\\]/.test(name) || name.length > 1_000 || /^[a-zA-Z]:/.test(name);
  if (odd || name.startsWith('/') || parts.includes('..')) {
    throw new ImportRefused('UNSAFE_ENTRY', name.slice(0, 300));
  }
  if (type === 'directory') return null;
  if (type !== 'file' && type !== 'contiguous-file') {
    const message = `The archive holds a ${type ?? 'entry of unknown type'}; only plain files are taken.`;
    throw new ImportRefused('UNSAFE_ENTRY', name.slice(0, 300), message);
  }
  const last = parts.at(-1) ?? '';
  if (parts.length === 0 || last.startsWith('._') || last === '.DS_Store') return null;
  return parts.join('/');
}

/** What the libraries say of broken archives, in our terms. */
function refusal(error: unknown, unpacked: number): unknown {
  if (error instanceof ImportRefused || typeof error !== 'object' || error === null) return error;
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (code === 'ENOENT') return new ImportRefused('UPLOAD_MISSING', '');
  if (code === 'Z_BUF_ERROR' || /unexpected end/i.test(message)) {
    return new ImportRefused('TRUNCATED', '');
  }
  if (code.startsWith('Z_') && unpacked > 0) {
    return new ImportRefused('TRUNCATED', '', 'The archive is damaged.');
  }
  if (code.startsWith('Z_') || /tar header|tar format/i.test(message)) {
    return new ImportRefused('NOT_AN_ARCHIVE', '');
  }
  return error;
}
