import { z } from 'zod';
import type { RateLimitSettings } from './rate-limits.js';
import type { ShapeLimits } from './shape-limits.js';

/** What requests are held to before anything is executed for them. */
export interface Limits {
  readonly shape: ShapeLimits;
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
  /** Milliseconds within which a request's body has to be there. */
  readonly bodyMs: number;
  /** What one operation, or a batch of them, may cost. */
  readonly cost: number;
  /** Points for a text that has to be read first, beside what it costs. */
  readonly newText: number;
  readonly rates: RateLimitSettings;
  /** Operations that one request may carry. */
  readonly batchSize: number;
}

const points = (preset: number) => z.coerce.number().int().nonnegative().default(preset);
const most = (preset: number) => z.coerce.number().int().positive().default(preset);

/** The environment variables of the limits, for env.ts. */
export const limitSettings = {
  LIMIT_BODY_BYTES: most(1024 * 1024),
  LIMIT_BODY_MS: most(15_000),
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
  OPERATION_COST_LIMIT: most(20_000),
  /** Points of cost a minute; 0 for no limit. */
  RATE_LIMIT_VIEWER: points(200_000),
  RATE_LIMIT_NETWORK: points(100_000),
  /** Points for a text that this gateway has not seen, or refuses: to read and plan it is work. */
  RATE_LIMIT_NEW_TEXT: points(100),
  /** Budgets of fields, where they are to differ from the schema's: `sign-in=100/60,…`, tries/seconds. */
  RATE_LIMIT_FIELDS: z
    .string()
    .regex(/^\s*([\w-]+=\d+\/\d+\s*(,\s*|$))*$/, 'is to be <budget>=<tries>/<seconds>, …')
    .default(''),
};

export function readLimits(settings: z.infer<z.ZodObject<typeof limitSettings>>): Limits {
  return {
    bodyBytes: settings.LIMIT_BODY_BYTES,
    bodyMs: settings.LIMIT_BODY_MS,
    batchSize: settings.LIMIT_BATCH_SIZE,
    cost: settings.OPERATION_COST_LIMIT,
    newText: settings.RATE_LIMIT_NEW_TEXT,
    rates: {
      viewerPoints: settings.RATE_LIMIT_VIEWER,
      networkPoints: settings.RATE_LIMIT_NETWORK,
      fieldBudgets: new Map(
        [...settings.RATE_LIMIT_FIELDS.matchAll(/([\w-]+)=(\d+)\/(\d+)/g)].map(
          ([, name = '', tries, seconds]) => [
            name,
            { tries: Number(tries), seconds: Number(seconds) },
          ],
        ),
      ),
    },
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
