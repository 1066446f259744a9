/** Attempts at a quiz that staff gave one learner. */
export interface Grant {
  readonly attempts: number;
  /** How many attempts the learner had made by then. */
  readonly attemptsMade: number;
}

/** Of one grant. */
export const MAX_ATTEMPTS_PER_GRANT = 100;
/** Of all grants for one quiz and learner. */
export const MAX_ATTEMPTS_GRANTED = 1_000;

/** The largest number that GraphQL's Int can say. */
const LARGEST = 2 ** 31 - 1;

/**
 * How often a learner may submit a quiz. A grant comes on top of what was allowed or had been made by
 * then, whichever is more: a teacher who grants one attempt gives one attempt, also after the author
 * has lowered the limit below what the learner had made.
 * @param limit what the author of the quiz allows; null for as often as one likes
 * @param grants in the order in which they were given
 */
export function attemptsAllowed(limit: number | null, grants: readonly Grant[]): number | null {
  if (limit === null) return null;
  return grants.reduce(
    (allowed, grant) => Math.min(LARGEST, Math.max(allowed, grant.attemptsMade) + grant.attempts),
    limit,
  );
}

/** How many attempts are left; null for as many as one likes. */
export function attemptsLeft(allowed: number | null, made: number): number | null {
  return allowed === null ? null : Math.max(0, allowed - made);
}

export const GRANT_REFUSALS = {
  ATTEMPTS_UNLIMITED: 'This quiz may be submitted as often as the learner likes.',
  TOO_MANY_GRANTED: `A learner can be granted at most ${MAX_ATTEMPTS_GRANTED} attempts at a quiz.`,
} as const;
export type GrantRefusal = keyof typeof GRANT_REFUSALS;

/** Why a quiz cannot be given further attempts; null when it can. */
export function grantRefusal(
  limit: number | null,
  grants: readonly Grant[],
  attempts: number,
): GrantRefusal | null {
  if (limit === null) return 'ATTEMPTS_UNLIMITED';
  const granted = grants.reduce((total, grant) => total + grant.attempts, attempts);
  return granted > MAX_ATTEMPTS_GRANTED ? 'TOO_MANY_GRANTED' : null;
}
