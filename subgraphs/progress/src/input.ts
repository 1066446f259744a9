import { z } from 'zod';

/** An id in the form the database gives back: ids are compared as text. */
export const uuid = z.uuid().toLowerCase();
