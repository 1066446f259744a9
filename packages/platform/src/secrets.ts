import { z } from 'zod';

/** Shorter secrets can be guessed. */
export const LEAST_SECRET_LENGTH = 32;
/** Fewer different characters than any random secret of that length has, in whatever alphabet. */
const LEAST_DISTINCT = 8;
/** What stands in examples, to be replaced. */
const KNOWN =
  /change[-_ ]?(me|this|it)|placeholder|password|example|default|insecure|your[-_ ]?(own[-_ ]?)?secret|supersecret|topsecret|abcdefgh|qwerty|12345678|deadbeef/i;
/** A piece that comes again and again, such as `secretsecretsecret…`. */
const REPEATED = /^(.{1,16}?)\1+.{0,15}$/;

/** Why a secret could be guessed; null when nothing speaks against it. */
export function weaknessOf(secret: string): string | null {
  if (secret.length < LEAST_SECRET_LENGTH) return `must have ${LEAST_SECRET_LENGTH} characters`;
  if (new Set(secret).size < LEAST_DISTINCT) return 'consists of a few characters only';
  if (REPEATED.test(secret)) return 'repeats itself';
  if (KNOWN.test(secret)) return 'looks like an example';
  return null;
}

/**
 * A secret among a program's settings.
 * @param use what it is for, as the end of a sentence
 */
export function secretSetting(use: string): z.ZodType<string, string> {
  return z.string().superRefine((secret, context) => {
    const weakness = weaknessOf(secret);
    if (!weakness) return;
    const message = `${weakness}: ${use} (openssl rand -hex 32 makes one)`;
    context.addIssue({ code: 'custom', message });
  });
}
