import { z } from 'zod';
import type { ShapeLimits } from './shape-limits.js';

/** What requests are held to before anything is executed for them. */
export interface Limits {
  readonly shape: ShapeLimits;
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
  /** Operations that one request may carry. */
  readonly batchSize: number;
}

const most = (preset: number) => z.coerce.number().int().positive().default(preset);

/** The environment variables of the limits, for env.ts. */
export const limitSettings = {
  LIMIT_BODY_BYTES: most(1024 * 1024),
  LIMIT_BATCH_SIZE: most(10),
  LIMIT_TOKENS: most(10_000),
  LIMIT_OPERATIONS: most(50),
  LIMIT_FRAGMENTS: most(100),
  /** Introspection, as tools send it, has 13. */
  LIMIT_DEPTH: most(20),
  LIMIT_ROOT_FIELDS: most(50),
  LIMIT_ALIASES: most(200),
  LIMIT_DIRECTIVES: most(200),
  LIMIT_DIRECTIVES_PER_LOCATION: most(10),
  LIMIT_SELECTIONS: most(5_000),
  LIMIT_COMPARISONS: most(5_000),
};

export function readLimits(settings: z.infer<z.ZodObject<typeof limitSettings>>): Limits {
  return {
    bodyBytes: settings.LIMIT_BODY_BYTES,
    batchSize: settings.LIMIT_BATCH_SIZE,
    shape: {
      tokens: settings.LIMIT_TOKENS,
      operations: settings.LIMIT_OPERATIONS,
      fragments: settings.LIMIT_FRAGMENTS,
      depth: settings.LIMIT_DEPTH,
      rootFields: settings.LIMIT_ROOT_FIELDS,
      aliases: settings.LIMIT_ALIASES,
      directives: settings.LIMIT_DIRECTIVES,
      directivesPerLocation: settings.LIMIT_DIRECTIVES_PER_LOCATION,
      selections: settings.LIMIT_SELECTIONS,
      comparisons: settings.LIMIT_COMPARISONS,
    },
  };
}
