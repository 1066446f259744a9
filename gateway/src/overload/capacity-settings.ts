import { z } from 'zod';

const count = (byDefault: number, least = 1) =>
  z.coerce.number().int().min(least).default(byDefault);

export const capacitySettings = {
  /** Operations that are executed at a time; fewer while the process cannot keep up. */
  OPERATIONS_CONCURRENCY: count(256),
  /** Operations that may wait for their turn, */
  OPERATIONS_QUEUE: count(512, 0),
  /** and for how many milliseconds. */
  OPERATIONS_WAIT_MS: count(1_000),
  /** Milliseconds for a whole operation: what is not there by then becomes an error for its fields. */
  REQUEST_TIMEOUT_MS: count(30_000),
};

export interface CapacityLimits {
  readonly mostAtATime: number;
  readonly mostWaiting: number;
  readonly longestWaitMs: number;
  readonly requestTimeoutMs: number;
}

export function readCapacityLimits(settings: {
  readonly [name in keyof typeof capacitySettings]: number;
}): CapacityLimits {
  return {
    mostAtATime: settings.OPERATIONS_CONCURRENCY,
    mostWaiting: settings.OPERATIONS_QUEUE,
    longestWaitMs: settings.OPERATIONS_WAIT_MS,
    requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
  };
}
