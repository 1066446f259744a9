import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openHome, secretsOf, type Home } from './home.js';

let home: Home;
beforeEach(async () => {
  home = await openHome(await mkdtemp(join(tmpdir(), 'lyceum-home-')));
});
afterEach(() => rm(home.directory, { recursive: true, force: true }));

describe('the secrets of a home', () => {
  it('are made once and kept; those given win and are not kept', async () => {
    const made = await secretsOf(home, {});
    expect(new Set(Object.values(made)).size).toBe(3);
    const given = 'given'.repeat(8);
    expect(await secretsOf(home, { AUTH_SECRET: given })).toEqual({ ...made, AUTH_SECRET: given });
    expect(await secretsOf(home, {})).toEqual(made);
  });

  it('are the same for two first starts at once', async () => {
    const [one, other] = await Promise.all([secretsOf(home, {}), secretsOf(home, {})]);
    expect(one).toEqual(other);
    expect(await secretsOf(home, {})).toEqual(one);
  });

  it('are never replaced because they could not be read', async () => {
    await mkdir(home.path('secrets.json'));
    await expect(secretsOf(home, {})).rejects.toThrow('EISDIR');
    await expect(readFile(home.path('secrets.json'))).rejects.toThrow('EISDIR');
  });
});
