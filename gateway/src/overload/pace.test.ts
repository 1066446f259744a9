import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

/** Comes in a callback of its own, as requests do that are read in the same turn. */
const inThisTurn = <T>(work: () => T | Promise<T>) =>
  new Promise<T>((resolve, reject) => {
    setImmediate(() => void Promise.resolve().then(work).then(resolve, reject));
  });
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await inThisTurn(() => undefined);
};
function busy(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

describe('the pace', () => {
  it('lets some begin as they come, and the others in their order when all have come', async () => {
    const pace = new Pace(3);
    const begun: number[] = [];
    const all = Array.from({ length: 8 }, (_, n) =>
      inThisTurn(async () => {
        await pace.turn();
        begun.push(n);
      }),
    );
    await turns(1);
    expect(begun).toEqual([0, 1, 2]);
    expect(pace.behindMs).toBeGreaterThan(0);
    await Promise.all(all);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(pace.behindMs).toBe(0);
  });

  it('lets others be read before all is done, and gives what waits half of the time', async () => {
    const pace = new Pace(2);
    const perTurn: number[] = [];
    let begun = 0;
    const all = Array.from({ length: 200 }, () =>
      inThisTurn(async () => {
        await pace.turn();
        begun += 1;
        busy(5);
      }),
    );
    await turns(1);
    for (let turn = 0; begun < 200; turn += 1) {
      const before = begun;
      // What is read and refused meanwhile.
      await inThisTurn(() => busy(50));
      perTurn.push(begun - before);
    }
    await Promise.all(all);
    expect(perTurn[0]).toBeLessThan(198);
    // Of 5 ms each, in as long as the 50 ms took; a machine that has other things to do needs more.
    expect(Math.max(...perTurn)).toBeGreaterThan(4);
  });

  it('keeps nobody waiting when little is going on', async () => {
    const pace = new Pace(2);
    for (let n = 0; n < 10; n += 1) {
      expect(pace.turn()).toBeNull();
      await turns(2);
    }
  });
});
