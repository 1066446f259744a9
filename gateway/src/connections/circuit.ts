import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  CountBreaker,
  ExponentialBackoff,
  handleWhen,
  noJitterGenerator,
  type IBreaker,
} from 'cockatiel';
import { kindOf, SubgraphFailure } from './subgraph-failure.js';

/** When a subgraph is taken to be down, and when it is tried again. */
export interface CircuitOptions {
  /** Failures one after the other that open the circuit. */
  failures: number;
  /** Of the last hundred fetches, at least twenty: the part that opens it when it has failed. */
  share: number;
  /** Milliseconds until the first try; doubled with each that fails, up to `mostMs`. */
  againMs: number;
  mostMs: number;
}

export const CIRCUIT: CircuitOptions = { failures: 5, share: 0.5, againMs: 1_000, mostMs: 15_000 };

/** As numbers of the metric. */
export const CIRCUIT_STATES = { closed: 0, trying: 1, open: 2 } as const;
export type CircuitStateName = keyof typeof CIRCUIT_STATES;

/** Keeps fetches from a subgraph that does not answer, but for one at a time that tries it. */
export class Circuit {
  readonly #policy;

  constructor(
    private readonly name: string,
    options: CircuitOptions,
    onChange: (state: CircuitStateName) => void,
  ) {
    this.#policy = circuitBreaker(
      handleWhen((error) => kindOf(error) !== 'cancelled'),
      {
        breaker: new Either([
          new ConsecutiveBreaker(options.failures),
          new CountBreaker({ threshold: options.share, size: 100, minimumNumberOfCalls: 20 }),
        ]),
        halfOpenAfter: new ExponentialBackoff({
          initialDelay: options.againMs,
          maxDelay: options.mostMs,
          exponent: 2,
          generator: noJitterGenerator,
        }),
      },
    );
    this.#policy.onStateChange(() => onChange(this.state));
  }

  get state(): CircuitStateName {
    const { state } = this.#policy;
    if (state === CircuitState.Closed) return 'closed';
    return state === CircuitState.HalfOpen ? 'trying' : 'open';
  }

  /** @throws SubgraphFailure `not-asked` at once when the subgraph is known not to answer */
  async run<T>(fetch: () => Promise<T>): Promise<T> {
    // The library would let others wait for the outcome of the one that tries.
    if (this.state === 'trying') throw this.#refusal();
    let began = false;
    try {
      return await this.#policy.execute(() => {
        began = true;
        return fetch();
      });
    } catch (error) {
      throw began ? error : this.#refusal();
    }
  }

  #refusal(): SubgraphFailure {
    return new SubgraphFailure('not-asked', `${this.name} is known not to answer`);
  }
}

/** Opens as soon as one of several would. */
class Either implements IBreaker {
  constructor(private readonly breakers: readonly IBreaker[]) {}

  get state(): unknown {
    return this.breakers.map((breaker) => breaker.state);
  }

  set state(states: unknown) {
    this.breakers.forEach((breaker, i) => (breaker.state = (states as unknown[])[i]));
  }

  success(state: CircuitState): void {
    for (const breaker of this.breakers) breaker.success(state);
  }

  failure(state: CircuitState): boolean {
    return this.breakers.map((breaker) => breaker.failure(state)).some(Boolean);
  }
}
