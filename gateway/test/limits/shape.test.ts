import { describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery, GraphQLError, parse } from 'graphql';
import { readGatewayEnv } from '../../src/env.js';
import { parseWithin } from '../../src/limits/parse.js';
import { ATTACKS } from './attacks.js';
import { fastest } from './fastest.js';

const limits = readGatewayEnv({}).limits.shape;

function refusalOf(text: string, held = limits): Record<string, unknown> | null {
  try {
    parseWithin(text, held);
    return null;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return error.extensions;
  }
}

describe('an operation that is meant to hurt', () => {
  // What a text of the largest allowed size takes to read, on this machine at this moment.
  const harmless = `{ me { ${Array.from({ length: 3_000 }, (_, n) => `field${n}`).join(' ')} } }`;
  const baseline = fastest(() => parse(harmless));

  it.each(ATTACKS)('is refused at once: %s', (_, limit, text) => {
    expect(refusalOf(text)).toMatchObject({ code: 'OPERATION_TOO_LARGE', limit });
    expect(fastest(() => refusalOf(text))).toBeLessThan(Math.max(50, 20 * baseline));
  });

  it('is told the figure and the limit', () => {
    expect(refusalOf('{ a { b { c { d } } } }', { ...limits, depth: 3 })).toEqual({
      code: 'OPERATION_TOO_LARGE',
      ...{ limit: 'depth', value: 4, max: 3 },
    });
    const spread = '{ a { ...F ...G } } fragment F on A { b { c } } fragment G on A { ...F d }';
    expect(refusalOf(spread, { ...limits, selections: 9 })).toBeNull();
    expect(refusalOf(spread, { ...limits, selections: 8 })).toMatchObject({ value: 9, max: 8 });
  });

  it.each([
    ['itself', 'fragment A on User { id ...A }'],
    ['itself by another', 'fragment A on User { id ...B } fragment B on User { id ...A }'],
    ['itself in a field', 'fragment A on User { id me { ... on User { ...A } } }'],
  ])('is invalid when a fragment spreads %s', (_, fragments) => {
    expect(refusalOf(`{ me { ...A } } ${fragments}`)?.['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(refusalOf(`{ me } ${fragments}`)?.['code']).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('what is counted', () => {
  it('is every pair of fields that are answered as one, once', () => {
    const pairs = (text: string) =>
      refusalOf(text, { ...limits, comparisons: 0 })?.['value'] as number | undefined;
    expect(pairs('{ a b c: a }')).toBeUndefined();
    expect(pairs('{ a a a }')).toBe(3);
    expect(pairs('{ a { b } x: a { b } }')).toBeUndefined();
    expect(pairs('{ a { ...F } a { ...F } } fragment F on A { b }')).toBe(1);
    expect(pairs('{ ...F ...F ... { a } } fragment F on A { a }')).toBe(1);
  });

  it('leaves room for what tools and frontends send', () => {
    const full = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    expect(refusalOf(full)).toBeNull();
    // Twenty components that each ask for what they show of the same thing.
    const components = Array.from({ length: 20 }, (_, n) => `C${n}`);
    const text = `{ course(id: 1) { ${components.map((name) => `...${name}`).join(' ')} } }
      ${components.map((name) => `fragment ${name} on Course { id title modules { id title lessons { id title } } }`).join('\n')}`;
    expect(refusalOf(text)).toBeNull();
  });
});
