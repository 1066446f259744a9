import { describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lyceum/events/envelope';
import fc from 'fast-check';
import { MatchIndex, TooManyCombinations, type Condition } from './match-index.js';

const event = (type: string, data: unknown): EventEnvelope => ({
  id: 'e1',
  type,
  time: '2026-01-05T09:00:00Z',
  aggregateId: 'a1',
  organizationId: 'o1',
  actorId: null,
  correlationId: 'c1',
  causationId: null,
  data,
});

const where = (path: string, ...values: string[]): Condition => ({ path: path.split('.'), values });

describe('MatchIndex', () => {
  it('finds those whose every condition holds, for the types they want', () => {
    const index = new MatchIndex<string>();
    index.add(['t1', 't2'], [where('organizationId', 'o1'), where('data.courseId', 'c1')], 'ada');
    index.add(['t1'], [where('organizationId', 'o1'), where('data.courseId', 'c2')], 'bob');
    index.add(['t1'], [where('organizationId', 'o2'), where('data.courseId', 'c1')], 'eve');
    index.add(['t1'], [where('organizationId', 'o1')], 'all');
    expect([...index.find(event('t1', { courseId: 'c1' }))].sort()).toEqual(['ada', 'all']);
    expect([...index.find(event('t2', { courseId: 'c1' }))]).toEqual(['ada']);
    expect([...index.find(event('t3', { courseId: 'c1' }))]).toEqual([]);
  });

  it('takes a list, on either side, as any of its values, and finds each once', () => {
    const index = new MatchIndex<string>();
    index.add(['t'], [where('data.learnerIds', 'l1', 'l2')], 'ada');
    expect([...index.find(event('t', { learnerIds: ['l1', 'l2', 'l3'] }))]).toEqual(['ada']);
    expect([...index.find(event('t', { learnerIds: ['l4'] }))]).toEqual([]);
  });

  it('compares numbers and booleans by value, and never what is missing or inherited', () => {
    const index = new MatchIndex<string>();
    index.add(['t'], [where('data.n', '7')], 'seven');
    index.add(['t'], [where('data.constructor.name', 'Object')], 'inherited');
    expect([...index.find(event('t', { n: 7 }))]).toEqual(['seven']);
    expect([...index.find(event('t', {}))]).toEqual([]);
    expect([...index.find(event('t', null))]).toEqual([]);
  });

  it('refuses more combinations than there is room for', () => {
    const index = new MatchIndex<string>();
    const many = Array.from({ length: 101 }, (_, i) => `v${i}`);
    expect(() =>
      index.add(['t'], [where('data.a', ...many), where('data.b', ...many)], 'x'),
    ).toThrow(TooManyCombinations);
    expect(index.isEmpty).toBe(true);
  });

  it('finds what asking each would find, and is empty once all have gone', () => {
    const value = fc.constantFrom('1', '2', '3');
    const subscription = fc.record({
      types: fc.uniqueArray(fc.constantFrom('t1', 't2'), { minLength: 1 }),
      a: fc.option(value, { nil: null }),
      b: fc.option(value, { nil: null }),
    });
    const happening = fc.record({ type: fc.constantFrom('t1', 't2'), a: value, b: value });
    fc.assert(
      fc.property(fc.array(subscription), fc.array(happening), (subscriptions, happenings) => {
        const index = new MatchIndex<number>();
        const removals = subscriptions.map(({ types, a, b }, i) =>
          index.add(
            types,
            [...(a ? [where('data.a', a)] : []), ...(b ? [where('data.b', b)] : [])],
            i,
          ),
        );
        for (const { type, a, b } of happenings) {
          const expected = subscriptions.flatMap((s, i) =>
            s.types.includes(type) && (s.a ?? a) === a && (s.b ?? b) === b ? [i] : [],
          );
          expect([...index.find(event(type, { a, b }))].sort((x, y) => x - y)).toEqual(expected);
        }
        for (const remove of removals) remove();
        expect(index.isEmpty).toBe(true);
      }),
    );
  });
});
