import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

/** Packs the plain files of a folder into a .tar.gz file; hidden ones and links are left out. */
export async function archiveFolder(folder: string, archive: string): Promise<number> {
  const paths = (await filesBelow(folder)).toSorted();
  const tar = pack();
  const written = pipeline(
    Readable.from(tar as unknown as AsyncIterable<Uint8Array>),
    createGzip(),
    createWriteStream(archive),
  );
  for (const path of paths) {
    const { size } = await lstat(path);
    const name = relative(folder, path).split(sep).join('/');
    await new Promise<void>((resolve, reject) => {
      const entry = tar.entry({ name, size, mtime: new Date(0) }, (error) =>
        error ? reject(error) : resolve(),
      );
      written.catch(reject);
      createReadStream(path)
        .once('error', reject)
        .pipe(entry as unknown as Writable);
    });
  }
  tar.finalize();
  await written;
  return paths.length;
}

async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesBelow(path)));
    else if (entry.isFile()) found.push(path);
  }
  return found;
}
