import { open } from 'node:fs/promises';
import { BEGINNING_BYTES, beginningOf, zipFormatOf } from './formats.rules.js';
import { ImportRefused } from './import-problem.js';
import { ZipFile } from './zip.js';

/**
 * Refuses files that are no .tar.gz archive but something known, by what they are.
 *
 * @throws ImportRefused OTHER_FORMAT, NOT_AN_ARCHIVE
 */
export async function refuseOtherFormats(path: string): Promise<void> {
  const found = beginningOf(await beginning(path));
  if (found === null) return;
  if (found !== 'ZIP') throw new ImportRefused('NOT_AN_ARCHIVE', '', found);
  const format = await ZipFile.look(path, async (zip) => {
    const manifests = new Map<string, string>();
    for (const entry of zip.entries) {
      if (!/(^|\/)imsmanifest\.xml$/.test(entry.path)) continue;
      const text = await zip.text(entry);
      if (text !== null) manifests.set(entry.path, text);
      break;
    }
    const paths = zip.entries.map((entry) => entry.path);
    return zipFormatOf(paths, (each) => manifests.get(each));
  });
  throw new ImportRefused('OTHER_FORMAT', format.path, format.message);
}

async function beginning(path: string): Promise<Uint8Array> {
  const file = await open(path).catch((error: unknown) => {
    const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw gone ? new ImportRefused('UPLOAD_MISSING', '') : error;
  });
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(BEGINNING_BYTES),
      0,
      BEGINNING_BYTES,
    );
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
