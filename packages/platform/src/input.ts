import type { z } from 'zod';
import { badInput } from './errors.js';

/**
 * Parses an argument by a schema.
 * @param argument the argument's name, first in the error's path
 * @throws BAD_USER_INPUT for the first thing wrong, with its path and reason
 */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, argument = 'input'): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw badInput(
    [
      argument,
      ...(issue?.path ?? []).map((part) => (typeof part === 'symbol' ? String(part) : part)),
    ],
    (issue?.code ?? 'invalid').toUpperCase(),
    issue?.message ?? 'Not acceptable.',
  );
}
