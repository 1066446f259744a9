/**
 * Why a fetch brought nothing.
 * - `unreachable`: there was no connection, or it broke before the answer began
 * - `busy`: 502, 503 or 504 instead of an answer
 * - `failed`: an answer that is none: another status, half of one, no GraphQL
 * - `timed-out`: no answer within the time that the subgraph has
 * - `cancelled`: nobody waits for the answer any more
 * - `not-asked`: the subgraph is known not to answer, or has enough to do
 */
export type FailureKind =
  'unreachable' | 'busy' | 'failed' | 'timed-out' | 'cancelled' | 'not-asked';

/** A subgraph did not answer. The message is for operators, not for clients. */
export class SubgraphFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'SubgraphFailure';
  }
}

/** What else is thrown is a fault, of which nothing is known. */
export function kindOf(error: unknown): FailureKind {
  return error instanceof SubgraphFailure ? error.kind : 'failed';
}
