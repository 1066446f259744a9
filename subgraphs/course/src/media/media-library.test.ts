import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import { person } from '@lyceum/testkit/person';
import { scene, type Scene } from '../../test/scene.js';

let school: Scene;
beforeAll(async () => {
  school = await scene();
});
afterAll(() => school.app.close());

interface Media {
  id: string;
  url: string;
  filename: string;
  contentType: string;
  byteLength: number;
}
const ADD = `mutation ($input: AddMediaInput!) {
  addMedia(input: $input) { id url filename contentType byteLength }
}`;

async function announce(viewer: SignedIn, text: string, filename = 'notes.txt', courseId?: string) {
  const { createUpload } = await school.app
    .as(viewer)
    .ok<{ createUpload: Upload }>(
      'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { id url method } }',
      {
        input: {
          filename,
          courseId,
          contentType: 'text/plain',
          byteLength: Buffer.byteLength(text),
        },
      },
    );
  return createUpload;
}
interface Upload {
  id: string;
  url: string;
  method: string;
}
const request = (path: string, init?: RequestInit) =>
  school.app.running.route(new Request(new URL(path, 'https://school.example'), init));

async function upload(
  viewer: SignedIn,
  text: string,
  filename?: string,
  courseId?: string,
): Promise<string> {
  const { id, url, method } = await announce(viewer, text, filename, courseId);
  expect((await request(url, { method, body: text })).status).toBe(204);
  return id;
}
const add = async (viewer: SignedIn, uploadId: string) =>
  (await school.app.as(viewer).ok<{ addMedia: Media }>(ADD, { input: { uploadId } })).addMedia;

it('makes an upload a file that blocks can show', async () => {
  const media = await add(school.author, await upload(school.author, 'Read me.'));
  expect(media).toMatchObject({
    ...{ filename: 'notes.txt', contentType: 'text/plain', byteLength: 8 },
  });
  const response = await request(media.url);
  expect([response.status, await response.text()]).toEqual([200, 'Read me.']);

  const { topicId } = await school.draft();
  const document = { url: `media:${media.id}`, filename: 'a.txt', contentType: 'text/plain' };
  const { addBlock } = await school.app
    .as(school.author)
    .ok<{ addBlock: { url: string } }>(
      `mutation ($input: AddBlockInput!) { addBlock(input: $input) { ... on DocumentBlock { url } } }`,
      { input: { topicId, title: 'Notes', document } },
    );
  expect(await (await request(addBlock.url)).text()).toBe('Read me.');
});

it('gives the same file when asked again, also at once, and for equal bytes', async () => {
  const uploadId = await upload(school.author, 'Once.');
  const both = await Promise.all([add(school.author, uploadId), add(school.author, uploadId)]);
  const again = await add(school.author, uploadId);
  const equal = await add(school.author, await upload(school.author, 'Once.', 'other.txt'));
  expect(new Set([...both, again, equal].map(({ id }) => id)).size).toBe(1);
  expect(equal.filename).toBe('notes.txt');
  expect(await (await request(equal.url)).text()).toBe('Once.');
});

it('keeps equal bytes of two organizations apart', async () => {
  const stranger = person({ organizationId: newId(), roles: ['INSTRUCTOR'] });
  const ours = await add(school.author, await upload(school.author, 'Common.'));
  const theirs = await add(stranger, await upload(stranger, 'Common.'));
  expect(theirs.id).not.toBe(ours.id);
  const swapped = ours.url.replace(school.organizationId, stranger.organizationId);
  expect((await request(swapped)).status).toBe(403);
});

it('refuses learners, uploads of others, those without bytes and those of imports', async () => {
  const { author } = school;
  const uploadId = await upload(author, 'Mine.');
  const refusal = (viewer: SignedIn, id: string) =>
    school.app.as(viewer).refusal(ADD, { input: { uploadId: id } });
  const colleague = person({ organizationId: school.organizationId, roles: ['INSTRUCTOR'] });
  expect(await refusal(school.learner(), uploadId)).toBe('PERMISSION_DENIED');
  expect(await refusal(colleague, uploadId)).toBe('NOT_FOUND');
  expect(await refusal(author, newId())).toBe('NOT_FOUND');
  expect(await refusal(author, 'guess')).toBe('NOT_FOUND');
  expect(await refusal(author, (await announce(author, 'Later.')).id)).toBe('CONFLICT');

  const archive = await upload(author, 'No archive at all.');
  await school.app
    .as(author)
    .ok('mutation ($input: ImportCourseInput!) { importCourse(input: $input) { id } }', {
      input: { uploadId: archive },
    });
  expect(await refusal(author, archive)).toBe('CONFLICT');
});

it('takes course:edit of a course for what was uploaded for it, and no more than that', async () => {
  const [{ courseId }, other] = [await school.draft(), await school.draft()];
  const { organizationId } = school;
  const assigned = person({
    organizationId,
    assignments: [{ role: 'INSTRUCTOR', scope: 'COURSE', scopeId: courseId }],
  });
  const media = await add(assigned, await upload(assigned, 'For one.', 'one.txt', courseId));
  expect(media.filename).toBe('one.txt');

  const CREATE = 'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { id } }';
  const announcing = (viewer: SignedIn, forCourse?: string) =>
    school.app.as(viewer).refusal(CREATE, {
      input: { filename: 'a.txt', contentType: 'text/plain', byteLength: 1, courseId: forCourse },
    });
  expect(await announcing(assigned)).toBe('PERMISSION_DENIED');
  expect(await announcing(assigned, other.courseId)).toBe('NOT_FOUND');
  expect(await announcing(assigned, 'guess')).toBe('NOT_FOUND');
  expect(await announcing(school.learner(), courseId)).toBe('NOT_FOUND');
  expect(await announcing(person({ roles: ['INSTRUCTOR'] }), courseId)).toBe('NOT_FOUND');

  // Whoever lost the course meanwhile cannot use the upload, and no course is imported with it.
  const uploadId = await upload(assigned, 'Too late.', 'late.txt', courseId);
  const dismissed = { ...assigned, roles: person({ organizationId }).roles };
  const input = { uploadId };
  expect(await school.app.as(dismissed).refusal(ADD, { input })).toBe('PERMISSION_DENIED');
  const IMPORT = 'mutation ($input: ImportCourseInput!) { importCourse(input: $input) { id } }';
  expect(await school.app.as(assigned).refusal(IMPORT, { input })).toBe('PERMISSION_DENIED');
  expect(await school.app.as(assigned).refusal(ADD, { input: { uploadId: newId() } })).toBe(
    'NOT_FOUND',
  );
});
