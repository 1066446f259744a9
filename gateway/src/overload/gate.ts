import { LyceumError } from '@lyceum/platform/errors';
import pLimit from 'p-limit';
import { Pace } from './pace.js';

/** Those who are refused come back after so many seconds, not all at once. */
const AGAIN_SECONDS = { least: 1, most: 3 };
/** Begun as they are read, in one turn of the event loop; more of them when all is read. */
const MOST_AT_ONCE = 16;

export interface GateOptions {
  mostAtATime: number;
  mostWaiting: number;
  longestWaitMs: number;
  onRefused?: (why: 'full' | 'late') => void;
}

/**
 * Lets so many in at a time, and so many wait for a moment; whoever comes beyond that is refused at
 * once, so that what was let in stays fast.
 */
export class Gate {
  readonly #limit;
  readonly #pace = new Pace(MOST_AT_ONCE);

  constructor(private readonly options: GateOptions) {
    this.#limit = pLimit(options.mostAtATime);
  }

  /** Whether whoever comes now is refused. */
  get isFull(): boolean {
    return !this.#isOpen && this.#limit.pendingCount >= this.options.mostWaiting;
  }

  get underWay(): number {
    return this.#limit.activeCount;
  }

  /** How long those who were let in wait until they begin, in milliseconds. */
  get behindMs(): number {
    return this.#pace.behindMs;
  }

  get width(): number {
    return this.#limit.concurrency;
  }

  /** How many are let in at a time from now on. */
  set width(mostAtATime: number) {
    if (mostAtATime !== this.#limit.concurrency) this.#limit.concurrency = mostAtATime;
  }

  /** @throws SERVICE_UNAVAILABLE with the reason OVERLOADED; the work has not begun then */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const inTurn = async () => {
      await this.#pace.turn();
      return work();
    };
    if (this.#isOpen) return this.#limit(inTurn);
    if (this.isFull) throw this.refusal('full');
    return new Promise<T>((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        reject(this.refusal('late'));
      }, this.options.longestWaitMs);
      void this.#limit(async () => {
        if (isLate) return;
        clearTimeout(timer);
        await inTurn().then(resolve, reject);
      });
    });
  }

  /** What is said to whoever is refused. */
  refusal(why: 'full' | 'late'): LyceumError {
    this.options.onRefused?.(why);
    const { least, most } = AGAIN_SECONDS;
    return new LyceumError('SERVICE_UNAVAILABLE', 'Too much is going on. Try again in a moment.', {
      reason: 'OVERLOADED',
      retryAfterSeconds: least + Math.floor(Math.random() * (most - least + 1)),
    });
  }

  get #isOpen(): boolean {
    return this.#limit.activeCount < this.#limit.concurrency;
  }
}
