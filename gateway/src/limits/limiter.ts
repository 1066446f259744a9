import { LRUCache } from 'lru-cache';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

/** Keys that are counted in this process at a time; with more, those idle longest start anew. */
const MOST_KEYS = 50_000;

/** What remains of a budget after a try. */
export interface Standing {
  readonly limit: number;
  readonly remaining: number;
  /** Until the budget is whole again. */
  readonly resetSeconds: number;
  readonly windowSeconds: number;
  /** Whether it was too much. */
  readonly isSpent: boolean;
}

/** Counts points per key in windows that begin with a key's first try. */
export interface Limiter {
  /** Never rejects for what the store does: while Redis is away this process counts for itself. */
  consume(key: string, points: number): Promise<Standing>;
}

export function createLimiter(
  redis: Redis | null,
  options: { name: string; points: number; seconds: number; mostKeys?: number },
): Limiter {
  const { name, points, seconds, mostKeys = MOST_KEYS } = options;
  const settings = { keyPrefix: `lyceum:gateway:${name}`, points, duration: seconds };
  const memory = new RateLimiterMemory(settings);
  const keys = new LRUCache<string, true>({
    max: mostKeys,
    dispose: (_, key, reason) => {
      if (reason === 'evict') void memory.delete(key);
    },
  });
  const store = redis
    ? new RateLimiterRedis({ ...settings, storeClient: redis, insuranceLimiter: memory })
    : memory;

  return {
    async consume(key, wanted) {
      keys.set(key, true);
      const { result, isSpent } = await store.consume(key, wanted).then(
        (left) => ({ result: left, isSpent: false }),
        (error: unknown) => {
          if (!(error instanceof RateLimiterRes)) throw error;
          return { result: error, isSpent: true };
        },
      );
      return {
        limit: points,
        remaining: result.remainingPoints,
        resetSeconds: Math.max(1, Math.ceil(result.msBeforeNext / 1000)),
        windowSeconds: seconds,
        isSpent,
      };
    },
  };
}
