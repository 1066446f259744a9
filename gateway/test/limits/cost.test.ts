import { composeServices } from '@apollo/composition';
import { describe, expect, it } from '@jest/globals';
import { getOperationAST, parse, validate } from 'graphql';
import { loadSupergraph } from '../../src/graph/supergraph.js';
import { UNKNOWN_LENGTH } from '../../src/limits/list-length.js';
import { priceOf } from '../../src/limits/price.js';
import { fastest } from './fastest.js';

const HEAD = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@composeDirective", "@cost", "@listSize"])
  @link(url: "https://lyceum.dev/limits/v1.0", import: ["@rateLimited"])
  @composeDirective(name: "@rateLimited")
directive @rateLimited(budget: String!, tries: Int!, seconds: Int!) on FIELD_DEFINITION
`;
const PAGE =
  '@listSize(slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false, assumedSize: 20)';
const SDL = `
  type Query {
    boat: Boat
    boats(first: Int, last: Int): Boats ${PAGE}
    fleet(first: Int, last: Int): [Boat!]! @listSize(slicingArguments: ["first", "last"])
    preset(first: Int = 7): [Boat] @listSize(slicingArguments: ["first"])
    few: [Boat!]! @listSize(assumedSize: 3)
    any: [Boat!]!
    grid: [[Boat]]
    anything: [Thing!]! @listSize(assumedSize: 2)
    search(text: String @cost(weight: 4), filter: Filter): Boat
  }
  type Mutation {
    sink(input: Sinking!): Boat
    signIn(name: String): Boat @rateLimited(budget: "sign-in", tries: 5, seconds: 60)
    signUp: Boat @rateLimited(budget: "sign-in", tries: 5, seconds: 60)
  }
  input Filter { words: [String!] @cost(weight: 2) within: [Filter!] }
  input Sinking { holes: [Hole!]! }
  input Hole { width: Int }
  interface Thing { id: ID! inside: [Thing!]! @listSize(assumedSize: 2) }
  type Boat implements Thing @key(fields: "id") {
    id: ID! name: String plan: String @cost(weight: 30) inside: [Thing!]! @listSize(assumedSize: 2)
    crew(first: Int): [Sailor!]! @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
    captain: Sailor
  }
  type Anchor implements Thing @cost(weight: 50) { id: ID! inside: [Thing!]! @listSize(assumedSize: 2) }
  type Sailor { name: String boat: Boat }
  type Boats { edges: [Edge!]! nodes: [Boat!]! total: Int }
  type Edge { node: Boat! }`;

function supergraphOf(sdl: string) {
  const composed = composeServices([{ name: 'a', url: 'http://a', typeDefs: parse(HEAD + sdl) }]);
  if (composed.errors) throw new Error(composed.errors.map(String).join('\n'));
  return loadSupergraph(composed.supergraphSdl);
}
const supergraph = supergraphOf(SDL);

function price(text: string) {
  const document = parse(text);
  expect(validate(supergraph.apiSchema, document)).toEqual([]);
  return priceOf(supergraph, document, getOperationAST(document)!);
}
const cost = (text: string, variables: Record<string, unknown> = {}) => price(text).cost(variables);

describe('the cost of an operation', () => {
  it.each([
    ['leaves are free, objects are one', '{ boat { id name captain { name } } }', 2],
    ['a declared weight counts instead', '{ boat { plan } }', 31],
    ['a mutation is ten more', 'mutation { signIn(name: "a") { id } }', 11],
    [
      'the schema costs what it costs, however much is asked',
      '{ __schema { types { name } } }',
      100,
    ],
    ['__typename is free', '{ __typename boat { __typename } }', 1],
    ['a page is as long as asked', '{ boats(first: 5) { nodes { id } } }', 1 + 5],
    ['from the end as well', '{ boats(last: 5) { edges { node { id } } } }', 1 + 5 * 2],
    ['an unsaid page has its default', '{ boats { nodes { id } total } }', 1 + 20],
    ['null says nothing', '{ boats(first: null) { nodes { id } } }', 1 + 20],
    ['less than nothing is nothing', '{ boats(first: -5) { nodes { id } } }', 1],
    [
      'lists multiply',
      '{ boats(first: 5) { nodes { crew(first: 3) { name } } } }',
      1 + 5 * (1 + 3),
    ],
    ['an argument that has to be given', '{ fleet(last: 4) { id } }', 4],
    ['an argument by default', '{ preset { id } }', 7],
    ['an assumed length', '{ few { captain { name } } }', 3 * 2],
    ['a list of which nothing is said', '{ any { id } }', UNKNOWN_LENGTH],
    ['a list of lists', '{ grid { id } }', UNKNOWN_LENGTH ** 2],
    ['arguments with a weight', '{ search(text: "a") { id } }', 1 + 4],
    ['input objects', '{ search(filter: { words: "a", within: [{}, {}] }) { id } }', 1 + 1 + 2 + 2],
    [
      'the dearest of the possible types',
      '{ anything { id ... on Boat { captain { name } } } }',
      2 * 50,
    ],
    [
      'what one type has',
      '{ anything { ... on Boat { plan captain { boat { plan } } } } }',
      2 * 63,
    ],
    [
      'the same field twice is one',
      '{ boat { captain { name } } boat { captain { boat { id } } } }',
      3,
    ],
    ['under two names it is two', '{ a: boat { id } b: boat { id } }', 2],
    [
      'fragments count where they are spread',
      '{ a: boat { ...F } b: boat { ...F ...F } } fragment F on Boat { captain { name } }',
      4,
    ],
    [
      'what is skipped is free',
      '{ boat @skip(if: true) { id } few @include(if: false) { id } }',
      0,
    ],
  ])('%s', (_, text, expected) => {
    expect(cost(text)).toBe(expected);
  });

  it('depends on the variables of the request, and their defaults', () => {
    const text =
      'query ($n: Int = 4, $m: Int) { boats(first: $n) { nodes { crew(first: $m) { name } } } }';
    const { cost: of } = price(text);
    expect(of({ n: 2, m: 3 })).toBe(1 + 2 * (1 + 3));
    expect(of({ m: 3 })).toBe(1 + 4 * (1 + 3));
    expect(of({ n: 2 })).toBe(1 + 2 * (1 + UNKNOWN_LENGTH));
    expect(of({ n: null, m: 0 })).toBe(1 + 20);
    expect(of({ n: 'many', m: {} })).toBe(1 + 20 * (1 + UNKNOWN_LENGTH));
    expect(cost('query ($n: Int) { preset(first: $n) { id } }')).toBe(7);
  });

  it('counts what is included by the variables of the request', () => {
    const text = `query ($a: Boolean!, $b: Boolean = true) {
      boat @include(if: $a) { captain { name } } few @skip(if: $b) { id } ...F @include(if: $a)
    } fragment F on Query { any @skip(if: $b) { id } }`;
    expect(cost(text, { a: true, b: true })).toBe(2);
    expect(cost(text, { a: false, b: false })).toBe(3);
    expect(cost(text, { a: true, b: false })).toBe(2 + 3 + UNKNOWN_LENGTH);
    expect(cost(text, { a: false })).toBe(0);
  });

  it('counts the objects that a client sends', () => {
    const text = 'mutation ($input: Sinking!) { sink(input: $input) { id } }';
    const holes = Array.from({ length: 300 }, () => ({ width: 1 }));
    expect(cost(text, { input: { holes } })).toBe(10 + 1 + 1 + 300);
    expect(cost(text, {})).toBe(11);
  });

  it('never overflows, and is made and run at once for what is meant to hurt', () => {
    const deep = (level: number): string =>
      level === 0 ? 'id' : `crew(first: 2147483647) { boat { ${deep(level - 1)} } }`;
    expect(cost(`{ boat { ${deep(9)} } }`)).toBe(Number.MAX_SAFE_INTEGER);
    const things = (level: number): string =>
      level === 0
        ? 'id'
        : `id inside { ... on Boat { ${things(level - 1)} } ${things(level - 1)} }`;
    const text = `query ($n: Int) { anything { ${things(7)} } boats(first: $n) { nodes { id } } }`;
    expect(cost(text, { n: 100 })).toBeGreaterThan(1_000);
    const document = parse(text);
    const took = fastest(() => {
      priceOf(supergraph, document, getOperationAST(document)!).cost({ n: 100 });
    });
    expect(took).toBeLessThan(Math.max(50, 20 * fastest(() => parse(text))));
  });

  it('is refused where exactly one argument is to say how long a list is', () => {
    expect(() => cost('{ fleet { id } }')).toThrow('exactly one of: first, last');
    expect(() => cost('{ fleet(first: 1, last: 1) { id } }')).toThrow('exactly one');
  });
});

describe('fields with a budget of tries', () => {
  const tries = (text: string) =>
    price(text).tries.map(({ budget, count }) => [budget.name, budget.tries, count]);

  it('are counted whatever their aliases and fragments', () => {
    expect(
      tries(`mutation { a: signIn { id } b: signIn { id } signUp { id } ...F }
        fragment F on Mutation { c: signIn { id } b: signIn { name } ... { d: signIn { id } } }`),
    ).toEqual([['sign-in', 5, 5]]);
    expect(tries('mutation { sink(input: { holes: [] }) { id } }')).toEqual([]);
  });

  it.each([
    [
      'below the root',
      'type Query { a: A } type A { b: Int @rateLimited(budget: "x", tries: 1, seconds: 1) }',
      'root fields',
    ],
    [
      'of two minds',
      'type Query { a: Int @rateLimited(budget: "x", tries: 1, seconds: 1) b: Int @rateLimited(budget: "x", tries: 2, seconds: 1) }',
      'another one',
    ],
    [
      'of nothing',
      'type Query { a: Int @rateLimited(budget: "x", tries: 0, seconds: 1) }',
      'needs some',
    ],
  ])('are refused at start when they are %s', (_, sdl, message) => {
    expect(() => supergraphOf(sdl)).toThrow(message);
  });
});
