import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Database, openPool } from '@lyceum/platform/database';
import type { SignedIn } from '@lyceum/platform/viewer';
import { testClock } from '@lyceum/testkit/clock';
import { person } from '@lyceum/testkit/person';
import { testService, type TestService } from '@lyceum/testkit/service';
import { Prisma, PrismaClient } from '../../generated/prisma/client.js';
import { courseService } from '../app.js';
import { MediaFiles } from '../media/media-files.js';
import { AddressSigner } from '../media/signed-address.js';
import type { CourseDatabase } from '../service-types.js';
import { UploadService } from './upload.service.js';

const CREATE = `mutation($input: CreateUploadInput!) {
  createUpload(input: $input) { id url method headers { name value } expiresAt } }`;
const MINUTE = 60_000;

const clock = testClock();
let app: TestService;
const secret = 'a secret of the course service in tests';
let directory: string;
let database: CourseDatabase;
let uploads: UploadService;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lyceum-uploads-'));
  app = await testService(courseService, {
    clock,
    settings: {
      MEDIA_DIR: directory,
      COURSE_SECRET: secret,
      COURSE_MAX_UPLOAD_BYTES: '1000',
    },
  });
  const pool = openPool({ connectionString: app.databaseUrl, name: 'upload-test', max: 2 });
  database = new Database(pool, (adapter) => new PrismaClient({ adapter }), Prisma, clock);
  const signer = new AddressSigner(secret);
  uploads = new UploadService(database, new MediaFiles(directory), signer, clock, 1000);
});
afterAll(async () => {
  await database.close();
  await app.close();
  await rm(directory, { recursive: true, force: true });
});

const instructor = () => person({ roles: ['INSTRUCTOR'] });
const given = (byteLength: number) => ({
  input: { filename: 'c.tar.gz', contentType: 'application/gzip', byteLength },
});

async function create(viewer: SignedIn, byteLength: number) {
  return (
    await app
      .as(viewer)
      .ok<{ createUpload: { id: string; url: string; method: string; headers: object[] } }>(
        CREATE,
        given(byteLength),
      )
  ).createUpload;
}

async function put(url: string, body: string): Promise<number> {
  const address = new URL(url, 'http://localhost');
  return (await app.running.route(new Request(address, { method: 'PUT', body }))).status;
}

const stateOf = async (id: string) =>
  (await app.sql<{ state: string }>('SELECT state FROM upload WHERE id = $1', [id]))[0]?.state;
const uploaded = () => readdir(join(directory, 'uploads')).catch(() => []);

describe('uploads', () => {
  test('take exactly the bytes that were announced, once', async () => {
    const upload = await create(instructor(), 5);
    expect(upload.method).toBe('PUT');
    expect(upload.headers).toEqual([{ name: 'content-type', value: 'application/gzip' }]);
    expect(await put(upload.url, 'four')).toBe(400);
    expect(await put(upload.url, 'too much')).toBe(400);
    expect(await stateOf(upload.id)).toBe('PENDING');
    expect(await uploaded()).toEqual([]);

    const both = await Promise.all([put(upload.url, 'first'), put(upload.url, 'other')]);
    expect(new Set(both)).toEqual(new Set([204, 409]));
    expect(await stateOf(upload.id)).toBe('RECEIVED');
    expect(await uploaded()).toEqual([upload.id]);
    expect(await put(upload.url, 'again')).toBe(409);
  });

  test('go to a signed address alone: another id, another organization or no signature will not do', async () => {
    const upload = await create(instructor(), 5);
    const other = await create(instructor(), 5);
    expect(await put(`/uploads/${upload.id}`, 'bytes')).toBe(403);
    expect(await put(upload.url.replace(upload.id, other.id), 'bytes')).toBe(403);
    expect(
      await put(
        upload.url.replace(/organization=[^&]+/, `organization=${person().organizationId}`),
        'bytes',
      ),
    ).toBe(403);
    expect(await put(upload.url.replace(/expires=\d+/, 'expires=9999999999'), 'bytes')).toBe(403);
  });

  test('are bounded in size, and in how many are open at a time', async () => {
    const viewer = instructor();
    expect(await app.as(viewer).refusal(CREATE, given(1001))).toBe('BAD_USER_INPUT');
    expect(await app.as(viewer).refusal(CREATE, given(0))).toBe('BAD_USER_INPUT');
    for (let i = 0; i < 10; i += 1) await create(viewer, 1);
    const refused = await app.as(viewer).query(CREATE, given(1));
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'TOO_MANY_UPLOADS',
    });
    clock.advance(61 * MINUTE);
    await create(viewer, 1);
  });

  test('expire: the address first, then what was never used', async () => {
    const late = await create(instructor(), 4);
    const unused = await create(instructor(), 4);
    expect(await put(unused.url, 'data')).toBe(204);
    clock.advance(61 * MINUTE);
    expect(await put(late.url, 'data')).toBe(403);
    await uploads.cleanUp(new AbortController().signal);
    expect(await stateOf(late.id)).toBeUndefined();
    expect(await stateOf(unused.id)).toBe('RECEIVED');
    clock.advance(24 * 60 * MINUTE);
    await uploads.cleanUp(new AbortController().signal);
    expect(await stateOf(unused.id)).toBeUndefined();
    expect(await uploaded()).not.toContain(unused.id);
  });
});
