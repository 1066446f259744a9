import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { eventually } from '@lyceum/testkit/eventually';
import { createUsageKeeper } from '../../src/usage/usage-keeper.js';
import { createUsageRecorder } from '../../src/usage/usage-recorder.js';
import { readUsage } from '../../src/usage/usage-report.js';
import { openUsageFolder, type UsageStore } from '../../src/usage/usage-store.js';
import { person } from '../test-graph.js';
import { hear, startTestGateway } from '../test-gateway.js';
import { describeStoredUsage, ME, NOON, seen } from './stored-usage.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lyceum-usage-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describeStoredUsage('a folder', async () => ({
  open: () => openUsageFolder(directory),
  stop: async () => undefined,
}));

it('what cannot be stored is kept until it can', async () => {
  const folder = openUsageFolder(directory);
  let isAway = true;
  const store: UsageStore = {
    ...folder,
    update: async (day, change) => {
      if (isAway) throw new Error('away');
      await folder.update(day, change);
    },
  };
  const recorder = createUsageRecorder({ now: () => NOON });
  const keeper = createUsageKeeper({ recorder, store, log: silentLogger, now: () => NOON });
  recorder.record(ME, { name: null, version: null }, { milliseconds: 3, failed: false });
  await keeper.flush();
  isAway = false;
  await keeper.flush();
  expect(await seen(folder, 1)).toBe(1);
});

describe('a gateway', () => {
  it('records what is asked by HTTP and on sockets, and nothing of what people send', async () => {
    const test = await startTestGateway({ settings: { USAGE_DIR: directory } });
    const greet = 'query Greet($n: String!) { greet(name: $n) }';
    const headers = {
      'apollographql-client-name': 'learner-web',
      'apollographql-client-version': '1.2',
    };
    await test.post(greet, { variables: { n: 'Secret Person' }, headers });
    await test.post(greet, { variables: { n: 'Secret Person' }, headers });
    await test.post('query Broken { broken }', { headers });
    const client = test.connect({ accessToken: await test.token(person()), clientName: 'phone' });
    hear(client, 'subscription Watch { courseActivity { percent } }');
    await eventually(() => expect(test.gateway.open.feeds).toBe(1));
    const streamed = await fetch(`${test.url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
        ...{ authorization: `Bearer ${await test.token(person())}` },
        'apollographql-client-name': 'tablet',
      },
      body: JSON.stringify({ query: 'subscription Watch { courseActivity { percent } }' }),
    });
    await eventually(() => expect(test.gateway.open.feeds).toBe(2));
    await streamed.body?.cancel();
    const nobody = hear(
      test.connect({ clientName: 'kiosk' }),
      'subscription Watch { courseActivity { percent } }',
    );
    await eventually(() => expect(nobody.error).not.toBeNull());
    await test.stop();

    const store = openUsageFolder(directory);
    const { operations } = await readUsage(store, { days: 1, now: Date.now() });
    const rows = operations.flatMap(({ name, by }) =>
      by.map(({ client, version, count, errors }) => [name, client, version, count, errors]),
    );
    expect(rows).toEqual([
      ['Greet', 'learner-web', '1.2', 2, 0],
      ['Broken', 'learner-web', '1.2', 1, 1],
      ['Watch', 'phone', null, 1, 0],
      ['Watch', 'tablet', null, 1, 0],
      ['Watch', 'kiosk', null, 1, 1],
    ]);
    expect(operations[0]!.coordinates).toContain('Query.greet(name:)');
    const [day] = await store.days();
    expect(await readFile(join(directory, `${day}.json`), 'utf8')).not.toContain('Secret');
  });
});
