/** Messages a subscriber may be behind with before it counts as one that does not read. */
const MOST_WAITING = 500;

/**
 * What waits for one subscriber, in order. It is written by hand since an async generator cannot be
 * returned from while its `next()` is pending: an idle stream would never end.
 */
export class Mailbox<T> implements AsyncIterableIterator<T> {
  readonly #waiting: T[] = [];
  #reader: ((result: IteratorResult<T, undefined>) => void) | null = null;
  #ended = false;
  #onRoom: (() => void) | null = null;

  /**
   * @param onEnd called once, whoever ends it
   * @param onOverflow called when the subscriber is too far behind; the mailbox has ended by then
   */
  constructor(
    private readonly onEnd: () => void,
    private readonly onOverflow: () => void,
  ) {}

  push(message: T): void {
    if (this.#ended) return;
    const reader = this.#reader;
    if (reader) {
      this.#reader = null;
      reader({ value: message, done: false });
      return;
    }
    this.#waiting.push(message);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.length = 0;
      this.end();
      this.onOverflow();
    }
  }

  /** Resolves when there is room for more than one message, or the mailbox has ended. */
  async room(): Promise<void> {
    if (this.#ended || this.#waiting.length < MOST_WAITING / 2) return;
    await new Promise<void>((resolve) => {
      this.#onRoom = resolve;
    });
  }

  /** What waits already is still delivered. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd();
    this.#onRoom?.();
    this.#reader?.({ value: undefined, done: true });
    this.#reader = null;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    const message = this.#waiting.shift();
    if (this.#waiting.length < MOST_WAITING / 2) this.#onRoom?.();
    if (message !== undefined) return { value: message, done: false };
    if (this.#ended) return { value: undefined, done: true };
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#waiting.length = 0;
    this.end();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
