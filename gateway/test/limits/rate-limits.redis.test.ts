import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { ANONYMOUS } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
import { startTestRedis, type TestRedis } from '@lyceum/testkit/redis';
import { createRateLimits, type RateLimits } from '../../src/limits/rate-limits.js';

const PLACE = { viewer: ANONYMOUS, network: '192.0.2.1' };
const SIGN_IN = [{ budget: { name: 'sign-in', tries: 3, seconds: 60 }, count: 1 }];

let redis: TestRedis;
const gateways: RateLimits[] = [];
function gateway(): RateLimits {
  const limits = createRateLimits({
    settings: { viewerPoints: 1_000, networkPoints: 1_000, fieldBudgets: new Map() },
    redisUrl: redis.url,
    log: silentLogger,
  });
  gateways.push(limits);
  return limits;
}
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(async () => {
  for (const each of gateways) each.close();
  await redis.stop();
});

describe('with Redis', () => {
  it('several gateways share what is spent, and go on by themselves without it', async () => {
    const [one, other] = [gateway(), gateway()];
    // Each counts for itself until it is connected.
    await eventually(async () => {
      const before = await one.charge(PLACE, 1, []);
      const after = await other.charge(PLACE, 1, []);
      expect(after!.remaining).toBe(before!.remaining - 1);
    });
    await one.charge(PLACE, 1, SIGN_IN);
    await other.charge(PLACE, 1, SIGN_IN);
    await one.charge(PLACE, 1, SIGN_IN);
    const spent = { extensions: { code: 'RATE_LIMITED', budget: 'sign-in' } };
    await expect(other.charge(PLACE, 1, SIGN_IN)).rejects.toMatchObject(spent);

    await redis.stop();
    for (let tries = 0; tries < 3; tries += 1) await one.charge(PLACE, 1, SIGN_IN);
    await expect(one.charge(PLACE, 1, SIGN_IN)).rejects.toMatchObject(spent);
    await other.charge(PLACE, 1, SIGN_IN);
  });
});
