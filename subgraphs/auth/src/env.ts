import { secretSetting } from '@lyceum/platform/secrets';
import { z } from 'zod';

const count = (initial: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(initial);

/** The settings of auth; the README says what each means. */
export const authEnv = z
  .object({
    AUTH_SECRET: secretSetting('what keys are sealed and codes are signed with'),
    ORGANIZATION_FOUNDING: z.enum(['open', 'closed']).default('open'),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
    ARGON2_MEMORY_KIB: count(19_456, 1024, 4_194_304),
    ARGON2_ITERATIONS: count(2, 1, 100),
    ARGON2_CONCURRENCY: count(2, 1, 64),
    SESSION_IDLE_DAYS: count(30, 1, 365),
    SESSION_MAX_DAYS: count(180, 1, 3650),
    LOGIN_TRIES_PER_ACCOUNT_AND_NETWORK: count(10, 1, 1_000_000),
    LOGIN_TRIES_PER_ACCOUNT: count(100, 1, 1_000_000),
    LOGIN_TRIES_PER_NETWORK: count(200, 1, 1_000_000),
    REGISTRATIONS_PER_NETWORK: count(1000, 1, 1_000_000),
  })
  .transform((env) => ({
    secret: env.AUTH_SECRET,
    foundingOpen: env.ORGANIZATION_FOUNDING === 'open',
    redisUrl: env.REDIS_URL ?? null,
    passwordHashing: {
      memoryKib: env.ARGON2_MEMORY_KIB,
      iterations: env.ARGON2_ITERATIONS,
      concurrency: env.ARGON2_CONCURRENCY,
    },
    sessions: { idleDays: env.SESSION_IDLE_DAYS, maxDays: env.SESSION_MAX_DAYS },
    tries: {
      loginsPerAccountAndNetwork: env.LOGIN_TRIES_PER_ACCOUNT_AND_NETWORK,
      loginsPerAccount: env.LOGIN_TRIES_PER_ACCOUNT,
      loginsPerNetwork: env.LOGIN_TRIES_PER_NETWORK,
      registrationsPerNetwork: env.REGISTRATIONS_PER_NETWORK,
    },
  }));

export type AuthEnv = z.infer<typeof authEnv>;

/** Where the service finds its settings when it runs as a program of its own. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;
