import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGatewayEnv } from '@lyceum/gateway/env';
import { loadSupergraph } from '@lyceum/gateway/graph/supergraph';
import { parseWithin } from '@lyceum/gateway/limits/parse';
import { priceOf } from '@lyceum/gateway/limits/price';
import { newId } from '@lyceum/platform/ids';
import { projectPath } from '@lyceum/platform/project-path';
import { getOperationAST, Kind, validate } from 'graphql';
import { openHome, type Home } from '../home.js';
import { ensureDemoAccounts, readDemoAccounts } from './demo-accounts.js';
import { exampleOperations } from './examples.js';
import { writeSampleRecord } from './sample-record.js';

let home: Home;
beforeAll(async () => {
  home = await openHome(await mkdtemp(join(tmpdir(), 'lyceum-examples-')));
});
afterAll(() => rm(home.directory, { recursive: true, force: true }));

const IDS = {
  ...{ organizationId: newId(), courseId: newId(), operatorsCourseId: newId() },
  ...{ learningPathId: newId(), enrollmentId: newId(), manualTopicId: newId() },
  certificateCode: 'ABC',
};

it('offers nothing before the sample is there', async () => {
  expect(await exampleOperations(home)).toEqual([]);
  expect(await readDemoAccounts(home)).toEqual([]);
});

it('offers operations of the graph as it is, each with its variables and somebody to run it', async () => {
  await ensureDemoAccounts(home);
  await writeSampleRecord(home, IDS);
  const sdl = await readFile(projectPath('schema', 'supergraph.graphql'), 'utf8');
  const supergraph = loadSupergraph(sdl);
  const schema = supergraph.apiSchema;
  const { limits } = readGatewayEnv({});
  const emails = (await readDemoAccounts(home)).map(({ email }) => email);
  const examples = await exampleOperations(home);
  expect(new Set(examples.map(({ title }) => title)).size).toBe(examples.length);
  for (const { title, operation, variables = {}, as } of examples) {
    const document = parseWithin(operation, limits.shape);
    expect({ title, mistakes: validate(schema, document).map(String) }).toEqual({
      title,
      mistakes: [],
    });
    const { cost } = priceOf(supergraph, document, getOperationAST(document)!);
    expect(cost(variables)).toBeLessThan(limits.cost / 2);
    const [definition] = document.definitions;
    const declared =
      definition?.kind === Kind.OPERATION_DEFINITION
        ? (definition.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
        : [];
    expect({ title, variables: Object.keys(variables) }).toEqual({ title, variables: declared });
    expect(emails).toEqual(expect.arrayContaining([...(as ?? [])]));
    if (as) expect(as).not.toEqual([]);
  }
});

it('opens only what works for whoever is signed in, and first what needs no account', async () => {
  const emails = (await readDemoAccounts(home)).map(({ email }) => email);
  const [first, ...others] = (await exampleOperations(home)).filter(({ openFirst }) => openFirst);
  expect(first?.as).toBeUndefined();
  expect(others).not.toEqual([]);
  for (const { as } of others) expect(as).toEqual(emails);
});

it('binds no example to what belongs to one account, and looks that up for whoever runs it', async () => {
  const examples = await exampleOperations(home);
  const bound = examples.filter((example) => JSON.stringify(example).includes(IDS.enrollmentId));
  expect(bound.map(({ title }) => title)).toEqual([]);
  for (const { title, variables, lookups = [] } of examples) {
    const given = JSON.stringify(variables ?? {});
    expect({ title, lookups: /enrollmentId/.test(given) ? lookups.length : 1 }).toEqual({
      title,
      lookups: 1,
    });
    for (const { placeholder } of lookups) expect(given).toContain(JSON.stringify(placeholder));
  }
});

it('keeps the accounts it made', async () => {
  const accounts = await ensureDemoAccounts(home);
  expect(await ensureDemoAccounts(home)).toEqual(accounts);
  expect(new Set(accounts.map(({ password }) => password)).size).toBe(accounts.length);
  expect(accounts.map(({ role }) => role)).toEqual([
    ...['Administrator', 'Instructor', 'Learner', 'Learner', 'Learner'],
  ]);
});
