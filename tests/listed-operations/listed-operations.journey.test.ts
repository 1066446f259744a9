import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';
import { startTopology, type Topology } from '../topology.js';
import { accounts } from './accounts.js';
import { authoring } from './authoring.js';
import { buying } from './buying.js';
import { learning } from './learning.js';
import { notifications } from './notifications.js';
import { listed, type Runs } from './run.js';
import { openSchool, type School } from './school.js';
import { teaching } from './teaching.js';

const RUNS: Runs = {
  ...accounts,
  ...authoring,
  ...learning,
  ...teaching,
  ...buying,
  ...notifications,
};

const OPERATIONS = projectPath('schema', 'operations');
const OPERATION = /^(?:query|mutation|subscription) (\w+)/gm;

interface Source {
  name: string;
  file: string;
}

const files = (await readdir(OPERATIONS, { recursive: true })).filter((name) =>
  name.endsWith('.graphql'),
);
const sources: Source[] = (
  await Promise.all(
    files.toSorted().map(async (name) => {
      const text = await readFile(`${OPERATIONS}/${name}`, 'utf8');
      const file = `schema/operations/${name}`;
      return [...text.matchAll(OPERATION)].map((match) => ({ name: match[1] as string, file }));
    }),
  )
).flat();

let topology: Topology;
let school: School;
let texts: ReadonlyMap<string, string>;

beforeAll(async () => {
  const path = `${OPERATIONS}/manifests/first-party.json`;
  const { operations } = JSON.parse(await readFile(path, 'utf8')) as {
    operations: { name: string; body: string }[];
  };
  texts = new Map(operations.map(({ name, body }) => [name, body]));
  topology = await startTopology();
  school = await openSchool(topology);
}, 240_000);
afterAll(() => topology?.stop(), 60_000);

it('every run is of an operation that is listed', () => {
  const names = new Set(sources.map(({ name }) => name));
  expect(Object.keys(RUNS).filter((name) => !names.has(name))).toEqual([]);
});

it.each(sources)(
  '$name answers with what is there',
  async ({ name, file }) => {
    const run = RUNS[name];
    if (!run) {
      throw new Error(
        `${file}: nothing runs ${name}. Add a run of it to a file in tests/listed-operations/.`,
      );
    }
    const text = texts.get(name);
    if (!text) throw new Error(`${file}: not in the manifest; run npm run operations.`);
    await run(listed(text), school);
  },
  90_000,
);

it.each([
  ['0000-01-01', '0001-01-01', 'from', 'OUT_OF_RANGE'],
  ['2026-01-01', '2201-01-01', 'to', 'OUT_OF_RANGE'],
  ['2026-02-30', '2026-03-01', 'from', 'INVALID_VALUE'],
])('days outside the calendar are refused: %s to %s', async (from, to, argument, reason) => {
  const { teacher, course } = school;
  const variables = { courseId: course.id, from, to };
  const refusal = { code: 'BAD_USER_INPUT', path: [argument], reason };
  const refused = [
    { query: texts.get('CourseInsights'), variables },
    {
      query: `{ course(id: "${course.id}") { insights {
        enrollmentsByDay(from: "${from}", to: "${to}") { count } } } }`,
    },
  ];
  for (const body of refused) {
    const response = await fetch(`${topology.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${teacher.client.accessToken}`,
      },
      body: JSON.stringify(body),
    });
    const { errors } = (await response.json()) as { errors: { extensions: unknown }[] };
    expect(errors[0]?.extensions).toEqual(refusal);
  }
});
