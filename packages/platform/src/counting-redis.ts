import { Redis } from 'ioredis';
import type { Logger } from './telemetry/logger.js';

/** Longer than Redis ever takes when it is well. */
const TIMEOUT_MS = 250;

/**
 * Redis for what processes count together, such as tries and points: it answers soon or fails, so that
 * nobody waits for it, and each process can count for itself meanwhile. Being away is logged once.
 */
export function connectCountingRedis(url: string, log: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: TIMEOUT_MS,
  });
  let said = false;
  redis.on('error', (error: unknown) => {
    if (!said) log.warn({ err: error }, 'Redis is away; this process counts for itself');
    said = true;
  });
  redis.on('ready', () => (said = false));
  return redis;
}
