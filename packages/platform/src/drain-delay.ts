import { z } from 'zod';

const IN_PRODUCTION_MS = 5_000;

/**
 * The setting DRAIN_DELAY_MS: how long a program that is to end goes on as before, but for its
 * readiness, until load balancers send nothing more. At most 10 s, so that the end stays within 30 s.
 */
export const drainDelay = z.coerce.number().int().min(0).max(10_000).optional();

/** In milliseconds; 5 s in production unless told, else none. */
export function drainDelayOf(env: {
  readonly NODE_ENV: string;
  readonly DRAIN_DELAY_MS?: number | undefined;
}): number {
  return env.DRAIN_DELAY_MS ?? (env.NODE_ENV === 'production' ? IN_PRODUCTION_MS : 0);
}
