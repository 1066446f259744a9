import { secretSetting } from '@lyceum/platform/secrets';
import { z } from 'zod';

/** What this program was started with; services read it through `billingEnv` alone. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;

/** Settings of the billing service. */
export const billingEnv = z
  .object({
    NODE_ENV: z.string().default('development'),
    PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:4000'),
    PAYMENT_PROVIDER: z.enum(['test', 'none']).optional(),
    PAYMENT_TEST_SECRET: secretSetting('what signs the webhooks of the test provider').optional(),
    CHECKOUT_EXPIRES_MINUTES: z.coerce.number().int().min(1).max(1440).default(60),
  })
  .transform((env) => ({
    publicUrl: env.PUBLIC_URL.replace(/\/+$/, ''),
    // In production nobody gets courses for pretended money, unless someone says so.
    provider: env.PAYMENT_PROVIDER ?? (env.NODE_ENV === 'production' ? 'none' : 'test'),
    testSecret: env.PAYMENT_TEST_SECRET,
    checkoutExpiresMs: env.CHECKOUT_EXPIRES_MINUTES * 60_000,
  }));

export type BillingEnv = z.infer<typeof billingEnv>;
