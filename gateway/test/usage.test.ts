import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { redisServerBinary, startTestRedis, type TestRedis } from '@lyceum/testkit/redis';
import { buildSchema, parse } from 'graphql';
import { createUsageKeeper } from '../src/usage/usage-keeper.js';
import { createUsageRecorder, type UsedOperation } from '../src/usage/usage-recorder.js';
import { readUsage } from '../src/usage/usage-report.js';
import { connectUsageStore, openUsageFolder, type UsageStore } from '../src/usage/usage-store.js';
import { person } from './test-graph.js';
import { hear, startTestGateway } from './test-gateway.js';
import { eventually } from '@lyceum/testkit/eventually';

const NOON = Date.parse('2026-03-10T12:00:00Z');
const DAY_MS = 86_400_000;

const apiSchema = buildSchema('type Query { me: String }');
const graph = { supergraph: { apiSchema } } as unknown as UsedOperation['graph'];
const ME: UsedOperation = {
  hash: 'h',
  name: 'Me',
  kind: 'query',
  document: parse('query Me { me }'),
  graph,
  listed: false,
};

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lyceum-usage-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function recordInto(store: UsageStore, times: number, now: number): Promise<void> {
  const recorder = createUsageRecorder({ now: () => now });
  const keeper = createUsageKeeper({ recorder, store, log: silentLogger, now: () => now });
  for (let i = 0; i < times; i += 1) {
    recorder.record(ME, { name: 'web', version: '1' }, { milliseconds: 3, failed: false });
  }
  await keeper.stop();
}

async function seen(store: UsageStore, days: number): Promise<number> {
  const { operations } = await readUsage(store, { days, now: NOON });
  return operations.flatMap(({ by }) => by).reduce((sum, { count }) => sum + count, 0);
}

const stores: [string, () => Promise<{ open: () => UsageStore; stop: () => Promise<void> }>][] = [
  [
    'a folder',
    async () => ({ open: () => openUsageFolder(directory), stop: async () => undefined }),
  ],
];
if (redisServerBinary()) {
  stores.push([
    'Redis',
    async () => {
      const redis: TestRedis = await startTestRedis();
      const open = () => connectUsageStore(redis.url, () => undefined);
      return { open, stop: () => redis.stop() };
    },
  ]);
}

describe.each(stores)('usage stored in %s', (_, prepare) => {
  let stores: Awaited<ReturnType<typeof prepare>>;
  let reader: UsageStore;
  beforeEach(async () => {
    stores = await prepare();
    reader = stores.open();
  });
  afterEach(async () => {
    await reader.close();
    await stores.stop();
  });

  it('survives a restart, and is told for the days that were asked for', async () => {
    await recordInto(stores.open(), 2, NOON - 20 * DAY_MS);
    await recordInto(stores.open(), 3, NOON);
    await recordInto(stores.open(), 4, NOON);
    expect(await seen(reader, 1)).toBe(7);
    expect(await seen(reader, 30)).toBe(9);
  });

  it('is forgotten after ninety days', async () => {
    await recordInto(stores.open(), 2, NOON - 91 * DAY_MS);
    await recordInto(stores.open(), 3, NOON);
    expect(await reader.days()).toEqual(['2026-03-10']);
  });
});

(redisServerBinary() ? describe : describe.skip)('several gateways at one Redis', () => {
  it('add up, also when they store at the same moment', async () => {
    const redis = await startTestRedis();
    const reader = connectUsageStore(redis.url, () => undefined);
    const gateways = Array.from({ length: 6 }, () =>
      recordInto(
        connectUsageStore(redis.url, () => undefined),
        50,
        NOON,
      ),
    );
    await Promise.all(gateways);
    expect(await seen(reader, 1)).toBe(300);
    await reader.close();
    await redis.stop();
  });
});

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
    ]);
    expect(operations[0]!.coordinates).toContain('Query.greet(name:)');
    const [day] = await store.days();
    expect(await readFile(join(directory, `${day}.json`), 'utf8')).not.toContain('Secret');
  });
});
