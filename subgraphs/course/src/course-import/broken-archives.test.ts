import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { pack } from 'tar-stream';
import { archive, ImportScene, instructor, OLX } from '../../test/import-scene.js';

let scene: ImportScene;
beforeAll(async () => {
  scene = await ImportScene.start();
});
afterAll(() => scene.close());

describe('broken archives', () => {
  const laughs =
    '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><problem>&b;</problem>';
  const broken: [string, () => Promise<Buffer>, string, string][] = [
    ['no archive at all', async () => Buffer.from('plain words'), 'NOT_AN_ARCHIVE', ''],
    [
      'compressed, but no tar',
      async () => gzipSync(Buffer.alloc(5_000, 'x')),
      'NOT_AN_ARCHIVE',
      '',
    ],
    ['cut off', async () => (await archive(OLX)).subarray(0, 300), 'TRUNCATED', ''],
    ['not a course', async () => archive({ 'readme.xml': '<a/>' }), 'NOT_OLX', ''],
    [
      'a Moodle backup',
      async () =>
        archive({ 'moodle_backup.xml': '<a/>', 'course/course.xml': '<course id="2"></course>' }),
      'OTHER_FORMAT',
      'moodle_backup.xml',
    ],
    [
      'a Common Cartridge',
      async () => archive({ 'imsmanifest.xml': '<manifest/>' }),
      'OTHER_FORMAT',
      'imsmanifest.xml',
    ],
    [
      'a missing chapter',
      async () =>
        archive({ ...OLX, 'course/course/run.xml': '<course><chapter url_name="gone"/></course>' }),
      'MISSING_FILE',
      'chapter/gone.xml',
    ],
    ['traversal', async () => archive({ ...OLX, '../../evil': 'x' }), 'UNSAFE_ENTRY', '../../evil'],
    [
      'an absolute path',
      async () => archive({ ...OLX, '/etc/evil': 'x' }),
      'UNSAFE_ENTRY',
      '/etc/evil',
    ],
    [
      'a link',
      async () => archive({ ...OLX, 'course/link': { type: 'symlink', linkname: '/etc/passwd' } }),
      'UNSAFE_ENTRY',
      'course/link',
    ],
    [
      'a device',
      async () => archive({ ...OLX, 'course/dev': { type: 'character-device' } }),
      'UNSAFE_ENTRY',
      'course/dev',
    ],
    [
      'entities',
      async () => archive({ ...OLX, 'course/problem/p.xml': laughs }),
      'FORBIDDEN_XML',
      'problem/p.xml',
    ],
    [
      'a zip bomb',
      async () => archive({ ...OLX, 'course/static/zeros.bin': Buffer.alloc(64 * 1024 * 1024) }),
      'SUSPICIOUS_COMPRESSION',
      '',
    ],
    [
      'one huge file of the structure',
      async () => archive({ ...OLX, 'course/vertical/v.xml': Buffer.alloc(3 * 1024 * 1024, ' ') }),
      'FILE_TOO_LARGE',
      'vertical/v.xml',
    ],
  ];
  test.each(broken)('%s is refused and leaves nothing behind', async (_what, make, code, path) => {
    const viewer = instructor();
    const { state, course, report } = await scene.ended(
      viewer,
      await scene.importArchive(viewer, await make()),
    );
    expect({ state, course }).toEqual({ state: 'FAILED', course: null });
    expect(report?.errors).toMatchObject([{ code, path }]);
    await eventually(async () => expect(await scene.files(viewer.organizationId)).toEqual([]));
    for (const table of ['course', 'course_version', 'module', 'block', 'media']) {
      const rows = await scene.app.sql(`SELECT 1 FROM ${table} WHERE organization_id = $1`, [
        viewer.organizationId,
      ]);
      expect(rows).toEqual([]);
    }
  });

  test('two files of the same path are refused', async () => {
    const tar = pack();
    for (const text of ['<course url_name="a"/>', '<course url_name="b"/>']) {
      tar.entry({ name: 'course/course.xml' }, text);
    }
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    const viewer = instructor();
    const id = await scene.importArchive(viewer, gzipSync(Buffer.concat(chunks)));
    expect((await scene.ended(viewer, id)).report?.errors).toMatchObject([
      { code: 'DUPLICATE_ENTRY' },
    ]);
  });
});
