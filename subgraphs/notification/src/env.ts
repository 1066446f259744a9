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
  })
  .transform((env) => ({
    smtpUrl: env.SMTP_URL ?? null,
    mailDirectory: env.MAIL_DIR,
    from: { name: env.MAIL_FROM_NAME, address: env.MAIL_FROM },
  }));
