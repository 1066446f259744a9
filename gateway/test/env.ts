import { z } from 'zod';

const schema = z.object({
  /** How many random operations are compared: a few seconds' worth; thousands after a change. */
  RANDOM_RUNS: z.coerce.number().int().positive().default(60),
  /** Of an earlier run, to have the same operations again; another each time unless given. */
  RANDOM_SEED: z.coerce.number().int().optional(),
});

export const testSettings = schema.parse(process.env);
