import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { testClock } from '@lyceum/testkit/clock';
import { testService, type TestService } from '@lyceum/testkit/service';
import { courseService } from '../app.js';
import { MediaFiles } from './media-files.js';
import { MediaService } from './media.service.js';
import { AddressSigner } from './signed-address.js';

const secret = 'a secret of the course service in tests';
const organizationId = newId();
const clock = testClock();
let app: TestService;
let directory: string;
let files: MediaFiles;
let address: (id: string, organizationId: string) => string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lyceum-media-'));
  files = new MediaFiles(directory);
  app = await testService(courseService, {
    clock,
    settings: { MEDIA_DIR: directory, COURSE_SECRET: secret },
  });
  address = new MediaService(null as never, files, new AddressSigner(secret), clock).url;
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true, force: true });
});

async function media(filename: string, contentType: string, content: string): Promise<string> {
  const id = newId();
  const sha256 = createHash('sha256').update(content).digest('hex');
  const byteLength = Buffer.byteLength(content);
  await files.store(organizationId, { sha256, byteLength }, Readable.from([Buffer.from(content)]));
  await app.sql('INSERT INTO media VALUES ($1, $2, $3, $4, $5, $6, now())', [
    ...[id, organizationId, sha256, filename, contentType, byteLength],
  ]);
  return id;
}

const get = (path: string, headers: Record<string, string> = {}) =>
  app.running.route(new Request(new URL(path, 'http://localhost'), { headers }));

describe('media', () => {
  test('is sent whole or in ranges, to be cached', async () => {
    const id = await media('film.mp4', 'video/mp4', '0123456789');
    const whole = await get(address(id, organizationId));
    expect(whole.status).toBe(200);
    expect(await whole.text()).toBe('0123456789');
    expect(whole.headers.get('cache-control')).toContain('immutable');
    expect(whole.headers.get('accept-ranges')).toBe('bytes');

    const part = await get(address(id, organizationId), { range: 'bytes=2-4' });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 2-4/10');
    expect(part.headers.get('content-length')).toBe('3');
    expect(await part.text()).toBe('234');

    const behind = await get(address(id, organizationId), { range: 'bytes=10-' });
    expect(behind.status).toBe(416);
    const etag = whole.headers.get('etag')!;
    expect((await get(address(id, organizationId), { 'if-none-match': etag })).status).toBe(304);
    const changed = await get(address(id, organizationId), {
      range: 'bytes=2-4',
      'if-range': '"older"',
    });
    expect(changed.status).toBe(200);
  });

  test('that could act is downloaded, and can do nothing where it is shown', async () => {
    const page = await get(
      address(await media('ünsafe".html', 'text/html', '<script>1</script>'), organizationId),
    );
    expect(page.headers.get('content-disposition')).toBe(
      `attachment; filename="_nsafe_.html"; filename*=UTF-8''%C3%BCnsafe%22.html`,
    );
    const drawing = await get(
      address(await media('a.svg', 'image/svg+xml', '<svg/>'), organizationId),
    );
    expect(drawing.headers.get('content-disposition')).toMatch(/^inline/);
    for (const response of [page, drawing]) {
      expect(response.headers.get('content-security-policy')).toMatch(
        /default-src 'none'.*sandbox/,
      );
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test('has an address that stays for an hour, works for hours more, and then not', async () => {
    const id = await media('a.txt', 'text/plain', 'words');
    const first = address(id, organizationId);
    clock.advance(59 * 60_000);
    expect(address(id, organizationId)).toBe(first);
    clock.advance(60_000);
    expect(address(id, organizationId)).not.toBe(first);
    clock.advance(4 * 3_600_000);
    expect((await get(first)).status).toBe(200);
    clock.advance(3 * 3_600_000);
    expect((await get(first)).status).toBe(403);
  });

  test('of an organization is not there for another, nor without a signature', async () => {
    const id = await media('a.txt', 'text/plain', 'secret');
    expect((await get(address(id, newId()))).status).toBe(404);
    expect((await get(`/media/${id}`)).status).toBe(403);
    expect((await get(address('nonsense', organizationId))).status).toBe(404);
  });
});
