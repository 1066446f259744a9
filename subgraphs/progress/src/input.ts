import { z } from 'zod';

/** An id in the form the database gives back: ids are compared as text. */
export const uuid = z.uuid().toLowerCase();

/** Text that people typed, without the two things that JSON may hold and PostgreSQL may not. */
export const typedText = (most: number) =>
  z
    .string()
    .max(most)
    .transform((text) => text.replaceAll('\0', '').replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
