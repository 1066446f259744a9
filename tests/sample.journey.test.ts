import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectPath } from '@lyceum/platform/project-path';
import { tellStory } from '@lyceum/standalone/demo/demo';
import { Screen } from '@lyceum/standalone/demo/screen';
import { openHome, type Home } from '@lyceum/standalone/home';
import { readDemoAccounts } from '@lyceum/standalone/sample/demo-accounts';
import { exampleOperations } from '@lyceum/standalone/sample/examples';
import { readSampleRecord } from '@lyceum/standalone/sample/sample-record';
import { seedSample } from '@lyceum/standalone/sample/seed-sample';
import { fillVariables } from '../gateway/explorer/src/lookups.js';
import { settled, startTopology, type Topology } from './topology.js';

let topology: Topology;
let home: Home;
let mailFolder: string;

beforeAll(async () => {
  home = await openHome(await mkdtemp(join(tmpdir(), 'lyceum-sample-')));
  mailFolder = home.path('mails');
  topology = await startTopology({ MAIL_DIR: mailFolder });
  await seedSample(topology.url, home);
}, 240_000);
afterAll(async () => {
  await topology?.stop();
  await rm(home.directory, { recursive: true, force: true });
}, 60_000);

async function count(service: 'auth' | 'course' | 'progress', table: string): Promise<number> {
  const sql = `SELECT count(*)::int AS n FROM ${table}`;
  return (await topology.sql<{ n: number }>(service, sql))[0]!.n;
}

const everything = async () => ({
  accounts: await count('auth', 'account'),
  blocks: await count('course', 'block'),
  media: await count('course', 'media'),
  paths: await count('course', 'learning_path'),
  enrollments: await count('course', 'enrollment'),
  attempts: await count('progress', 'assessment_attempt'),
  certificates: await count('progress', 'certificate'),
});

it('putting in the sample again, as after a crash at its very end, changes nothing', async () => {
  await settled(topology);
  const record = await readSampleRecord(home);
  const before = await everything();
  await rm(home.path('sample.json'));
  await seedSample(topology.url, home);
  await settled(topology);
  expect(await everything()).toEqual(before);
  expect(await readSampleRecord(home)).toEqual(record);
  expect(before).toMatchObject({ accounts: 5, enrollments: 2, certificates: 1 });
}, 60_000);

it('every example of the explorer runs as everybody it is offered to', async () => {
  const accounts = new Map((await readDemoAccounts(home)).map((each) => [each.email, each]));
  const clients = new Map<string, ReturnType<Topology['client']>>();
  for (const { email, password } of accounts.values()) {
    const client = topology.client();
    await client.login(email, password);
    clients.set(email, client);
  }
  for (const { title, operation, variables, as, lookups = [] } of await exampleOperations(home)) {
    for (const email of as ?? ['']) {
      const client = clients.get(email) ?? topology.client();
      const filled = (await fillVariables(variables ?? {}, lookups, (query, given) =>
        client.request(query, given),
      )) as Record<string, unknown>;
      if (/^subscription /m.test(operation)) {
        const refusals: unknown[] = [];
        const end = client.subscribe(
          operation,
          filled,
          () => undefined,
          (error) => refusals.push(error),
        );
        await client.listening();
        end();
        expect({ title, email, refusals }).toEqual({ title, email, refusals: [] });
        continue;
      }
      const [answer] = Object.values(
        await client.request<Record<string, unknown>>(operation, filled),
      );
      expect({ title, email, isNull: answer === null }).toEqual({ title, email, isNull: false });
    }
  }
}, 120_000);

it('the story of the demo comes true', async () => {
  const said: string[] = [];
  const accounts = await readDemoAccounts(home);
  await tellStory(
    new Screen((line) => said.push(line), false),
    { url: topology.url, accounts, mailFolder, stop: async () => undefined },
    projectPath('standalone', 'assets', 'olx-sample'),
  );
  expect(said.join('\n')).toContain('enrolled by the event of the payment');
}, 120_000);
