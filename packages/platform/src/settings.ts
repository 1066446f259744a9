import { z } from 'zod';

/** Settings that are not acceptable; the message lists each, one a line, without its value. */
export class SettingsError extends Error {}

/**
 * Parses a program's settings once, at its start.
 * @throws SettingsError naming every variable that is missing or wrong
 */
export function parseSettings<T>(
  schema: z.ZodType<T>,
  settings: Readonly<Record<string, string | undefined>>,
  program: string,
): T {
  // An empty variable means the same as none, as in compose files.
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new SettingsError([`Settings of ${program} that need mending:`, ...lines].join('\n'));
}

/** `on` or `off`, as a boolean. */
export const onOff = z.enum(['on', 'off']).transform((value) => value === 'on');
