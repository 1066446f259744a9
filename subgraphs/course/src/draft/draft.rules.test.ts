import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placed } from './draft.rules.js';

describe('placed', () => {
  it('puts a part where it is wanted', () => {
    expect(placed(['a', 'b', 'c'], 'x', 1)).toEqual(['a', 'x', 'b', 'c']);
    expect(placed(['a', 'b', 'c'], 'x', null)).toEqual(['a', 'b', 'c', 'x']);
    expect(placed(['a', 'b', 'c'], 'a', 2)).toEqual(['b', 'c', 'a']);
    expect(placed(['a', 'b', 'c'], 'c', 0)).toEqual(['c', 'a', 'b']);
    expect(placed(['a', 'b'], 'b', 99)).toEqual(['a', 'b']);
  });

  it('loses nobody and keeps the order of the others', () => {
    const siblings = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 20 });
    fc.assert(
      fc.property(siblings, fc.string({ minLength: 1 }), fc.nat(25), (ids, id, position) => {
        const order = placed(ids, id, position);
        expect(order.filter((other) => other !== id)).toEqual(ids.filter((other) => other !== id));
        expect(order.indexOf(id)).toBe(Math.min(position, order.length - 1));
      }),
    );
  });
});
