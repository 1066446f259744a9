import { z } from 'zod';

/** The analytics service has no settings of its own so far. */
export const analyticsEnv = z.object({});
