import { z } from 'zod';

/**
 * A language tag after BCP 47, such as `en` or `pt-BR`; parsed into its canonical form
 * (`EN-us` becomes `en-US`).
 */
export const localeSchema = z
  .string()
  .max(35)
  .transform((text, context) => {
    try {
      const [canonical] = Intl.getCanonicalLocales(text);
      if (canonical) return canonical;
    } catch {
      // A RangeError: said below.
    }
    context.addIssue({
      code: 'custom',
      message: 'Not a language tag after BCP 47, such as en-US.',
    });
    return z.NEVER;
  });

/** A time zone of the IANA database, such as `Europe/Berlin`. Offsets such as `+02:00` are none. */
export const timeZoneSchema = z
  .string()
  .max(64)
  .refine(isTimeZone, 'Not a time zone of the IANA database, such as Europe/Berlin.');

function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
