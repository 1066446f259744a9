import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importUpdated } from '@lyceum/events/course';
import { newId } from '@lyceum/platform/ids';
import { projectPath } from '@lyceum/platform/project-path';
import type { SignedIn } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
import { person } from '@lyceum/testkit/person';
import { testService, type TestService } from '@lyceum/testkit/service';
import { pack, type Header } from 'tar-stream';
import { courseService } from '../app.js';

type Entry = string | Buffer | Partial<Header>;

/** A .tar.gz archive of these files; an object instead of a text is the header of an odd entry. */
async function archive(files: Readonly<Record<string, Entry>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === 'string' || Buffer.isBuffer(content)) tar.entry({ name }, content);
    else tar.entry({ name, ...content }).end(null);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

const PICTURE = Buffer.from('\x89PNG pretend');
const OLX = {
  'course/course.xml': '<course url_name="run"/>',
  'course/course/run.xml':
    '<course display_name="Bees"><chapter display_name="One"><sequential display_name="Two"><vertical url_name="v"/></sequential></chapter></course>',
  'course/vertical/v.xml':
    '<vertical display_name="Three"><html url_name="h"/><problem url_name="p"/><poll url_name="x" q="?"/></vertical>',
  'course/html/h.xml': '<html filename="h" display_name="Page"/>',
  'course/html/h.html': '<p>See <img src="/static/bee.png" alt="A bee"/></p>',
  'course/problem/p.xml':
    '<problem display_name="Quiz"><numericalresponse answer="6"><label>Legs?</label></numericalresponse></problem>',
  'course/static/bee.png': PICTURE,
  'course/static/unused.png': Buffer.from('never referred to'),
};

const CREATE = `mutation($input: CreateUploadInput!) {
  createUpload(input: $input) { id url method headers { name value } expiresAt } }`;
const IMPORT = `mutation($input: ImportCourseInput!) { importCourse(input: $input) { id state percent } }`;
const LOOK = `query($id: ID!) { courseImport(id: $id) { id state percent finishedAt
  course { id title slug status modules(version: DRAFT) { title lessons { title topics { id title completionRule
    blocks { kind title ... on PageBlock { html } ... on QuizBlock { passingPercent questions { prompt } } } } } } }
  report { imported { kind count } skipped { path code reason } errors { path code message } } } }`;

interface Looked {
  courseImport: {
    state: string;
    percent: number;
    course: {
      id: string;
      title: string;
      status: string;
      modules: {
        lessons: {
          topics: { completionRule: string; blocks: { kind: string; html?: string }[] }[];
        }[];
      }[];
    } | null;
    report: {
      imported: { kind: string; count: number }[];
      skipped: { path: string; code: string }[];
      errors: { path: string; code: string }[];
    } | null;
  } | null;
}

let app: TestService;
let mediaDirectory: string;
const instructor = () => person({ roles: ['INSTRUCTOR'] });

beforeAll(async () => {
  mediaDirectory = await mkdtemp(join(tmpdir(), 'lyceum-media-'));
  app = await testService(courseService, {
    settings: { MEDIA_DIR: mediaDirectory, COURSE_SECRET: 'x'.repeat(32) },
  });
});
afterAll(async () => {
  await app.close();
  await rm(mediaDirectory, { recursive: true, force: true });
});

async function createUpload(viewer: SignedIn, byteLength: number) {
  const input = { filename: 'c.tar.gz', contentType: 'application/gzip', byteLength };
  const { createUpload: upload } = await app.as(viewer).ok<{
    createUpload: { id: string; url: string };
  }>(CREATE, { input });
  return upload;
}

const at = (path: string) => new URL(path, 'http://localhost');
const put = (url: string, body: Buffer) =>
  app.running.route(new Request(at(url), { method: 'PUT', body: new Uint8Array(body) }));

async function importArchive(viewer: SignedIn, bytes: Buffer): Promise<string> {
  const upload = await createUpload(viewer, bytes.length);
  expect((await put(upload.url, bytes)).status).toBe(204);
  const { importCourse } = await app
    .as(viewer)
    .ok<{ importCourse: { id: string } }>(IMPORT, { input: { uploadId: upload.id } });
  return importCourse.id;
}

function ended(viewer: SignedIn, id: string): Promise<NonNullable<Looked['courseImport']>> {
  return eventually(async () => {
    const { courseImport } = await app.as(viewer).ok<Looked>(LOOK, { id });
    expect(['SUCCEEDED', 'FAILED']).toContain(courseImport?.state);
    return courseImport!;
  });
}

async function files(organizationId: string): Promise<string[]> {
  const below = await readdir(mediaDirectory, { recursive: true, withFileTypes: true });
  return below
    .filter((entry) => entry.isFile())
    .map((entry) => relative(mediaDirectory, join(entry.parentPath, entry.name)))
    .filter((path) => path.startsWith(organizationId) || path.startsWith('uploads'));
}

describe('importing a course', () => {
  test('an uploaded course becomes a draft, with its media and a report', async () => {
    const viewer = instructor();
    const id = await importArchive(viewer, await archive(OLX));
    const { state, course, report } = await ended(viewer, id);
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
    const picture = await app.running.route(new Request(at(source)));
    expect(picture.status).toBe(200);
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(picture.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(PICTURE);
    expect(await files(viewer.organizationId)).toHaveLength(1);

    const events = (await app.published(importUpdated)).filter(({ data }) => data.importId === id);
    const states = events.map(({ data }) => data.state);
    expect(states[0]).toBe('QUEUED');
    expect(states.at(-1)).toBe('SUCCEEDED');
    const percents = events.map(({ data }) => data.percent);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  });

  test('the same picture in two courses is stored once', async () => {
    const viewer = instructor();
    const bytes = await archive(OLX);
    for (const _ of [1, 2]) await ended(viewer, await importArchive(viewer, bytes));
    const rows = await app.sql('SELECT 1 FROM media WHERE organization_id = $1', [
      viewer.organizationId,
    ]);
    expect(rows).toHaveLength(1);
    const courses = await app.sql('SELECT slug FROM course WHERE organization_id = $1', [
      viewer.organizationId,
    ]);
    expect(new Set(courses.map((row) => row['slug']))).toEqual(new Set(['bees', 'bees-2']));
  });

  test('asking twice for one upload makes one course', async () => {
    const viewer = instructor();
    const bytes = await archive(OLX);
    const upload = await createUpload(viewer, bytes.length);
    await put(upload.url, bytes);
    const both = await Promise.all(
      [1, 2].map(() =>
        app
          .as(viewer)
          .ok<{ importCourse: { id: string } }>(IMPORT, { input: { uploadId: upload.id } }),
      ),
    );
    expect(new Set(both.map(({ importCourse }) => importCourse.id)).size).toBe(1);
    await ended(viewer, both[0]!.importCourse.id);
    const courses = await app.sql('SELECT 1 FROM course WHERE organization_id = $1', [
      viewer.organizationId,
    ]);
    expect(courses).toHaveLength(1);
  });

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
      'one huge XML file',
      async () => archive({ ...OLX, 'course/problem/p.xml': Buffer.alloc(3 * 1024 * 1024, ' ') }),
      'FILE_TOO_LARGE',
      'course/problem/p.xml',
    ],
  ];
  test.each(broken)('%s is refused and leaves nothing behind', async (_what, make, code, path) => {
    const viewer = instructor();
    const { state, course, report } = await ended(
      viewer,
      await importArchive(viewer, await make()),
    );
    expect({ state, course }).toEqual({ state: 'FAILED', course: null });
    expect(report?.errors).toMatchObject([{ code, path }]);
    await eventually(async () => expect(await files(viewer.organizationId)).toEqual([]));
    for (const table of ['course', 'course_version', 'module', 'block', 'media']) {
      const rows = await app.sql(`SELECT 1 FROM ${table} WHERE organization_id = $1`, [
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
    const id = await importArchive(viewer, gzipSync(Buffer.concat(chunks)));
    expect((await ended(viewer, id)).report?.errors).toMatchObject([{ code: 'DUPLICATE_ENTRY' }]);
  });
});

describe('after a process was killed', () => {
  test('an import it left running is taken up again, and makes one course', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lyceum-media-'));
    const settings = { MEDIA_DIR: directory, COURSE_SECRET: 'y'.repeat(32) };
    const other = await testService(courseService, { settings });
    try {
      // What a killed process leaves: the upload, the row RUNNING, and a file that no row speaks of.
      const viewer = instructor();
      const bytes = await archive(OLX);
      const [uploadId, importId] = [newId(), newId()];
      await mkdir(join(directory, 'uploads'), { recursive: true });
      await writeFile(join(directory, 'uploads', uploadId), bytes);
      const { organizationId, userId } = viewer;
      await other.sql(
        `INSERT INTO upload (id, organization_id, created_by, filename, content_type, byte_length, state, created_at, expires_at)
         VALUES ($1, $2, $3, 'c.tar.gz', 'application/gzip', $4, 'USED', now(), now())`,
        [uploadId, organizationId, userId, bytes.length],
      );
      await other.sql(
        `INSERT INTO course_import (id, organization_id, requested_by, upload_id, state, percent, attempts, created_at)
         VALUES ($1, $2, $3, $4, 'RUNNING', 60, 1, now())`,
        [importId, organizationId, userId, uploadId],
      );
      // Any other import wakes the job, as a start does.
      const upload = await other
        .as(viewer)
        .ok<{ createUpload: { id: string; url: string } }>(CREATE, {
          input: { filename: 'd', contentType: 'application/gzip', byteLength: 4 },
        });
      await other.running.route(
        new Request(at(upload.createUpload.url), { method: 'PUT', body: 'nope' }),
      );
      await other.as(viewer).ok(IMPORT, { input: { uploadId: upload.createUpload.id } });
      await eventually(async () => {
        const { courseImport } = await other.as(viewer).ok<Looked>(LOOK, { id: importId });
        expect(courseImport?.state).toBe('SUCCEEDED');
      });
      const courses = await other.sql('SELECT 1 FROM course', []);
      expect(courses).toHaveLength(1);
    } finally {
      await other.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
});

describe('who may', () => {
  test('learners can neither upload nor import', async () => {
    const learner = person();
    const input = { filename: 'c', contentType: 'application/gzip', byteLength: 1 };
    expect(await app.as(learner).refusal(CREATE, { input })).toBe('PERMISSION_DENIED');
    expect(await app.as(learner).refusal(IMPORT, { input: { uploadId: learner.userId } })).toBe(
      'PERMISSION_DENIED',
    );
  });

  test('an upload is its maker’s alone, and must have its bytes', async () => {
    const viewer = instructor();
    const { id: uploadId } = await createUpload(viewer, 5);
    expect(await app.as(viewer).refusal(IMPORT, { input: { uploadId } })).toBe('CONFLICT');
    const colleague = person({ roles: ['INSTRUCTOR'], organizationId: viewer.organizationId });
    expect(await app.as(colleague).refusal(IMPORT, { input: { uploadId } })).toBe('NOT_FOUND');
  });

  test('an import is seen by who asked and by those who edit courses there; others hear nothing', async () => {
    const viewer = instructor();
    const { organizationId } = viewer;
    const id = await importArchive(viewer, Buffer.from('nothing'));
    await ended(viewer, id);
    const watch = `subscription($id: ID!) { courseImportUpdated(importId: $id) { id state } }`;
    const [event] = (await app.published(importUpdated)).filter(({ data }) => data.importId === id);
    const colleague = person({ roles: ['INSTRUCTOR'], organizationId });
    const heard = await app.as(colleague).onEvent(watch, event!, { id });
    expect(heard.data).toMatchObject({ courseImportUpdated: { id, state: 'FAILED' } });
    for (const stranger of [person({ organizationId }), instructor()]) {
      expect(await app.as(stranger).ok<Looked>(LOOK, { id })).toEqual({ courseImport: null });
      const nothing = await app.as(stranger).onEvent(watch, event!, { id });
      expect(nothing.extensions?.skip).toBe(true);
    }
  });
});

const sharedData = process.env['LYCEUM_SHARED_DATA'] ?? projectPath('..', 'shared', 'data');
const demo = join(sharedData, 'openedx-demo-course', 'course');
const withDemo = existsSync(demo) ? test : test.skip;

describe('the Open edX demo course (skipped where ../shared/data is absent)', () => {
  withDemo('is imported whole: 6 modules, 17 lessons, 58 topics', async () => {
    const paths = (await readdir(demo, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const entries: Record<string, Buffer> = {};
    for (const path of paths) entries[`course/${relative(demo, path)}`] = await readFile(path);

    const viewer = instructor();
    const { state, report } = await ended(
      viewer,
      await importArchive(viewer, await archive(entries)),
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
    const [{ count }] = (await app.sql<{ count: string }>(
      `SELECT count(*) FROM block WHERE organization_id = $1 AND kind <> 'DOCUMENT'`,
      [viewer.organizationId],
    )) as [{ count: string }];
    expect(all).toHaveLength(312);
    expect(refused.length + Number(count)).toBe(all.length);
  });
});
