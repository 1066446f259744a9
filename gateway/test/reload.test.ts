import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { eventually } from '@lyceum/testkit/eventually';
import { followSupergraphFile } from '../src/graph/supergraph-file.js';
import { testSupergraph } from './test-graph.js';
import { startTestGateway, type TestGateway } from './test-gateway.js';

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway();
});
afterAll(() => test.stop());

/** The same graph without one field. */
const without = (field: RegExp): string => testSupergraph().replace(field, '');
const WHO_AM_I = /^ *whoAmI: .*$/m;

describe('a composed supergraph that changes', () => {
  it('is served from then on, and operations on what is gone are refused', async () => {
    expect((await test.post('{ whoAmI }')).status).toBe(200);
    await test.gateway.reload(without(WHO_AM_I));
    const gone = await test.post('{ whoAmI }');
    expect([gone.status, gone.body.errors?.[0]?.extensions['code']]).toEqual([
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ]);
    await test.gateway.reload(testSupergraph());
    expect((await test.post('{ whoAmI }')).status).toBe(200);
  });

  it('lets what has begun end with the graph it began with', async () => {
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    test.graph.user.before = () => held;
    const answer = test.post('{ me { id name } }');
    await eventually(() => expect(test.graph.user.requests).toHaveLength(1));
    await test.gateway.reload(without(/^ *name: .*$/m));
    go();
    test.graph.user.before = null;
    expect((await answer).body.data).toEqual({ me: { id: 'nobody', name: 'Name of nobody' } });
    await test.gateway.reload(testSupergraph());
  });

  it.each([
    ['what is no supergraph', 'type Query { a: Int }'],
    [
      'one with a subgraph that is not connected',
      () => testSupergraph().replaceAll('"user"', '"other"'),
    ],
  ])('is refused when it is %s, and the former stays', async (_, sdl) => {
    const reloaded = test.gateway.reload(typeof sdl === 'string' ? sdl : sdl());
    await expect(reloaded).rejects.toThrow();
    expect((await test.post('{ whoAmI }')).status).toBe(200);
  });
});

describe('the file of the supergraph', () => {
  it('is followed, also when another takes its place', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lyceum-supergraph-'));
    const path = join(directory, 'supergraph.graphql');
    await writeFile(path, 'first');
    const seen: string[] = [];
    const unfollow = followSupergraphFile(path, {
      reload: async (sdl) => {
        seen.push(sdl);
        if (sdl === 'broken') throw new Error('Cannot be served.');
      },
      log: silentLogger,
      everyMs: 20,
    });
    await writeFile(path, 'broken');
    await eventually(() => expect(seen).toContain('broken'));
    await writeFile(`${path}.new`, 'another');
    await rename(`${path}.new`, path);
    await eventually(() => expect(seen.at(-1)).toBe('another'));
    unfollow();
    await rm(directory, { recursive: true });
  });
});
