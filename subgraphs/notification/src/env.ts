import { z } from 'zod';

/** What this program was started with; services read it through `notificationEnv` alone. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;

/** Settings of the notification service. */
export const notificationEnv = z
  .object({
    SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be smtp://… or smtps://…' }).optional(),
    MAIL_DIR: z.string().default('.lyceum/outbox-mail'),
    MAIL_FROM: z.email().default('no-reply@lyceum.example'),
    MAIL_FROM_NAME: z.string().default('Lyceum'),
    PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:4000'),
    FRONTEND_URL: z
      .url({ protocol: /^https?$/, error: 'must be http://… or https://…' })
      .refine(isPlain, 'must have no user name, password, query or fragment')
      .optional(),
  })
  .transform((env) => ({
    smtpUrl: env.SMTP_URL ?? null,
    mailDirectory: env.MAIL_DIR,
    site: {
      publicUrl: withoutSlash(env.PUBLIC_URL),
      frontendUrl: env.FRONTEND_URL ? withoutSlash(env.FRONTEND_URL) : null,
    },
    from: { name: env.MAIL_FROM_NAME, address: env.MAIL_FROM },
  }));

/** Paths are put after it, and everybody reads it. */
function isPlain(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && !/[?#]/.test(address) && !url.username && !url.password;
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '');
}
