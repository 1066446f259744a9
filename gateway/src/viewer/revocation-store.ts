import type { Logger } from '@lyceum/platform/telemetry/logger';
import { Redis } from 'ioredis';

/** Revocations known to all gateways. */
export interface RevocationStore {
  /** Milliseconds between two looks at what others added. */
  readonly refreshMs: number;
  /** Never fails: the gateway itself knows already, only others would not. */
  add(key: string, until: number): void;
  remove(key: string): void;
  /** Those that hold now; empty while the store cannot be reached. */
  current(): Promise<{ key: string; until: number }[]>;
  close(): Promise<void>;
}

const SET = 'lyceum:gateway:revoked';

/** A sorted set in Redis, scored by when an entry loses its meaning. */
export function connectRevocationStore(url: string, log: Logger): RevocationStore {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: true });
  let complained = false;
  redis.on('error', (error) => {
    if (!complained)
      log.warn({ err: error }, 'Redis cannot be reached; revocations are not shared');
    complained = true;
  });
  redis.on('ready', () => {
    complained = false;
  });
  const quietly = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => log.warn({ err: error }, 'Revocation was not shared'));
  };

  return {
    refreshMs: 5_000,
    add(key, until) {
      quietly(redis.multi().zadd(SET, until, key).zremrangebyscore(SET, '-inf', Date.now()).exec());
    },
    remove: (key) => quietly(redis.zrem(SET, key)),
    async current() {
      try {
        const flat = await redis.zrangebyscore(SET, Date.now(), '+inf', 'WITHSCORES');
        const entries: { key: string; until: number }[] = [];
        for (let i = 0; i + 1 < flat.length; i += 2) {
          entries.push({ key: flat[i]!, until: Number(flat[i + 1]) });
        }
        return entries;
      } catch (error) {
        log.warn({ err: error }, 'Revocations of other gateways could not be read');
        return [];
      }
    },
    async close() {
      redis.disconnect();
    },
  };
}
