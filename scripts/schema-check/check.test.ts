import { describe, expect, it } from '@jest/globals';
import { coordinatesOf } from '@lyceum/gateway/usage/coordinates';
import type { OperationUsage } from '@lyceum/gateway/usage/usage-day';
import {
  assertValidSchema,
  buildASTSchema,
  buildSchema,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { checkSchema } from './check.js';
import { reportOf } from './report.js';

const SDL = `
  type Query { course(id: ID): Course search(text: String, filter: Filter): [Found!]! }
  type Mutation { enroll(input: EnrollInput!): Course }
  type Course implements Titled { id: ID! title: String! summary: String level: Level owner: Person }
  type Person implements Titled { id: ID! title: String! mail: String }
  interface Titled { title: String! }
  union Found = Course | Person
  input EnrollInput { courseId: ID! note: String }
  input Filter { level: Level owner: ID }
  enum Level { BASIC EXPERT }
`;
const current = buildSchema(SDL);

const TEXTS: Readonly<Record<string, string>> = {
  Page: 'query Page($id: ID) { course(id: $id) { title level } }',
  Search:
    'query Search { search(text: "x", filter: { level: BASIC }) { ... on Person { mail } ... on Titled { title } } }',
  Enroll: 'mutation Enroll($input: EnrollInput!) { enroll(input: $input) { id } }',
};

const LAST_SEEN = Date.parse('2026-03-09T10:00:00Z');
const operations = Object.entries(TEXTS).map(([name, text]): OperationUsage => ({
  hash: name.toLowerCase().repeat(3),
  name,
  kind: 'query',
  listed: false,
  coordinates: coordinatesOf(current, parse(text)),
  by: [{ client: 'web', version: '2', count: 7, errors: 0, lastSeen: LAST_SEEN, durations: {} }],
}));

/** A verdict and whom it concerns, of the one change that is asked about. */
async function verdict(from: string, to: string, about: string) {
  expect(SDL).toContain(from);
  const changes = await checkSchema(current, buildSchema(SDL.replace(from, to)), operations);
  const change = changes.find(({ path }) => path === about);
  return [change?.verdict, ...(change?.operations.map(({ name }) => name) ?? [])];
}

describe('a change of the schema', () => {
  it.each([
    [
      'a field that is used goes',
      'level: Level owner: Person',
      'owner: Person',
      'Course.level',
      ['breaking', 'Page'],
    ],
    ['a field that nobody uses goes', 'summary: String ', '', 'Course.summary', ['safe']],
    [
      'a field may become null',
      'type Course implements Titled { id: ID!',
      'type Course implements Titled { id: ID',
      'Course.id',
      ['breaking', 'Enroll'],
    ],
    [
      'an argument that is given goes',
      'text: String, ',
      '',
      'Query.search.text',
      ['breaking', 'Search'],
    ],
    [
      'an argument becomes required',
      'course(id: ID)',
      'course(id: ID!)',
      'Query.course.id',
      ['breaking', 'Page'],
    ],
    [
      'a required argument comes',
      'course(id: ID)',
      'course(id: ID, slug: ID!)',
      'Query.course.slug',
      ['breaking', 'Page'],
    ],
    [
      'an input field that a variable may hold goes',
      ' note: String',
      '',
      'EnrollInput.note',
      ['breaking', 'Enroll'],
    ],
    [
      'an input field that the text does not give goes',
      'level: Level owner: ID',
      'level: Level',
      'Filter.owner',
      ['safe'],
    ],
    [
      'a required input field comes',
      'note: String',
      'note: String seat: Int!',
      'EnrollInput.seat',
      ['breaking', 'Enroll'],
    ],
    [
      'an enum value that is sent goes',
      'BASIC EXPERT',
      'EXPERT',
      'Level.BASIC',
      ['breaking', 'Search'],
    ],
    ['an enum value that nobody sends goes', 'BASIC EXPERT', 'BASIC', 'Level.EXPERT', ['safe']],
    [
      'an enum value comes',
      'BASIC EXPERT',
      'BASIC EXPERT MIDDLE',
      'Level.MIDDLE',
      ['dangerous', 'Page', 'Search'],
    ],
    ['a member leaves a union', 'Course | Person', 'Course', 'Found', ['breaking', 'Search']],
    [
      'a type stops to be of an interface',
      'type Person implements Titled',
      'type Person',
      'Person',
      ['breaking', 'Search'],
    ],
    ['a field comes', 'summary: String', 'summary: String cover: String', 'Course.cover', ['safe']],
  ])('when %s', async (_, from, to, about, expected) => {
    expect(await verdict(from, to, about)).toEqual(expected);
  });

  it('names the operations and clients that it would break', async () => {
    const proposed = buildSchema(SDL.replace(' level: Level owner: Person', ''));
    const [change] = await checkSchema(current, proposed, operations);
    expect(change).toMatchObject({
      verdict: 'breaking',
      operations: [
        {
          name: 'Page',
          count: 7,
          clients: [
            { client: 'web', version: '2', count: 7, lastSeen: '2026-03-09T10:00:00.000Z' },
          ],
        },
      ],
    });
    const report = reportOf([change!], { days: 30, others: 2 });
    expect(report).toContain('Page (pagepage): 7 times');
    expect(report).toContain('web 2: 7 times, last 2026-03-09T10:00:00.000Z');
    expect(report).toContain('1 breaking, 0 dangerous, 0 safe');
    expect(report).toContain('2 requests were of operations too many');
  });

  it('agrees with validation about whose text becomes invalid, whatever is taken away', async () => {
    const removals = Object.values(current.getTypeMap())
      .filter(({ name }) => !name.startsWith('__'))
      .flatMap((type) =>
        'getFields' in type && Object.keys(type.getFields()).length > 1
          ? Object.keys(type.getFields()).map((field) => [type.name, field] as const)
          : [],
      );
    expect(removals.length).toBeGreaterThan(10);
    for (const [type, field] of removals) {
      const proposed = without(type, field);
      if (!proposed) continue;
      const changes = await checkSchema(current, proposed, operations);
      const told = new Set(changes.flatMap(({ operations: all }) => all.map(({ name }) => name)));
      const invalid = Object.entries(TEXTS)
        .filter(([, text]) => validate(proposed, parse(text)).length > 0)
        .map(([name]) => name);
      expect([type, field, ...told]).toEqual(expect.arrayContaining([type, field, ...invalid]));
    }
  });
});

/** The schema without one field; null when that is no schema. */
function without(type: string, field: string): GraphQLSchema | null {
  const document = parse(SDL);
  const definitions = document.definitions.map((definition) =>
    'fields' in definition && 'name' in definition && definition.name?.value === type
      ? { ...definition, fields: definition.fields?.filter(({ name }) => name.value !== field) }
      : definition,
  );
  try {
    const schema = buildASTSchema({ ...document, definitions: definitions as never });
    assertValidSchema(schema);
    return schema;
  } catch {
    return null;
  }
}
