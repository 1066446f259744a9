import { AsyncLocalStorage } from 'node:async_hooks';

/** What ties log lines and events to the client's request that began it all. */
export interface Correlation {
  /** The same for a request and for everything it leads to, over all services. */
  readonly correlationId: string;
  /** The event being handled, if the work was started by one. */
  readonly causationId: string | null;
}

const storage = new AsyncLocalStorage<Correlation>();

/**
 * Runs `work` so that everything it calls, also later and asynchronously, sees this correlation.
 * Up to Node 22 its first use makes every promise of the process dearer, from then on: the gateway
 * passes its correlations on as parameters.
 */
export function withCorrelation<R>(correlation: Correlation, work: () => R): R {
  return storage.run(correlation, work);
}

export function currentCorrelation(): Correlation | undefined {
  return storage.getStore();
}
