import { z } from 'zod';
import { mediaEnv } from './media/media.env.js';

/** Settings of the course service. */
export const courseEnv = z.object({ ...mediaEnv.shape });

/** Where the service finds its settings when it runs as a program of its own. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;
