import { z } from 'zod';

const schema = z
  .object({
    NATS_URL: z.string().optional(),
    REDIS_URL: z.string().optional(),
    /** Where the real clicks lie. */
    LYCEUM_SHARED_DATA: z.string().default('../shared/data'),
    PATH: z.string().default(''),
    HOME: z.string().default('/tmp'),
  })
  .transform(({ PATH, HOME, ...settings }) => ({
    ...settings,
    /** What the platform under measurement inherits: nothing else of the machine's environment. */
    PASSED_ON: { PATH, HOME },
  }));

export const benchSettings = schema.parse(process.env);

/** Limits on how much a client may ask for stay on, and are never reached: measuring is asking a lot. */
export const NEVER_SPENT = {
  RATE_LIMIT_VIEWER: '1000000000000',
  RATE_LIMIT_NETWORK: '1000000000000',
  RATE_LIMIT_FIELDS: ['sign-in', 'register', 'refresh-session']
    .map((budget) => `${budget}=1000000000/60`)
    .join(),
} as const;
