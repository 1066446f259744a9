import { z } from 'zod';

/** Progress has no settings of its own. */
export const progressEnv = z.object({});

/** Where the service finds the platform's settings when it runs as a program of its own. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;
