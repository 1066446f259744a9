import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cycleWith } from './prerequisite.rules.js';

const courses = ['a', 'b', 'c', 'd', 'e', 'f'];
const change = fc.record({
  course: fc.constantFrom(...courses),
  wanted: fc.uniqueArray(fc.constantFrom(...courses), { maxLength: 4 }),
});

/** Whether the courses can be put in an order in which each comes after what it requires. */
function canBeOrdered(requires: ReadonlyMap<string, readonly string[]>): boolean {
  const placed = new Set<string>();
  for (let before = -1; placed.size > before;) {
    before = placed.size;
    for (const course of courses) {
      if ((requires.get(course) ?? []).every((id) => placed.has(id))) placed.add(course);
    }
  }
  return placed.size === courses.length;
}

describe('cycleWith', () => {
  it('names the courses of a cycle', () => {
    const existing = new Map([
      ['b', ['c']],
      ['c', ['d']],
    ]);
    expect(cycleWith(existing, 'd', ['b'])).toEqual(['d', 'b', 'c', 'd']);
    expect(cycleWith(existing, 'a', ['a'])).toEqual(['a', 'a']);
    expect(cycleWith(existing, 'a', ['b', 'd'])).toBeNull();
  });

  it('forgets what the course required before', () => {
    expect(cycleWith(new Map([['a', ['b']]]), 'a', [])).toBeNull();
  });

  it('allows a change exactly when every course can still be completed some time', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
        const requires = new Map<string, string[]>();
        for (const { course, wanted } of changes) {
          const cycle = cycleWith(requires, course, wanted);
          const changed = new Map(requires).set(course, wanted);
          expect(cycle === null).toBe(canBeOrdered(changed));
          if (cycle) {
            expect([cycle[0], cycle.at(-1)]).toEqual([course, course]);
            cycle.slice(1).forEach((id, i) => expect(changed.get(cycle[i]!)).toContain(id));
          } else requires.set(course, wanted);
        }
      }),
    );
  });
});
