import { describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { Gate } from './gate.js';

const OVERLOADED = expect.objectContaining({
  code: 'SERVICE_UNAVAILABLE',
  extensions: expect.objectContaining({ reason: 'OVERLOADED' }),
});

function gated(mostAtATime: number, mostWaiting: number, longestWaitMs = 10_000) {
  const refused: string[] = [];
  const finish: (() => void)[] = [];
  const gate = new Gate({
    ...{ mostAtATime, mostWaiting, longestWaitMs },
    onRefused: (why) => refused.push(why),
  });
  const enter = () => gate.run(() => new Promise<void>((resolve) => finish.push(resolve)));
  return { gate, enter, finish, refused };
}

describe('the gate', () => {
  it('lets so many in, so many wait, and refuses the others at once', async () => {
    const { gate, enter, finish, refused } = gated(2, 3);
    const inside = Array.from({ length: 5 }, enter);
    expect(gate.isFull).toBe(true);
    await expect(enter()).rejects.toEqual(OVERLOADED);
    expect(refused).toEqual(['full']);
    for (let done = 0; done < 5; done += 1) {
      await eventually(() => expect(finish.length).toBeGreaterThan(done));
      expect(finish.length).toBeLessThanOrEqual(done + 2);
      finish[done]!();
    }
    await Promise.all(inside);
    await eventually(() => expect([gate.isFull, gate.underWay]).toEqual([false, 0]));
  });

  it('counts work that is done without waiting for anything, as it comes in one turn', async () => {
    const { gate, refused } = gated(20, 10);
    let done = 0;
    const all = Array.from({ length: 100 }, () => {
      const work = async () => void (done += 1);
      return new Promise<void>((resolve, reject) => {
        setImmediate(() => void gate.run(work).then(resolve, reject));
      });
    });
    const outcomes = await Promise.allSettled(all);
    // 16 are done as they come; then 20 are inside and 10 wait.
    expect([done, refused.length]).toEqual([46, 54]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(54);
  });

  it('lets nobody wait for longer than the bound, and does not do their work later', async () => {
    const { enter, finish, refused } = gated(1, 5, 20);
    const first = enter();
    await expect(enter()).rejects.toEqual(OVERLOADED);
    expect(refused).toEqual(['late']);
    finish[0]!();
    await first;
    const next = enter();
    await eventually(() => expect(finish).toHaveLength(2));
    finish[1]!();
    await next;
  });

  it('stays what it was when work fails', async () => {
    const { gate } = gated(1, 1);
    for (let i = 0; i < 3; i += 1) {
      await expect(gate.run(() => Promise.reject(new Error('of the work')))).rejects.toThrow(
        'work',
      );
    }
    await eventually(() => expect(gate.underWay).toBe(0));
  });

  it('can be narrowed and widened', async () => {
    const { gate, enter, finish } = gated(4, 0);
    gate.width = 1;
    const only = enter();
    await expect(enter()).rejects.toEqual(OVERLOADED);
    gate.width = 2;
    const other = enter();
    await eventually(() => expect(finish).toHaveLength(2));
    finish.forEach((done) => done());
    await Promise.all([only, other]);
  });
});
