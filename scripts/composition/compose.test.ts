import { describe, expect, it } from '@jest/globals';
import { compose } from './compose.js';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external"])`;

const user = {
  name: 'user',
  url: 'http://user',
  sdl: `${LINK} type Query { me: User } type User @key(fields: "id") { id: ID! name: String }`,
};

const course = (fields: string) => ({
  name: 'course',
  url: 'http://course',
  sdl: `${LINK} type Query { course: Course } type Course @key(fields: "id") { id: ID! }\ntype User @key(fields: "id") { id: ID! ${fields} }`,
});

describe('composing', () => {
  it('makes a supergraph of subgraphs that fit', () => {
    const { supergraph, errors, hints } = compose([user, course('courses: [Course!]!')]);
    expect(supergraph).toContain('@join__graph(name: "course", url: "http://course")');
    expect(errors).toEqual([]);
    expect(hints).toEqual([]);
  });

  it('tells code, message and place of what does not fit', () => {
    const { supergraph, errors } = compose([user, course('name: Int')]);
    expect(supergraph).toBeUndefined();
    expect(errors.join('\n')).toMatch(/FIELD_TYPE_MISMATCH: Type of field "User.name"/);
    expect(errors.join('\n')).toMatch(/at course:2:\d+/);
  });

  it('tells which subgraph is not GraphQL at all', () => {
    expect(compose([{ ...user, sdl: 'type {' }]).errors[0]).toMatch(/^user: Syntax Error/);
  });

  it('shows hints that deserve a look', () => {
    const described = (name: string) => ({
      name,
      url: `http://${name}`,
      sdl: `${LINK} type Query { ${name}: State } "As ${name} says" enum State { OPEN }`,
    });
    const { hints } = compose([described('a'), described('b')]);
    expect(hints).toHaveLength(1);
    expect(hints[0]).toMatch(/^WARN INCONSISTENT_DESCRIPTION/);
    expect(hints[0]).toMatch(/at b:1:\d+/);
  });
});
