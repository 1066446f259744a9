import { z } from 'zod';

/** An id in the form the database gives back: ids are compared as text. */
export const uuid = z.uuid().toLowerCase();

/** Why someone overrode a rule, in words: 1 to 1,000 characters, without space around them. */
export const reasonText = z
  .string()
  .transform((text) =>
    text
      .replaceAll('\0', '')
      .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
      .trim(),
  )
  .pipe(z.string().min(1).max(1_000));

/** Text that people typed, without the two things that JSON may hold and PostgreSQL may not. */
export const typedText = (most: number) =>
  z
    .string()
    .max(most)
    .transform((text) => text.replaceAll('\0', '').replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
