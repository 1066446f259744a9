import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { ANONYMOUS } from '@lyceum/platform/viewer';
import { createLimiter } from '../../src/limits/limiter.js';
import { createRateLimits, RateLimited } from '../../src/limits/rate-limits.js';
import { person } from '../test-graph.js';

const SIGN_IN = { name: 'sign-in', tries: 3, seconds: 30 };
const make = (redisUrl: string | null = null) =>
  createRateLimits({
    settings: { viewerPoints: 100, networkPoints: 50, fieldBudgets: new Map() },
    redisUrl,
    log: silentLogger,
  });
const network = (address: string) => ({ viewer: ANONYMOUS, network: address });

beforeEach(() => void jest.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void jest.useRealTimers());

describe('points', () => {
  it('are spent by what is asked, and there again after a minute', async () => {
    const limits = make();
    const ada = { viewer: person(), network: '192.0.2.1' };
    expect(await limits.charge(ada, 60, [])).toMatchObject({ limit: 100, remaining: 40 });
    jest.advanceTimersByTime(15_000);
    await expect(limits.charge(ada, 41, [])).rejects.toMatchObject({
      extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 45 },
    });
    jest.advanceTimersByTime(45_001);
    expect(await limits.charge(ada, 41, [])).toMatchObject({ remaining: 59, resetSeconds: 60 });
  });

  it('belong to a person wherever they are, and to a place for those who have not signed in', async () => {
    const limits = make();
    const ada = person();
    await limits.charge({ viewer: ada, network: '192.0.2.1' }, 100, []);
    await expect(limits.charge({ viewer: ada, network: '192.0.2.2' }, 1, [])).rejects.toThrow();
    // Who shares her network is not touched, signed in or not.
    await limits.charge({ viewer: person(), network: '192.0.2.1' }, 100, []);
    await limits.charge(network('192.0.2.1'), 50, []);
    await expect(limits.charge(network('::ffff:192.0.2.1'), 1, [])).rejects.toThrow(RateLimited);
    await limits.charge(network('2001:db8:0:1::1'), 50, []);
    await expect(limits.charge(network('2001:db8:0:1::2'), 1, [])).rejects.toThrow(RateLimited);
    await limits.charge(network('2001:db8:0:2::1'), 50, []);
  });

  it('are not counted where there is no limit', async () => {
    const limits = createRateLimits({
      settings: { viewerPoints: 0, networkPoints: 0, fieldBudgets: new Map() },
      redisUrl: null,
      log: silentLogger,
    });
    expect(await limits.charge(network('192.0.2.1'), 1e9, [])).toBeNull();
  });
});

describe('tries', () => {
  it('belong to a place, whoever tries', async () => {
    const limits = make();
    await limits.charge(network('192.0.2.1'), 1, [{ budget: SIGN_IN, count: 2 }]);
    const ada = { viewer: person(), network: '192.0.2.1' };
    await limits.charge(ada, 1, [{ budget: SIGN_IN, count: 1 }]);
    await expect(limits.charge(ada, 1, [{ budget: SIGN_IN, count: 1 }])).rejects.toMatchObject({
      extensions: { code: 'RATE_LIMITED', budget: 'sign-in', retryAfterSeconds: 30 },
    });
    await limits.charge(network('192.0.2.2'), 1, [{ budget: SIGN_IN, count: 3 }]);
  });

  it('are as many as the settings say, where they say so', async () => {
    const limits = createRateLimits({
      settings: {
        ...{ viewerPoints: 0, networkPoints: 0 },
        fieldBudgets: new Map([['sign-in', { tries: 1, seconds: 5 }]]),
      },
      redisUrl: null,
      log: silentLogger,
    });
    const tries = [{ budget: SIGN_IN, count: 1 }];
    await limits.charge(network('192.0.2.1'), 1, tries);
    await expect(limits.charge(network('192.0.2.1'), 1, tries)).rejects.toThrow(RateLimited);
  });
});

it('memory is bounded: with very many keys, those idle longest start anew', async () => {
  const limiter = createLimiter(null, { name: 'x', points: 1, seconds: 60, mostKeys: 100 });
  await limiter.consume('first', 1);
  for (let n = 0; n < 99; n += 1) await limiter.consume(`key ${n}`, 1);
  expect((await limiter.consume('first', 1)).isSpent).toBe(true);
  for (let n = 99; n < 300; n += 1) await limiter.consume(`key ${n}`, 1);
  expect(jest.getTimerCount()).toBeLessThanOrEqual(100);
  expect((await limiter.consume('first', 1)).isSpent).toBe(false);
});
