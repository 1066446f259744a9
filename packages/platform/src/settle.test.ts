import { describe, expect, it } from '@jest/globals';
import { v7 } from 'uuid';
import { newId } from './ids.js';
import { MOST_WAITING, settle } from './settle.js';

/** Rows that are there from the given call on. */
function source(arrival: ReadonlyMap<string, number>) {
  const asked: string[][] = [];
  const load = async (ids: readonly string[]) => {
    asked.push([...ids]);
    const there = ids.filter((id) => (arrival.get(id) ?? Infinity) <= asked.length);
    return new Map(there.map((id) => [id, `row ${id}`]));
  };
  return { asked, load };
}

describe('settling', () => {
  it('asks once when all is there', async () => {
    const [a, b] = [newId(), newId()];
    const { asked, load } = source(new Map([a, b].map((id) => [id, 1])));
    expect([...(await settle([a, b], load)).keys()]).toEqual([a, b]);
    expect(asked).toEqual([[a, b]]);
  });

  it('waits for what was minted just now, and asks for that alone', async () => {
    const [a, b] = [newId(), newId()];
    const { asked, load } = source(new Map([[a, 1], [b, 3]])); // prettier-ignore
    expect((await settle([a, b], load)).get(b)).toBe(`row ${b}`);
    expect(asked).toEqual([[a, b], [b], [b]]);
  });

  it('does not wait for old ids, nor for nonsense', async () => {
    const old = v7({ msecs: Date.now() - 11_000 });
    const future = v7({ msecs: Date.now() + 60_000 });
    const random = '6f1e0f6e-58d5-4d3b-9a43-7f5f4f3b2f10';
    const { asked, load } = source(new Map());
    const before = performance.now();
    expect((await settle([old, future, random, 'nonsense', ''], load)).size).toBe(0);
    expect(asked.length).toBe(1);
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  it('gives up after two seconds, having asked but a few times', async () => {
    const { asked, load } = source(new Map());
    const before = performance.now();
    expect((await settle([newId()], load)).size).toBe(0);
    expect(performance.now() - before).toBeGreaterThan(1_900);
    expect(performance.now() - before).toBeLessThan(2_900);
    expect(asked.length).toBeLessThanOrEqual(11);
  });

  it('does not wait beside fifty others, and waits again when they are done', async () => {
    const nothing = async () => new Map<string, string>();
    const crowd = Array.from({ length: MOST_WAITING }, () => settle([newId()], nothing));
    // Its first look is over by the time the crowd waits.
    await nothing();
    const late = newId();
    const { asked, load } = source(new Map([[late, 2]]));
    expect((await settle([late], load)).size).toBe(0);
    expect(asked).toEqual([[late]]);
    await Promise.all(crowd);
    expect((await settle([late], source(new Map([[late, 2]])).load)).size).toBe(1);
  });
});
