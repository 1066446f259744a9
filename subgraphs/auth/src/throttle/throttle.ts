import { connectCountingRedis } from '@lyceum/platform/counting-redis';
import { rateLimited } from '@lyceum/platform/errors';
import { networkOf } from '@lyceum/platform/network';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Redis } from 'ioredis';
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import type { Secrets } from '../secrets.js';

export interface Tries {
  /** Failed logins to one account from one network, in 15 minutes. */
  loginsPerAccountAndNetwork: number;
  /** Failed logins to one account from networks it has never been used from, in a day. */
  loginsPerAccount: number;
  /** Failed logins from one network, to whatever accounts, in 15 minutes. */
  loginsPerNetwork: number;
  /** Registrations from one network, in an hour. */
  registrationsPerNetwork: number;
}

/** A try that was let through and counted. */
export interface Try {
  /** It was no guess: gives back what it counted. */
  succeeded(): Promise<void>;
}

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/**
 * Counts tries, so that guessing is slow. Each try is counted before the password is looked at: many
 * at the same time get no further than one after another.
 *
 * A stranger who fails often blocks an account only for strangers: a network from which the owner has
 * signed in before has a count of its own, which only tries from that network fill.
 */
export class Throttle {
  readonly #redis: Redis | null;
  readonly #pair: RateLimiterAbstract;
  readonly #account: RateLimiterAbstract;
  readonly #network: RateLimiterAbstract;
  readonly #registration: RateLimiterAbstract;

  constructor(
    private readonly secrets: Secrets,
    tries: Tries,
    redisUrl: string | null,
    log: Logger,
  ) {
    this.#redis = redisUrl ? connectCountingRedis(redisUrl, log) : null;
    this.#pair = this.#limiter('login', tries.loginsPerAccountAndNetwork, 15 * MINUTE);
    this.#account = this.#limiter('login-account', tries.loginsPerAccount, DAY);
    this.#network = this.#limiter('login-network', tries.loginsPerNetwork, 15 * MINUTE);
    this.#registration = this.#limiter('register', tries.registrationsPerNetwork, 60 * MINUTE);
  }

  /**
   * @param familiar whether the account's owner has signed in from this network before
   * @throws RATE_LIMITED
   */
  async login(email: string, address: string | null, familiar: boolean): Promise<Try> {
    const network = address === null ? null : networkOf(address);
    const counted: [RateLimiterAbstract, string][] = [
      [this.#pair, this.#key(email, network ?? '')],
    ];
    if (!familiar) counted.push([this.#account, this.#key(email)]);
    if (network !== null) counted.push([this.#network, this.#key(network)]);
    for (const [limiter, key] of counted) await consume(limiter, key);
    return {
      succeeded: async () => {
        const [pair, ...others] = counted;
        await Promise.all([
          pair?.[0].delete(pair[1]),
          ...others.map(([limiter, key]) => limiter.reward(key)),
        ]);
      },
    };
  }

  /** @throws RATE_LIMITED */
  async registration(address: string | null): Promise<void> {
    if (address !== null) await consume(this.#registration, this.#key(networkOf(address)));
  }

  async close(): Promise<void> {
    this.#redis?.disconnect();
  }

  /** Redis sees neither addresses nor networks. */
  #key(...parts: string[]): string {
    return this.secrets.mac('throttle', parts.join('\n')).toString('base64url');
  }

  #limiter(name: string, points: number, duration: number): RateLimiterAbstract {
    const options = { keyPrefix: `lyceum:auth:${name}`, points, duration };
    const memory = new RateLimiterMemory(options);
    if (!this.#redis) return memory;
    // While Redis is away, each process counts for itself.
    return new RateLimiterRedis({ ...options, storeClient: this.#redis, insuranceLimiter: memory });
  }
}

async function consume(limiter: RateLimiterAbstract, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw rateLimited(Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)));
  }
}
