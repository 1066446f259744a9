import { open, type FileHandle } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';

/** Signatures and fixed lengths of the records of a zip file. */
const LOCAL = { signature: 0x04034b50, length: 30 } as const;
const ENTRY = { signature: 0x02014b50, length: 46 } as const;
const END = { signature: 0x06054b50, length: 22 } as const;
const MAX_COMMENT = 65_535;
const MB = 1024 * 1024;
/** Of the list of files; one that is longer is read up to here. */
const MAX_LIST = 8 * MB;
const MAX_FILE = MB;

/** A file within a zip file. */
export interface ZipEntry {
  path: string;
  /** Stored (0) or deflated (8); others are not read. */
  method: number;
  /** In bytes, as it is in the archive. */
  byteLength: number;
  /** Where its own header begins. */
  at: number;
}

/**
 * Looks into a zip file as far as it takes to say what it is: lists the files, and reads small ones.
 * What is broken or unusual is not listed; nothing is ever unpacked to a disk.
 */
export class ZipFile {
  private constructor(
    private readonly file: FileHandle,
    readonly entries: readonly ZipEntry[],
  ) {}

  /** Opens the file, and closes it when `look` has looked. */
  static async look<T>(path: string, look: (zip: ZipFile) => Promise<T>): Promise<T> {
    const file = await open(path);
    try {
      return await look(new ZipFile(file, await entriesOf(file)));
    } finally {
      await file.close();
    }
  }

  /** The text of a file; null when it is too large or cannot be unpacked. */
  async text({ method, byteLength, at }: ZipEntry): Promise<string | null> {
    if (byteLength > MAX_FILE) return null;
    const header = await read(this.file, at, LOCAL.length);
    if (header.length < LOCAL.length || header.readUInt32LE(0) !== LOCAL.signature) return null;
    const start = at + LOCAL.length + header.readUInt16LE(26) + header.readUInt16LE(28);
    const bytes = await read(this.file, start, byteLength);
    if (method === 0) return bytes.toString('utf8');
    if (method !== 8) return null;
    try {
      return inflateRawSync(bytes, { maxOutputLength: MAX_FILE }).toString('utf8');
    } catch {
      return null;
    }
  }
}

async function entriesOf(file: FileHandle): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  const tailAt = Math.max(0, size - END.length - MAX_COMMENT);
  const tail = await read(file, tailAt, size - tailAt);
  const end = tail.lastIndexOf(signatureOf(END.signature));
  if (end < 0 || end + END.length > tail.length) return [];
  const length = Math.min(tail.readUInt32LE(end + 12), MAX_LIST);
  const list = await read(file, tail.readUInt32LE(end + 16), length);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + ENTRY.length <= list.length;) {
    if (list.readUInt32LE(at) !== ENTRY.signature) break;
    const name = list.readUInt16LE(at + 28);
    entries.push({
      path: list.toString('utf8', at + ENTRY.length, at + ENTRY.length + name),
      method: list.readUInt16LE(at + 10),
      byteLength: list.readUInt32LE(at + 20),
      at: list.readUInt32LE(at + 42),
    });
    at += ENTRY.length + name + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32);
  }
  return entries;
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function signatureOf(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
