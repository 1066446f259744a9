/** A format that cannot be imported, and what to do about it. */
export interface OtherFormat {
  /** The file that gives it away; empty when that is the archive itself. */
  path: string;
  /** For people. */
  message: string;
}

const ONLY_OLX =
  'Only Open edX courses (OLX) can be imported, as the .tar.gz file that Studio exports.';

/** By a file that no Open edX course has. */
const TELLTALES: readonly [name: string, what: string][] = [
  ['moodle_backup.xml', 'a Moodle course backup'],
  ['library.xml', 'an Open edX content library, not a course'],
  ['imsmanifest.xml', 'an IMS Common Cartridge or SCORM package'],
];
/** These are in zip files alone. */
const ZIP_TELLTALES: readonly [name: string, what: string][] = [
  ['h5p.json', 'an H5P package'],
  ['tincan.xml', 'an xAPI (Tin Can) package'],
  ['cmi5.xml', 'a cmi5 package'],
  ['package.toml', 'an Open edX content library, not a course'],
  ['[Content_Types].xml', 'an Office document'],
  ['META-INF/container.xml', 'an e-book (EPUB)'],
];

const MANIFEST = 'imsmanifest.xml';

/**
 * What an archive holds, if that is told by a file of it; null otherwise.
 *
 * @param manifest the text of a manifest, where it is at hand
 */
export function formatOf(
  paths: Iterable<string>,
  manifest: (path: string) => string | undefined,
  telltales = TELLTALES,
): OtherFormat | null {
  const all = [...paths].filter((path) => !/(^|\/)static\//.test(path));
  for (const [name, what] of telltales) {
    const path = all.find((each) => each === name || each.endsWith(`/${name}`));
    if (path === undefined) continue;
    const exact = name === MANIFEST ? packageKind(manifest(path)) : what;
    return { path, message: `The file is ${exact ?? what}, which is not supported. ${ONLY_OLX}` };
  }
  return null;
}

/** What a zip file is, by the files in it. */
export function zipFormatOf(
  paths: readonly string[],
  manifest: (path: string) => string | undefined,
): OtherFormat {
  const known = formatOf(paths, manifest, [...TELLTALES, ...ZIP_TELLTALES]);
  if (known) return known;
  const path = paths.find((each) => /(^|\/)course\.xml$/.test(each)) ?? '';
  const advice =
    'Unpack it and pack the folder with course.xml as a .tar.gz file (tar -czf course.tar.gz course), or give that folder to npm run import.';
  return path === ''
    ? { path, message: `The file is a zip archive, which is not supported. ${ONLY_OLX}` }
    : { path, message: `The file is a zip archive of an Open edX course. ${advice}` };
}

/** Packages of several kinds have a manifest of the same name. */
function packageKind(manifest: string | undefined): string | null {
  if (manifest === undefined) return null;
  if (/imscc|imsglobal\.org\/profile\/cc\/|Common Cartridge/i.test(manifest)) {
    return 'an IMS Common Cartridge';
  }
  if (/SCORM|adlcp|adlnet\.org/i.test(manifest)) return 'a SCORM package';
  return 'an IMS content package';
}

/** Other archives, by how they begin; from which byte on, and in words. */
const BEGINNINGS: readonly [bytes: string, at: number, what: string][] = [
  ['\u0037\u007a\u00bc\u00af', 0, 'a 7z archive'],
  ['Rar!', 0, 'a RAR archive'],
  ['BZh', 0, 'compressed with bzip2'],
  ['\u00fd7zXZ', 0, 'compressed with xz'],
  ['\u0028\u00b5\u002f\u00fd', 0, 'compressed with Zstandard'],
  ['%PDF', 0, 'a PDF document'],
  ['ustar', 257, 'a tar archive that is not compressed'],
];

const ZIP_BEGINNINGS = ['PK\u0003\u0004', 'PK\u0005\u0006', 'PK\u0007\u0008'];

/** As much of a file as it takes to know what it is, in bytes. */
export const BEGINNING_BYTES = 512;

/** What a file is by its first bytes, where that is no gzip; `ZIP` for what has to be looked into. */
export function beginningOf(bytes: Uint8Array): string | null {
  const text = String.fromCharCode(...bytes.subarray(0, BEGINNING_BYTES));
  if (ZIP_BEGINNINGS.some((start) => text.startsWith(start))) return 'ZIP';
  const found = BEGINNINGS.find(([start, at]) => text.startsWith(start, at));
  return found ? `The file is ${found[2]}, not a .tar.gz archive. ${ONLY_OLX}` : null;
}
