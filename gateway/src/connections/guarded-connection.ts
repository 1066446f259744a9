import { setTimeout as pause } from 'node:timers/promises';
import type {
  SubgraphConnection,
  SubgraphRequest,
  SubgraphResponse,
} from '@lyceum/platform/subgraph';
import { Stop, type StopSignal } from '@lyceum/platform/stop-signal';
import { backoff } from '@lyceum/platform/wait';
import { CIRCUIT, Circuit, type CircuitOptions, type CircuitStateName } from './circuit.js';
import { RetryBudget } from './retry-budget.js';
import { kindOf, SubgraphFailure } from './subgraph-failure.js';

const RETRIES = 2;
const RETRIES_PER_FETCH = 0.1;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

export interface GuardOptions {
  /** Milliseconds for one fetch, retries included. */
  timeoutMs: number;
  /** Fetches that may be under way at a time: a slow subgraph is not to hold all operations. */
  mostAtATime: number;
  circuit?: CircuitOptions;
  onCircuit?: (state: CircuitStateName) => void;
  onRetry?: () => void;
}

/** What is known of a fetch besides its request. */
export interface FetchTraits {
  /** It changes data: it is asked for once, and not cut off. */
  readonly isMutation: boolean;
  /** It waits for its turn however many are under way: their number is bounded where they come from. */
  readonly isPatient: boolean;
}

/**
 * Asks one subgraph, within bounds: a time for each fetch, so many at a time, some retries of what
 * may be repeated, and none at all while the subgraph is known not to answer.
 */
export class GuardedConnection {
  readonly #circuit: Circuit;
  readonly #budget = new RetryBudget(RETRIES_PER_FETCH);
  #underWay = 0;

  constructor(
    private readonly connection: SubgraphConnection,
    private readonly options: GuardOptions,
  ) {
    const { circuit = CIRCUIT, onCircuit = () => undefined } = options;
    this.#circuit = new Circuit(connection.name, circuit, onCircuit);
  }

  get circuit(): CircuitStateName {
    return this.#circuit.state;
  }

  /**
   * @param request its signal ends the waiting. What changes data is not cut off by it: it goes on
   *   until it is answered or its time is over, because to hang up would not undo it
   * @throws SubgraphFailure
   */
  async ask(
    request: SubgraphRequest,
    { isMutation, isPatient }: FetchTraits,
  ): Promise<SubgraphResponse> {
    const { signal } = request;
    if (signal?.aborted) throw this.#failure('not-asked', 'is not needed any more');
    if (this.#underWay >= this.options.mostAtATime && !isPatient) {
      throw this.#failure('not-asked', 'has enough to do');
    }
    // A fetch that tries whether the subgraph is back says so, whether or not its client stays.
    const isDetached = isMutation || this.#circuit.state !== 'closed';
    const answer = this.#askAgain(request, isMutation, isDetached ? undefined : signal);
    if (!isDetached || !signal) return answer;
    return this.#unlessStopped(signal, answer);
  }

  async #askAgain(
    request: SubgraphRequest,
    isMutation: boolean,
    signal: StopSignal | undefined,
  ): Promise<SubgraphResponse> {
    const until = performance.now() + this.options.timeoutMs;
    this.#budget.fetched();
    this.#underWay += 1;
    try {
      for (let tries = 1; ; tries += 1) {
        try {
          return await this.#circuit.run(() => this.#askOnce(request, until, signal));
        } catch (error) {
          const mayRepeat = !isMutation && ['unreachable', 'busy'].includes(kindOf(error));
          const ms = backoff(tries, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
          const isTime = performance.now() + ms < until;
          if (!mayRepeat || tries > RETRIES || !isTime || !this.#budget.take()) throw error;
          this.options.onRetry?.();
          await this.#unlessStopped(signal, pause(ms));
        }
      }
    } finally {
      this.#underWay -= 1;
    }
  }

  /** @param until by performance.now() */
  #askOnce(
    request: SubgraphRequest,
    until: number,
    signal: StopSignal | undefined,
  ): Promise<SubgraphResponse> {
    return new Promise((resolve, reject) => {
      const own = new Stop();
      const giveUp = (failure: SubgraphFailure): void => {
        reject(failure);
        own.abort(failure);
      };
      const onAbort = () => giveUp(this.#cancelled());
      const onTimeout = () =>
        giveUp(this.#failure('timed-out', `took more than ${this.options.timeoutMs} ms`));
      const timer = setTimeout(onTimeout, Math.max(1, until - performance.now()));
      signal?.addEventListener('abort', onAbort);
      const settled = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      this.connection
        .execute({ ...request, signal: own })
        .finally(settled)
        .then(resolve, reject);
    });
  }

  /** The outcome of the work, or a failure as soon as the signal is aborted; the work itself goes on. */
  #unlessStopped<T>(signal: StopSignal | undefined, work: Promise<T>): Promise<T> {
    if (!signal) return work;
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(this.#cancelled());
      signal.addEventListener('abort', onAbort);
      void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  #cancelled(): SubgraphFailure {
    return this.#failure('cancelled', 'was not waited for');
  }

  #failure(kind: SubgraphFailure['kind'], what: string): SubgraphFailure {
    return new SubgraphFailure(kind, `${this.connection.name} ${what}`);
  }
}
