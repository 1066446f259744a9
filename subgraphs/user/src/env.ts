import { z } from 'zod';

/** The user service has no settings of its own yet. */
export const userEnv = z.object({});

/** Where the service finds its settings when it runs as a program of its own. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;
