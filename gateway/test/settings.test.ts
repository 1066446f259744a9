import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';
import { SERVICES } from '@lyceum/platform/service';
import { SettingsError } from '@lyceum/platform/settings';
import { readRouting } from '../src/connections/routing.js';
import { readGatewayEnv } from '../src/env.js';

const variable = (name: string) => `SUBGRAPH_${name.toUpperCase()}_SECRET`;
const strong = () =>
  Object.fromEntries(SERVICES.map((name) => [variable(name), randomBytes(32).toString('hex')]));

async function complaints(changes: Record<string, string>): Promise<string[]> {
  try {
    await readRouting(projectPath('supergraph.yaml'), readGatewayEnv({ ...strong(), ...changes }));
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    for (const value of Object.values(changes)) {
      if (value) expect(error.message).not.toContain(value);
    }
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

describe('secrets shared with subgraphs', () => {
  it('are all there, hard to guess, and each of one subgraph alone', async () => {
    expect(await complaints({})).toEqual([]);
    const same = randomBytes(32).toString('hex');
    expect(
      await complaints({
        SUBGRAPH_AUTH_SECRET: '',
        SUBGRAPH_BILLING_SECRET: 'too short',
        SUBGRAPH_COURSE_SECRET: 'please-change-me-before-going-live-1',
        SUBGRAPH_PROGRESS_SECRET: same,
        SUBGRAPH_USER_SECRET: same,
      }),
    ).toEqual([
      'SUBGRAPH_AUTH_SECRET: is missing',
      'SUBGRAPH_BILLING_SECRET: must have 32 characters',
      'SUBGRAPH_COURSE_SECRET: looks like an example',
      'SUBGRAPH_USER_SECRET: is that of progress as well: each subgraph has one of its own',
    ]);
  });
});

describe('the time a subgraph has', () => {
  it('is that of all, unless it has one of its own', () => {
    const env = readGatewayEnv({ SUBGRAPH_TIMEOUT_MS: '7000', SUBGRAPH_BILLING_TIMEOUT_MS: '900' });
    expect(env.subgraph('auth').timeoutMs).toBe(7_000);
    expect(env.subgraph('billing').timeoutMs).toBe(900);
    for (const wrong of ['soon', '0', '-1', '1.5']) {
      const read = () => readGatewayEnv({ SUBGRAPH_BILLING_TIMEOUT_MS: wrong });
      expect(read).toThrow('SUBGRAPH_BILLING_TIMEOUT_MS');
    }
  });
});
