import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { coordinatesOf } from './coordinates.js';

const schema = buildSchema(`
  type Query { course(id: ID, level: Level): Course search(filter: Filter!): [Item!]! }
  type Course implements Titled { id: ID! title: String! level: Level blocks(first: Int): [Titled!]! }
  type Page implements Titled { title: String! html: String! }
  interface Titled { title: String! }
  union Item = Course | Page
  input Filter { text: String level: Level range: Range }
  input Range { from: Int to: Int }
  enum Level { BASIC EXPERT }
`);
const used = (text: string) => coordinatesOf(schema, parse(text));

describe('what an operation uses of the schema', () => {
  it('is its fields, their types, and the arguments that it gives', () => {
    expect(used('{ course(id: "1") { title __typename } }')).toEqual([
      'Course',
      'Course.title',
      'Query',
      'Query.course',
      'Query.course(id:)',
      'String',
    ]);
  });

  it('is, of what stands in the text, those fields and values alone', () => {
    const coordinates = used('{ search(filter: { level: BASIC }) { __typename } }');
    expect(coordinates).toEqual(
      expect.arrayContaining(['Filter', 'Filter.level', 'Level', 'Level.BASIC', 'Item']),
    );
    expect(coordinates).not.toEqual(expect.arrayContaining(['Level.EXPERT']));
    expect(coordinates).not.toEqual(expect.arrayContaining(['Filter.text']));
  });

  it('is everything that a variable could hold', () => {
    const coordinates = used('query ($f: Filter!) { search(filter: $f) { __typename } }');
    expect(coordinates).toEqual(
      expect.arrayContaining(['Filter.text', 'Filter.range', 'Range.to', 'Level.EXPERT']),
    );
  });

  it('is what is asked of fragments, on the type that they are on', () => {
    const coordinates = used(
      `{ search(filter: {}) { ... on Page { html } ...C } }
       fragment C on Course { blocks(first: 1) @include(if: true) { title ... on Page { html } } }`,
    );
    expect(coordinates).toEqual(
      expect.arrayContaining([
        'Page.html',
        'Course.blocks',
        'Course.blocks(first:)',
        'Titled.title',
        '@include',
      ]),
    );
    expect(coordinates).not.toContain('Course.title');
  });
});
