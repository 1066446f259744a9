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

async function announce(viewer: SignedIn, text: string, filename = 'notes.txt') {
  const { createUpload } = await school.app
    .as(viewer)
    .ok<{ createUpload: Upload }>(
      'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { id url method } }',
      { input: { filename, contentType: 'text/plain', byteLength: Buffer.byteLength(text) } },
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

async function upload(viewer: SignedIn, text: string, filename?: string): Promise<string> {
  const { id, url, method } = await announce(viewer, text, filename);
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
