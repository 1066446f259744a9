import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import { decide, sourceOfArchive } from './again.js';

const earlier = { id: 'c1', title: 'Bees', slug: 'bees' };
const SOURCE = 'Hive/BEES/r1';

describe('importing a course that may have been imported before', () => {
  it('makes a course when there is none, or when another is wanted', () => {
    const neither = { update: false, copy: false };
    expect(decide(neither, SOURCE, null)).toEqual({ updateCourseId: null });
    expect(decide(neither, null, null)).toEqual({ updateCourseId: null });
    const copy = { update: false, copy: true };
    expect(decide(copy, SOURCE, earlier)).toEqual({ updateCourseId: null });
  });

  it('updates the earlier one when asked to', () => {
    const update = { update: true, copy: false };
    expect(decide(update, SOURCE, earlier)).toEqual({ updateCourseId: 'c1' });
    expect(decide(update, SOURCE, null)).toEqual({
      mistake: expect.stringContaining(`imported from ${SOURCE}`),
    });
    expect(decide(update, null, null)).toEqual({
      mistake: expect.stringContaining('does not say organization, course and run'),
    });
    expect(decide({ update: true, copy: true }, SOURCE, earlier)).toEqual({
      mistake: expect.stringContaining('one of them'),
    });
  });

  it('names the earlier one and both ways when neither was chosen', () => {
    const { mistake } = decide({ update: false, copy: false }, SOURCE, earlier) as {
      mistake: string;
    };
    expect(mistake).toContain(`${SOURCE} was imported before, as “Bees” (bees).`);
    expect(mistake).toMatch(/--update .*\n.*--copy /);
  });
});

describe('the source of an archive', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lyceum-again-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function sourceOfFiles(files: Record<string, string>): Promise<string | null> {
    const tar = pack();
    for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    const path = join(folder, 'course.tar.gz');
    await writeFile(path, gzipSync(Buffer.concat(chunks)));
    return sourceOfArchive(path);
  }

  it('is in the course.xml that is not within another folder of the course', async () => {
    expect(
      await sourceOfFiles({
        'c/drafts/course.xml': '<course org="X" course="Y" url_name="z"/>',
        'c/course.xml': '<course org="Hive" course="BEES" url_name="r1"/>',
      }),
    ).toBe(SOURCE);
  });

  it('is not known of what says too little or is no course', async () => {
    expect(await sourceOfFiles({ 'course.xml': '<course url_name="r1"/>' })).toBeNull();
    expect(await sourceOfFiles({ 'course.xml': '<course' })).toBeNull();
    expect(await sourceOfFiles({ 'readme.txt': 'x' })).toBeNull();
    const path = join(folder, 'x.zip');
    await writeFile(path, 'PK\u0003\u0004');
    expect(await sourceOfArchive(path)).toBeNull();
  });
});
