import { describe, expect, it } from '@jest/globals';
import { testClock } from './clock.js';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('returns what the assertion returned once it holds', async () => {
    let calls = 0;
    const result = await eventually(
      () => {
        calls += 1;
        expect(calls).toBe(3);
        return 'done';
      },
      { interval: 1 },
    );
    expect(result).toBe('done');
  });

  it('throws the last failure when time is up', async () => {
    await expect(
      eventually(() => Promise.reject(new Error('not yet')), { timeout: 20, interval: 5 }),
    ).rejects.toThrow('After 20 ms still: not yet');
    await expect(eventually(() => false, { timeout: 10, interval: 5 })).rejects.toThrow(
      'the condition stayed false',
    );
  });
});

describe('testClock', () => {
  it('moves only when told', () => {
    const clock = testClock('2026-03-01T00:00:00Z');
    clock.advance(1500);
    expect(clock.now().toISOString()).toBe('2026-03-01T00:00:01.500Z');
    clock.set('2025-01-01T00:00:00Z');
    expect(clock.now().toISOString()).toBe('2025-01-01T00:00:00.000Z');
  });
});
