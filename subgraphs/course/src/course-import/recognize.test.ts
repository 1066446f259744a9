import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';
import { archive, OLX } from '../../test/import-scene.js';
import { zip } from '../../test/zip.js';
import { scanCourse } from './course-archive.js';
import { ImportRefused } from './import-problem.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lyceum-formats-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function refusalOf(path: string) {
  const error = await scanCourse(path).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ImportRefused)) throw new Error('It is no refusal.', { cause: error });
  return { code: error.code, path: error.path, message: error.message };
}

async function refusalOfBytes(bytes: Uint8Array) {
  const path = join(folder, 'upload');
  await writeFile(path, bytes);
  return refusalOf(path);
}

const CARTRIDGE =
  '<manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"><metadata><schema>IMS Common Cartridge</schema></metadata></manifest>';
const SCORM =
  '<manifest xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"><metadata><schema>ADL SCORM</schema></metadata></manifest>';

describe('files of other formats', () => {
  const zips: [what: string, files: Record<string, string>, path: string][] = [
    [
      'a Moodle course backup',
      { 'moodle_backup.xml': '', 'course/course.xml': '' },
      'moodle_backup.xml',
    ],
    ['an IMS Common Cartridge', { 'imsmanifest.xml': CARTRIDGE }, 'imsmanifest.xml'],
    ['a SCORM package', { 'a/imsmanifest.xml': SCORM }, 'a/imsmanifest.xml'],
    ['an IMS content package', { 'imsmanifest.xml': '<manifest/>' }, 'imsmanifest.xml'],
    ['an H5P package', { 'h5p.json': '{}' }, 'h5p.json'],
    ['an Open edX content library, not a course', { 'package.toml': '' }, 'package.toml'],
    ['an Office document', { '[Content_Types].xml': '' }, '[Content_Types].xml'],
    ['a zip archive', { 'holiday.jpg': '' }, ''],
  ];
  test.each(zips)('a zip file is refused as %s', async (what, files, path) => {
    const refusal = await refusalOfBytes(zip(files));
    expect(refusal).toMatchObject({ code: 'OTHER_FORMAT', path });
    expect(refusal.message).toMatch(`The file is ${what}, which is not supported.`);
    expect(refusal.message).toMatch('the .tar.gz file that Studio exports');
  });

  test('of a zipped Open edX course it is said how to pack it', async () => {
    const refusal = await refusalOfBytes(zip({ 'course/course.xml': '<course/>' }));
    expect(refusal).toMatchObject({ code: 'OTHER_FORMAT', path: 'course/course.xml' });
    expect(refusal.message).toContain('tar -czf course.tar.gz course');
  });

  test.each([
    ['a 7z archive', Buffer.from('377abcaf271c', 'hex')],
    ['compressed with xz', Buffer.from('fd377a585a00', 'hex')],
    ['a PDF document', Buffer.from('%PDF-1.7')],
    [
      'a tar archive that is not compressed',
      Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), Buffer.alloc(250)]),
    ],
  ])('%s is named as well', async (what, bytes) => {
    const { code, message } = await refusalOfBytes(bytes);
    expect([code, message]).toEqual([
      'NOT_AN_ARCHIVE',
      expect.stringContaining(`The file is ${what}, not a .tar.gz archive.`),
    ]);
  });

  test('a zip file that is cut off or damaged is still a zip file', async () => {
    const whole = zip({ 'imsmanifest.xml': SCORM });
    const noise = Buffer.from(whole);
    // Where the list begins, and how long it is.
    noise.fill(0xff, whole.length - 10, whole.length - 2);
    for (const bytes of [whole.subarray(0, 40), noise, Buffer.from('PK\u0003\u0004')]) {
      const { code, message } = await refusalOfBytes(bytes);
      expect([code, message]).toEqual(['OTHER_FORMAT', expect.stringContaining('a zip archive')]);
    }
  });

  test('in a .tar.gz file a manifest says which package it is', async () => {
    const bytes = await archive({ 'imsmanifest.xml': SCORM });
    expect((await refusalOfBytes(bytes)).message).toContain('a SCORM package');
  });

  test('files of such names that a course only offers for download mean nothing', async () => {
    const path = join(folder, 'course.tar.gz');
    await writeFile(path, await archive({ ...OLX, 'course/static/imsmanifest.xml': SCORM }));
    expect((await scanCourse(path)).folder).toBe('course/');
  });

  const sharedData = process.env['LYCEUM_SHARED_DATA'] ?? projectPath('..', 'shared', 'data');
  const real = join(sharedData, 'common-cartridge');
  (existsSync(real) ? test : test.skip).each(['single-page', 'canvas_cc_gem_course'])(
    'the real Common Cartridge %s is recognized (skipped where it is absent)',
    async (name) => {
      const refusal = await refusalOf(join(real, `${name}.imscc`));
      expect(refusal).toMatchObject({ code: 'OTHER_FORMAT', path: 'imsmanifest.xml' });
      expect(refusal.message).toContain('an IMS Common Cartridge');
    },
  );
});
