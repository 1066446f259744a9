import { z } from 'zod';

/** Slugs that stand for something else in addresses, or would pass for us. */
const RESERVED_SLUGS = new Set([
  ...['admin', 'administrator', 'api', 'app', 'assets', 'auth', 'graphql', 'health', 'help'],
  ...['login', 'logout', 'lyceum', 'mail', 'media', 'metrics', 'pay', 'register', 'root'],
  ...['static', 'status', 'support', 'system', 'uploads', 'webhooks', 'well-known', 'www'],
]);

/** An e-mail address as it is stored and compared: without spaces around it and in lower case. */
export const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email());

/** An organization's short name, as someone writes it who wants to join. */
export const writtenSlugSchema = z
  .string()
  .trim()
  .toLowerCase()
  .min(3)
  .max(63)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Letters a–z, digits, and single hyphens between them.');

/** A short name for a new organization. */
export const slugSchema = writtenSlugSchema.refine(
  (slug) => !RESERVED_SLUGS.has(slug),
  'This one is reserved.',
);

/** What people and organizations are called: one line of anything printable. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'Without line breaks or control characters.');
