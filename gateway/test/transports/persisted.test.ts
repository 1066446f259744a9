import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { eventually } from '@lyceum/testkit/eventually';
import { sha256, type ManifestOperation } from '../../src/persisted/manifest.js';
import { person, progressEvent } from '../test-graph.js';
import { startTestGateway, type TestGateway } from '../test-gateway.js';
import { codeOf, firstOf, onlyOf, TRANSPORTS } from './ask.js';

const listed = (name: string, type: ManifestOperation['type'], body: string) => ({
  id: sha256(body),
  ...{ body, name, type },
});
const GREET = listed('Greet', 'query', 'query Greet($n: String!) {\n  greet(name: $n)\n}');
const TOUCH = listed('Touch', 'mutation', 'mutation Touch {\n  touch\n}');
const WATCH = listed(
  'Watch',
  'subscription',
  'subscription Watch {\n  courseActivity {\n    percent\n  }\n}',
);

let directory: string;
let test: TestGateway;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lyceum-manifests-'));
  const operations = [GREET, TOUCH, WATCH];
  const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
  await writeFile(join(directory, 'first-party.json'), JSON.stringify(manifest));
  const settings = { OPERATIONS_DIR: directory, OPERATIONS_MODE: 'first-party-only' };
  test = await startTestGateway({ settings });
});
afterAll(async () => {
  await test.stop();
  await rm(directory, { recursive: true });
});

const byId = (sha256Hash: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash } },
});
const plansMade = async () => (await test.metrics.plansMade.get()).values[0]?.value ?? 0;

describe.each(TRANSPORTS)('where only listed operations are served, over %s', (_, ask) => {
  it('one is asked for by its id alone, in each of the ways, and planned by no request', async () => {
    const plans = await plansMade();
    const variables = { n: 'Ada' };
    for (const request of [
      byId(GREET.id),
      { documentId: `sha256:${GREET.id}` },
      { operationName: 'Greet', ...byId(GREET.id) },
      { query: GREET.body },
    ]) {
      const answer = await onlyOf(ask(test, { ...request, variables }));
      expect(answer).toEqual({ data: { greet: 'Hello, Ada.' } });
    }
    expect(await onlyOf(ask(test, byId(TOUCH.id)))).toEqual({ data: { touch: 'nobody' } });
    const asked = await ask(test, byId(WATCH.id), { as: person() });
    await eventually(() => expect(test.gateway.open.feeds).toBe(1));
    await test.bus.publish(progressEvent({ courseId: newId(), learnerId: newId(), percent: 7 }));
    expect(await firstOf(asked)).toMatchObject({ data: { courseActivity: { percent: 7 } } });
    asked.leave();
    await eventually(() => expect(test.gateway.open.feeds).toBe(0));
    expect(await plansMade()).toBe(plans);
  });

  it.each([
    ['query', '{ greet }'],
    ['mutation', 'mutation { touch }'],
    ['subscription', 'subscription { courseActivity { courseId } }'],
  ])('no other %s is, in full or with its hash', async (_kind, query) => {
    for (const request of [{ query }, { query, ...byId(sha256(query)) }]) {
      const answer = await onlyOf(ask(test, request, { as: person() }));
      expect([answer.data, codeOf(answer)]).toEqual([undefined, 'OPERATION_NOT_ALLOWED']);
    }
    expect(test.gateway.open.feeds).toBe(0);
  });

  it('an id that no list has says so', async () => {
    const answer = await onlyOf(ask(test, byId(sha256('{ greet }'))));
    expect(answer.errors).toMatchObject([
      { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
    ]);
  });
});
