import { connectCountingRedis } from '@lyceum/platform/counting-redis';
import { LyceumError } from '@lyceum/platform/errors';
import { networkOf } from '@lyceum/platform/network';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Viewer } from '@lyceum/platform/viewer';
import type { FieldBudget } from './field-budgets.js';
import { createLimiter, type Limiter, type Standing } from './limiter.js';

const WINDOW_SECONDS = 60;

export interface RateLimitSettings {
  /** Points of cost a minute for one person; 0 for no limit. */
  readonly viewerPoints: number;
  /** The same for all from one place on the network who have not signed in. */
  readonly networkPoints: number;
  /** By the budget's name: takes the place of what the subgraph says. */
  readonly fieldBudgets: ReadonlyMap<string, Pick<FieldBudget, 'tries' | 'seconds'>>;
}

/** Fields of one budget in an operation. */
export interface Tries {
  readonly budget: FieldBudget;
  readonly count: number;
}

/** Who is charged. */
export interface Charged {
  readonly viewer: Viewer;
  readonly network: string | null;
}

export interface RateLimits {
  /**
   * Charges an operation before it is executed; one that is refused is charged as well.
   * @returns what remains of the caller's points; null where there is no limit
   * @throws RATE_LIMITED with retryAfterSeconds
   */
  charge(who: Charged, cost: number, tries: readonly Tries[]): Promise<Standing | null>;
  close(): void;
}

export class RateLimited extends LyceumError {
  constructor(
    readonly standing: Standing,
    budget?: string,
  ) {
    super('RATE_LIMITED', 'Too much was asked for. Wait a little.', {
      retryAfterSeconds: standing.resetSeconds,
      ...(budget === undefined ? {} : { budget }),
    });
  }
}

export function createRateLimits(options: {
  settings: RateLimitSettings;
  redisUrl: string | null;
  log: Logger;
}): RateLimits {
  const { settings, redisUrl, log } = options;
  const redis = redisUrl ? connectCountingRedis(redisUrl, log) : null;
  const perMinute = (name: string, points: number): Limiter | null =>
    points === 0 ? null : createLimiter(redis, { name, points, seconds: WINDOW_SECONDS });
  const viewers = perMinute('viewer', settings.viewerPoints);
  const networks = perMinute('network', settings.networkPoints);
  const budgets = new Map<string, Limiter>();

  function limiterOf(declared: FieldBudget): Limiter {
    const { name } = declared;
    const { tries, seconds } = settings.fieldBudgets.get(name) ?? declared;
    const key = `field:${name}:${tries}/${seconds}`;
    let limiter = budgets.get(key);
    if (!limiter) {
      budgets.set(key, (limiter = createLimiter(redis, { name: key, points: tries, seconds })));
    }
    return limiter;
  }

  return {
    async charge({ viewer, network }, cost, tries) {
      const place = network === null ? 'unknown' : networkOf(network);
      for (const { budget, count } of tries) {
        const standing = await limiterOf(budget).consume(place, count);
        if (standing.isSpent) throw new RateLimited(standing, budget.name);
      }
      const standing =
        viewer.kind === 'person'
          ? await viewers?.consume(viewer.userId, cost)
          : await networks?.consume(place, cost);
      if (standing?.isSpent) throw new RateLimited(standing);
      return standing ?? null;
    },
    close: () => redis?.disconnect(),
  };
}
