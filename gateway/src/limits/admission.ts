import { GraphQLError } from 'graphql';
import type { Standing } from './limiter.js';
import { RateLimited, type Charged, type RateLimits, type Tries } from './rate-limits.js';
import type { Variables } from './cost-program.js';

/** What an operation amounts to, known before it is executed. */
export interface Price {
  /** @throws BAD_USER_INPUT where a list needs exactly one argument that says its length */
  readonly cost: (variables: Variables) => number;
  readonly tries: readonly Tries[];
}

/** Who is admitted; hears what remains of their points, where that is of use to them. */
export interface Admitted extends Charged {
  readonly onStanding?: (standing: Standing) => void;
}

/** Lets operations be executed that cost no more than one may, by who has points left. */
export interface Admission {
  /** @throws OPERATION_TOO_EXPENSIVE, RATE_LIMITED */
  admit(price: Price, variables: Variables, who: Admitted): Promise<void>;
  /** Operations that come together are held to the limit of one. @throws OPERATION_TOO_EXPENSIVE */
  holdTogether(costs: readonly number[]): void;
}

/** @param costLimit most that one operation may cost */
export function createAdmission(costLimit: number, rateLimits: RateLimits): Admission {
  function hold(cost: number): void {
    if (cost <= costLimit) return;
    throw new GraphQLError(`This may cost ${cost}; the limit is ${costLimit}. Ask for less.`, {
      extensions: { code: 'OPERATION_TOO_EXPENSIVE', cost, max: costLimit },
    });
  }

  return {
    async admit(price, variables, who) {
      const cost = price.cost(variables);
      try {
        // To look at it is work, even where it asks for nothing or too much.
        const points = Math.min(Math.max(1, cost), costLimit);
        const standing = await rateLimits.charge(who, points, price.tries);
        if (standing) who.onStanding?.(standing);
      } catch (error) {
        if (error instanceof RateLimited) who.onStanding?.(error.standing);
        throw error;
      }
      hold(cost);
    },
    holdTogether: (costs) => hold(costs.reduce((sum, cost) => sum + cost, 0)),
  };
}
