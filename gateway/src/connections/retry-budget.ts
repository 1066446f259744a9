/** Retries that may come at once, after a time with few. */
const MOST_SAVED = 10;

/**
 * Bounds retries to a part of all fetches, so that they cannot multiply the load of a subgraph that
 * is down already: each fetch adds a part of a retry, each retry takes a whole one.
 */
export class RetryBudget {
  #saved = MOST_SAVED;

  /** @param share retries per fetch, such as 0.1 */
  constructor(private readonly share: number) {}

  fetched(): void {
    this.#saved = Math.min(MOST_SAVED, this.#saved + this.share);
  }

  /** Whether there is one left; if so, it is spent. */
  take(): boolean {
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }
}
