import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importUpdated } from '@lyceum/events/course';
import { newId } from '@lyceum/platform/ids';
import { projectPath } from '@lyceum/platform/project-path';
import type { SignedIn } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
import { person } from '@lyceum/testkit/person';
import {
  archive,
  at,
  CREATE,
  IMPORT,
  ImportScene,
  instructor,
  LOOK,
  OLX,
  PICTURE,
  type Looked,
} from '../../test/import-scene.js';

let scene: ImportScene;
beforeAll(async () => {
  scene = await ImportScene.start();
});
afterAll(() => scene.close());

describe('importing a course', () => {
  test('an uploaded course becomes a draft, with its media and a report', async () => {
    const viewer = instructor();
    const id = await scene.importArchive(viewer, await archive(OLX));
    const { state, course, report } = await scene.ended(viewer, id);
    expect(state).toBe('SUCCEEDED');
    expect(course).toMatchObject({ title: 'Bees', status: 'DRAFT' });
    const [topic] = course!.modules[0]!.lessons[0]!.topics;
    expect(topic).toMatchObject({
      completionRule: 'QUIZ_SCORE',
      blocks: [{ kind: 'PAGE' }, { kind: 'QUIZ', questions: [{ prompt: 'Legs?' }] }],
    });
    expect(report?.imported).toContainEqual({ kind: 'MEDIA', count: 1 });
    expect(report?.skipped).toMatchObject([{ code: 'UNSUPPORTED_KIND' }]);

    // The picture of the page is there, by the address in its HTML; the upload is not any more.
    const source = /src="([^"]+)"/.exec(topic!.blocks[0]!.html!)![1]!.replaceAll('&amp;', '&');
    const picture = await scene.app.running.route(new Request(at(source)));
    expect(picture.status).toBe(200);
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(picture.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(PICTURE);
    expect(await scene.files(viewer.organizationId)).toHaveLength(1);

    const events = (await scene.app.published(importUpdated)).filter(
      ({ data }) => data.importId === id,
    );
    const states = events.map(({ data }) => data.state);
    expect(states[0]).toBe('QUEUED');
    expect(states.at(-1)).toBe('SUCCEEDED');
    const percents = events.map(({ data }) => data.percent);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  });

  test('the same picture in two courses is stored once', async () => {
    const viewer = instructor();
    const bytes = await archive(OLX);
    for (const _ of [1, 2]) await scene.ended(viewer, await scene.importArchive(viewer, bytes));
    expect(await scene.rows('media', viewer.organizationId)).toHaveLength(1);
    const courses = await scene.rows('course', viewer.organizationId);
    expect(new Set(courses.map((row) => row['slug']))).toEqual(new Set(['bees', 'bees-2']));
  });

  test('asking twice for one upload makes one course', async () => {
    const viewer = instructor();
    const uploadId = await scene.upload(viewer, await archive(OLX));
    const [one, other] = await Promise.all([1, 2].map(() => scene.import(viewer, uploadId)));
    expect(one).toBe(other);
    await scene.ended(viewer, one!);
    expect(await scene.rows('course', viewer.organizationId)).toHaveLength(1);
  });
});

describe('after a process was killed', () => {
  /** What it leaves: the upload, the row RUNNING, and files that no row speaks of. */
  async function leave(viewer: SignedIn, attempts: number): Promise<string> {
    const [uploadId, importId] = [newId(), newId()];
    const bytes = await archive(OLX);
    for (const [folder, name] of [
      ['uploads', uploadId],
      [join('imports', importId), 'a-file'],
    ] as const) {
      await mkdir(join(scene.mediaDirectory, folder), { recursive: true });
      await writeFile(join(scene.mediaDirectory, folder, name), bytes);
    }
    const { organizationId, userId } = viewer;
    await scene.app.sql(
      `INSERT INTO upload (id, organization_id, created_by, filename, content_type, byte_length, state, created_at, expires_at)
       VALUES ($1, $2, $3, 'c.tar.gz', 'application/gzip', $4, 'USED', now(), now())`,
      [uploadId, organizationId, userId, bytes.length],
    );
    await scene.app.sql(
      `INSERT INTO course_import (id, organization_id, requested_by, upload_id, state, percent, attempts, created_at)
       VALUES ($1, $2, $3, $4, 'RUNNING', 60, $5, now())`,
      [importId, organizationId, userId, uploadId, attempts],
    );
    // Any other import wakes the job, as a start does.
    const other = instructor();
    await scene.ended(other, await scene.importArchive(other, Buffer.from('nothing')));
    return importId;
  }

  test('an import it left running is taken up again, and makes one course', async () => {
    const viewer = instructor();
    const { state } = await scene.ended(viewer, await leave(viewer, 1));
    expect(state).toBe('SUCCEEDED');
    expect(await scene.rows('course', viewer.organizationId)).toHaveLength(1);
    // The picture alone: neither the upload nor what the killed process wrote.
    await eventually(async () =>
      expect(await scene.files(viewer.organizationId)).toEqual([
        expect.stringMatching(new RegExp(`^${viewer.organizationId}/`)),
      ]),
    );
  });

  test('an import that ended the process each time is given up', async () => {
    const viewer = instructor();
    const { state, report } = await scene.ended(viewer, await leave(viewer, 3));
    expect(state).toBe('FAILED');
    expect(report?.errors).toMatchObject([{ code: 'INTERNAL' }]);
    await eventually(async () => expect(await scene.files(viewer.organizationId)).toEqual([]));
  });
});

describe('who may', () => {
  test('learners can neither upload nor import', async () => {
    const learner = person();
    const input = { filename: 'c', contentType: 'application/gzip', byteLength: 1 };
    expect(await scene.app.as(learner).refusal(CREATE, { input })).toBe('PERMISSION_DENIED');
    expect(
      await scene.app.as(learner).refusal(IMPORT, { input: { uploadId: learner.userId } }),
    ).toBe('PERMISSION_DENIED');
  });

  test('an upload is its maker’s alone, and must have its bytes', async () => {
    const viewer = instructor();
    const { id: uploadId } = await scene.createUpload(viewer, 5);
    expect(await scene.app.as(viewer).refusal(IMPORT, { input: { uploadId } })).toBe('CONFLICT');
    const colleague = person({ roles: ['INSTRUCTOR'], organizationId: viewer.organizationId });
    expect(await scene.app.as(colleague).refusal(IMPORT, { input: { uploadId } })).toBe(
      'NOT_FOUND',
    );
  });

  test('an import is seen by who asked and by administrators; others hear nothing', async () => {
    const viewer = instructor();
    const { organizationId } = viewer;
    const id = await scene.importArchive(viewer, Buffer.from('nothing'));
    await scene.ended(viewer, id);
    const watch = `subscription($id: ID!) { courseImportUpdated(importId: $id) { id state } }`;
    const [event] = (await scene.app.published(importUpdated)).filter(
      ({ data }) => data.importId === id,
    );
    const administrator = person({ roles: ['ORGANIZATION_ADMIN'], organizationId });
    const heard = await scene.app.as(administrator).onEvent(watch, event!, { id });
    expect(heard.data).toMatchObject({ courseImportUpdated: { id, state: 'FAILED' } });
    const colleague = person({ roles: ['INSTRUCTOR'], organizationId });
    for (const stranger of [person({ organizationId }), colleague, instructor()]) {
      expect(await scene.app.as(stranger).ok<Looked>(LOOK, { id })).toEqual({ courseImport: null });
      const nothing = await scene.app.as(stranger).onEvent(watch, event!, { id });
      expect(nothing.extensions?.skip).toBe(true);
    }
  });
});

const sharedData = process.env['LYCEUM_SHARED_DATA'] ?? projectPath('..', 'shared', 'data');
const demo = join(sharedData, 'openedx-demo-course', 'course');
const withDemo = existsSync(demo) ? test : test.skip;

describe('the Open edX demo course (skipped where ../shared/data is absent)', () => {
  withDemo(
    'is imported whole: 6 modules, 17 lessons, 58 topics',
    async () => {
      const paths = (await readdir(demo, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      const entries: Record<string, Buffer> = {};
      for (const path of paths) entries[`course/${relative(demo, path)}`] = await readFile(path);

      const viewer = instructor();
      const { state, report } = await scene.ended(
        viewer,
        await scene.importArchive(viewer, await archive(entries)),
      );
      expect(state).toBe('SUCCEEDED');
      const counts = Object.fromEntries(report!.imported.map(({ kind, count }) => [kind, count]));
      expect(counts).toMatchObject({ MODULE: 6, LESSON: 17, TOPIC: 58, VIDEO: 11, QUIZ: 11 });

      // Nothing is dropped silently: each block of the tree is imported or told of.
      const blocks = paths
        .filter((path) => relative(demo, path).startsWith('vertical/'))
        .map(async (path) => [
          ...(await readFile(path, 'utf8')).matchAll(/<(\w+) url_name="([^"]+)"/g),
        ]);
      const all = (await Promise.all(blocks)).flat().map(([, kind, name]) => `${kind}/${name}`);
      const parts = ['LEFT_OUT', 'UNRESOLVED_LINK'];
      const told = report!.skipped
        .filter(({ code }) => !parts.includes(code))
        .map(({ path }) => path);
      const refused = all.filter((name) => told.some((path) => path.includes(name)));
      const [{ count }] = (await scene.app.sql<{ count: string }>(
        `SELECT count(*) FROM block WHERE organization_id = $1 AND kind <> 'DOCUMENT'`,
        [viewer.organizationId],
      )) as [{ count: string }];
      expect(all).toHaveLength(312);
      expect(refused.length + Number(count)).toBe(all.length);
    },
    90_000,
  );
});
