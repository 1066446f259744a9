import { GraphQLError } from 'graphql';
import type { Standing } from './limiter.js';
import type { Limits } from './limit-settings.js';
import { RateLimited, type Charged, type RateLimits, type Tries } from './rate-limits.js';
import type { Variables } from './cost-program.js';

/** What an operation amounts to, known before it is executed. */
export interface Price {
  /** @throws BAD_USER_INPUT where a list needs exactly one argument that says its length */
  readonly cost: (variables: Variables) => number;
  readonly tries: readonly Tries[];
  /** Whether all has been done that has to be done once for it. */
  readonly isPlanned: () => boolean;
}

/** Who is admitted; hears what remains of their points, where that is of use to them. */
export interface Admitted extends Charged {
  readonly onStanding?: (standing: Standing) => void;
}

/** Lets operations be executed that cost no more than one may, by who has points left. */
export interface Admission {
  /** @throws OPERATION_TOO_EXPENSIVE, RATE_LIMITED */
  admit(price: Price, variables: Variables, who: Admitted): Promise<void>;
  /** Charges for a text that was read and refused. @throws RATE_LIMITED */
  chargeText(who: Admitted): Promise<void>;
  /** Operations that come together are held to the limit of one. @throws OPERATION_TOO_EXPENSIVE */
  holdTogether(costs: readonly number[]): void;
}

/**
 * @param costLimit most that one operation may cost
 * @param newText points for a text that was not known, beside what it costs
 */
export function createAdmission(
  { cost: costLimit, newText }: Pick<Limits, 'cost' | 'newText'>,
  rateLimits: RateLimits,
): Admission {
  async function charge(who: Admitted, points: number, tries: readonly Tries[]): Promise<void> {
    try {
      const standing = await rateLimits.charge(who, points, tries);
      if (standing) who.onStanding?.(standing);
    } catch (error) {
      if (error instanceof RateLimited) who.onStanding?.(error.standing);
      throw error;
    }
  }

  function hold(cost: number): void {
    if (cost <= costLimit) return;
    throw new GraphQLError(`This may cost ${cost}; the limit is ${costLimit}. Ask for less.`, {
      extensions: { code: 'OPERATION_TOO_EXPENSIVE', cost, max: costLimit },
    });
  }

  return {
    async admit(price, variables, who) {
      const cost = price.cost(variables);
      // To look at it is work, even where it asks for nothing or too much.
      const points = Math.min(Math.max(1, cost), costLimit);
      await charge(who, price.isPlanned() ? points : points + newText, price.tries);
      hold(cost);
    },
    chargeText: (who) => charge(who, Math.max(1, newText), []),
    holdTogether: (costs) => hold(costs.reduce((sum, cost) => sum + cost, 0)),
  };
}
