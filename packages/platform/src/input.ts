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
  const { path, code, message } = closest(result.error.issues[0]!);
  throw badInput(
    [argument, ...path.map((part) => (typeof part === 'symbol' ? String(part) : part))],
    code.toUpperCase(),
    message,
  );
}

type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'> & { code: string };

/** Of a union no alternative fits: what is wrong with the one that went furthest says most. */
function closest(issue: z.core.$ZodIssue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const [best] = issue.errors
    .flatMap((alternative) => alternative.slice(0, 1).map(closest))
    .toSorted((a, b) => b.path.length - a.path.length);
  if (!best || best.path.length === 0) return issue;
  return { ...best, path: [...issue.path, ...best.path] };
}
