import { expect, it } from '@jest/globals';
import { startTestRedis } from '@lyceum/testkit/redis';
import { connectUsageStore } from '../../src/usage/usage-store.js';
import { describeStoredUsage, NOON, recordInto, seen } from './stored-usage.js';

describeStoredUsage('Redis', async () => {
  const redis = await startTestRedis();
  const open = () => connectUsageStore(redis.url, () => undefined);
  return { open, stop: () => redis.stop() };
});

it('several gateways add up at one Redis, also when they store at the same moment', async () => {
  const redis = await startTestRedis();
  const connect = () => connectUsageStore(redis.url, () => undefined);
  const reader = connect();
  await Promise.all(Array.from({ length: 6 }, () => recordInto(connect(), 50, NOON)));
  expect(await seen(reader, 1)).toBe(300);
  await reader.close();
  await redis.stop();
});
