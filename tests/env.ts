import { z } from 'zod';

const schema = z
  .object({
    LYCEUM_TOPOLOGY: z.enum(['standalone', 'distributed']).default('standalone'),
    NATS_URL: z.string().optional(),
    REDIS_URL: z.string().optional(),
    /** Where real courses and clicks lie, for the tests that want them. */
    LYCEUM_SHARED_DATA: z.string().default('../shared/data'),
    PATH: z.string().default(''),
    HOME: z.string().default('/tmp'),
  })
  .transform(({ PATH, HOME, ...settings }) => ({
    ...settings,
    /** What the programs under test inherit: nothing else of the machine's environment. */
    PASSED_ON: { PATH, HOME, NODE_ENV: 'test' },
  }));

export const testSettings = schema.parse(process.env);
