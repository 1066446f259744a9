import { randomUUID, createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ByteRange } from './content-type.rules.js';

/** What a file is known by. */
export interface FileSum {
  sha256: string;
  byteLength: number;
}

/** A stream that ended elsewhere than was said. */
export class WrongLength extends Error {}

/**
 * Bytes on disk: uploads by their id, and the media of each organization by their content. A file is
 * there whole or not at all.
 */
export class MediaFiles {
  constructor(private readonly folder: string) {}

  uploadPath(uploadId: string): string {
    return join(this.folder, 'uploads', uploadId);
  }

  /**
   * Writes an upload to a place of its own; `keep` puts it where it belongs.
   * @throws WrongLength when the stream holds more or less than `byteLength`
   */
  async receive(
    uploadId: string,
    content: Readable,
    byteLength: number,
  ): Promise<{ sha256: string; keep(): Promise<void>; discard(): Promise<void> }> {
    const written = await this.#write(join(this.folder, 'uploads'), content, byteLength);
    return {
      sha256: written.sha256,
      keep: () => rename(written.path, this.uploadPath(uploadId)),
      discard: () => rm(written.path, { force: true }),
    };
  }

  async removeUpload(uploadId: string): Promise<void> {
    await rm(this.uploadPath(uploadId), { force: true });
  }

  async has(organizationId: string, sha256: string): Promise<boolean> {
    const found = await stat(this.#mediaPath(organizationId, sha256)).catch(() => null);
    return found?.isFile() ?? false;
  }

  /** @throws WrongLength; Error when the content is not what its sum says */
  async store(organizationId: string, expected: FileSum, content: Readable): Promise<void> {
    const path = this.#mediaPath(organizationId, expected.sha256);
    await this.#put(dirname(path), path, expected, content);
  }

  /**
   * Writes a file of an import to a place of its own, where it is of no organization yet.
   * @throws WrongLength; Error when the content is not what its sum says
   */
  async stage(importId: string, expected: FileSum, content: Readable): Promise<void> {
    const folder = this.#stagePath(importId);
    await this.#put(folder, join(folder, expected.sha256), expected, content);
  }

  /** Makes a file of an import one of the organization. */
  async adopt(importId: string, organizationId: string, sha256: string): Promise<void> {
    const path = this.#mediaPath(organizationId, sha256);
    await mkdir(dirname(path), { recursive: true });
    await rename(this.#stagePath(importId, sha256), path);
  }

  /** Removes what an import has written and nothing adopted. */
  async unstage(importId: string): Promise<void> {
    await rm(this.#stagePath(importId), { recursive: true, force: true });
  }

  read(organizationId: string, sha256: string, range: ByteRange | null): ReadableStream {
    const path = this.#mediaPath(organizationId, sha256);
    const stream = createReadStream(path, range ? { start: range.from, end: range.to } : {});
    return Readable.toWeb(stream) as ReadableStream;
  }

  #mediaPath(organizationId: string, sha256: string): string {
    return join(this.folder, organizationId, sha256.slice(0, 2), sha256);
  }

  #stagePath(importId: string, ...segments: string[]): string {
    return join(this.folder, 'imports', importId, ...segments);
  }

  async #put(folder: string, path: string, expected: FileSum, content: Readable): Promise<void> {
    const written = await this.#write(folder, content, expected.byteLength);
    if (written.sha256 !== expected.sha256) {
      await rm(written.path, { force: true });
      throw new Error('The content is not what it was a moment ago.');
    }
    await rename(written.path, path);
  }

  async #write(folder: string, content: Readable, byteLength: number) {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${randomUUID()}.part`);
    const hash = createHash('sha256');
    let received = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        received += chunk.length;
        hash.update(chunk);
        done(received > byteLength ? new WrongLength('More than was said.') : null, chunk);
      },
    });
    try {
      await pipeline(content, measure, createWriteStream(path, { flush: true }));
      if (received !== byteLength) throw new WrongLength('Less than was said.');
      return { path, sha256: hash.digest('hex') };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }
}
