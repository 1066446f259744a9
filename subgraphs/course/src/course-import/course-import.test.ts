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
      blocks: [
        { kind: 'PAGE' },
        { kind: 'QUIZ', completion: 'SUBMITTED', questions: [{ prompt: 'Legs?' }] },
      ],
    });
    expect(report?.imported).toContainEqual({ kind: 'MEDIA', count: 1 });
    expect(report?.skipped).toMatchObject([
      { code: 'UNSUPPORTED_KIND' },
      { code: 'UNUSED_FILE', path: 'static/' },
    ]);

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

  test('questions keep superscripts and pictures; equal choices are refused by name', async () => {
    const viewer = instructor();
    const problem = `<problem display_name="Tiles" showanswer="never">
      <p>How large is 10<sup>3</sup> m<sup>2</sup>?</p><multiplechoiceresponse><choicegroup>
        <choice correct="true">10<sup>3</sup> tiles</choice><choice correct="false">103 tiles <choicehint>Look closer.</choicehint></choice>
        <choice correct="false"><img src="/static/bee.png" alt="A bee"/></choice></choicegroup></multiplechoiceresponse>
      <solution><p>See <img src="/static/bee.png" alt="it"/></p></solution>
      <multiplechoiceresponse><label>Which?</label><choicegroup><choice correct="true">x</choice>
        <choice correct="false"><font color="red">x</font></choice></choicegroup></multiplechoiceresponse></problem>`;
    const entries = { ...OLX, 'course/problem/p.xml': problem, 'course/html/h.html': '<p>Hi</p>' };
    const id = await scene.importArchive(viewer, await archive(entries));
    const { state, course, report } = await scene.ended(viewer, id);
    expect(state).toBe('SUCCEEDED');
    expect(report?.imported).toContainEqual({ kind: 'QUESTION', count: 1 });
    expect(report?.imported).toContainEqual({ kind: 'MEDIA', count: 1 });
    expect(report?.skipped).toContainEqual({
      path: 'problem/p.xml',
      code: 'UNSUPPORTED_PROBLEM',
      reason: 'question 2 of 2 of “Tiles”: two of its choices would look the same',
    });
    const read = `query ($id: ID!) { course(id: $id) { modules(version: DRAFT) { lessons { topics { blocks {
      ... on QuizBlock { showFeedback questions { prompt promptHtml choices { text html } }
      feedback { choices { selected } solution } } } } } } } }`;
    const answer = await scene.app.as(viewer).ok(read, { id: course!.id });
    expect(answer).toMatchObject({
      course: {
        modules: [
          {
            lessons: [
              {
                topics: [
                  {
                    blocks: [
                      {},
                      {
                        showFeedback: 'NEVER',
                        feedback: [
                          {
                            choices: [{ selected: 'Look closer.' }],
                            solution: expect.stringMatching(
                              /^<p>See <img src="[^"]+" alt="it" \/><\/p>$/,
                            ),
                          },
                        ],
                        questions: [
                          {
                            prompt: 'How large is 10^3 m^2?',
                            promptHtml: '<p>How large is 10<sup>3</sup> m<sup>2</sup>?</p>',
                            choices: [
                              { text: '10^3 tiles', html: '10<sup>3</sup> tiles' },
                              { text: '103 tiles', html: '103 tiles' },
                              {
                                text: 'A bee',
                                html: expect.stringMatching(/^<img src="[^"]+" alt="A bee" \/>$/),
                              },
                            ],
                          },
                        ],
                      },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    });
    const source = /img src=\\"([^"]+)\\"/.exec(JSON.stringify(answer))![1]!;
    const picture = await scene.app.running.route(new Request(at(source.replaceAll('&amp;', '&'))));
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(PICTURE);
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

describe('large files', () => {
  const PNG = Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    // Not compressible, as pictures are.
    Buffer.from(Array.from({ length: 1_200_000 }, (_, i) => (i * i * 31 + (i >> 3)) % 251)),
  ]);

  test('a picture pasted into a page becomes a file; the page counts without it', async () => {
    const viewer = instructor();
    const pasted = `<p>See <img src="data:image/png;base64,${PNG.toString('base64')}" alt="It"/></p>`;
    const bytes = await archive({ ...OLX, 'course/html/h.html': pasted });
    const { state, course } = await scene.ended(viewer, await scene.importArchive(viewer, bytes));
    expect(state).toBe('SUCCEEDED');
    const { html } = course!.modules[0]!.lessons[0]!.topics[0]!.blocks[0]!;
    const source = /src="([^"]+)"/.exec(html!)![1]!.replaceAll('&amp;', '&');
    const picture = await scene.app.running.route(new Request(at(source)));
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(PNG.equals(Buffer.from(await picture.arrayBuffer()))).toBe(true);
  });

  test('a page or problem that is too large is left out, with its size and the limit', async () => {
    const viewer = instructor();
    const words = '<p>word</p>';
    const bytes = await archive({
      ...OLX,
      'course/html/h.html': words.repeat(60_000),
      'course/problem/p.xml': `<problem>${words.repeat(120_000)}</problem>`,
    });
    const limits = { state: 'SUCCEEDED', report: { errors: [] } };
    const ended = await scene.ended(viewer, await scene.importArchive(viewer, bytes));
    expect(ended).toMatchObject(limits);
    const large = ended.report!.skipped.filter(({ code }) => code === 'TOO_LARGE');
    expect(large).toMatchObject([
      { path: 'problem/p.xml', reason: 'the file is 1.3 MiB; the limit is 1 MiB' },
      {
        path: 'html/h.html',
        reason: 'the page “Page” has 660,000 characters; the limit is 500,000',
      },
    ]);
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
      expect(counts).toMatchObject({ MODULE: 6, LESSON: 17, TOPIC: 58, VIDEO: 11, QUIZ: 17 });

      // Nothing is dropped silently: each block of the tree is imported or told of.
      const blocks = paths
        .filter((path) => /^(vertical|library_content)\//.test(relative(demo, path)))
        .map(async (path) => [
          ...(await readFile(path, 'utf8')).matchAll(/<(\w+) url_name="([^"]+)"/g),
        ]);
      const all = (await Promise.all(blocks)).flat().map(([, kind, name]) => `${kind}/${name}`);
      const parts = ['LEFT_OUT', 'UNRESOLVED_LINK'];
      const reported = report!.skipped
        .filter(({ code }) => !parts.includes(code))
        .map(({ path }) => path);
      const refused = all.filter((name) => reported.some((path) => path.includes(name)));
      const [{ count }] = (await scene.app.sql<{ count: string }>(
        `SELECT count(*) FROM block WHERE organization_id = $1 AND kind <> 'DOCUMENT'
           AND content::text NOT LIKE '%This part of the course could not be imported.%'`,
        [viewer.organizationId],
      )) as [{ count: string }];
      expect(all).toHaveLength(318);

      // Explanations and feedback have their place, and pictures stay in what they are asked about.
      const lost = report!.skipped.filter(({ reason }) => /explanation|hint|feedback/.test(reason));
      expect(lost).toEqual([]);
      const quizzes = await scene.app.sql<{ content: object; feedback: object | null }>(
        `SELECT content, feedback FROM block WHERE organization_id = $1 AND kind = 'QUIZ'`,
        [viewer.organizationId],
      );
      // As in the source, a unit is complete once its problems are submitted.
      const submitted = quizzes.map(() => expect.objectContaining({ completion: 'SUBMITTED' }));
      expect(quizzes.map(({ content }) => content)).toEqual(submitted);
      const told = quizzes.filter((quiz) => quiz.feedback !== null);
      expect(told.length).toBeGreaterThanOrEqual(4);
      expect(JSON.stringify(told)).toContain('Explanation');
      // The picture itself is not in the archive at hand; its place and description are.
      expect(JSON.stringify(quizzes.map(({ content }) => content))).toMatch(
        /"promptHtml":"[^}]*<img (src=\\"media:[^>]*)?alt=\\"An abacus/,
      );
      expect(refused.length + Number(count)).toBe(all.length);
    },
    90_000,
  );
});
