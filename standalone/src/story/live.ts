import type { GraphClient } from '../graph-client.js';

const PATIENCE_MS = 15_000;

interface Waiting<T> {
  take(message: T): boolean;
  fail(error: Error): void;
}

/** A subscription whose messages are kept, and can be waited for. */
export class Live<T> {
  readonly messages: T[] = [];
  readonly #waiting = new Set<Waiting<T>>();
  #end: () => void = () => undefined;
  #error: Error | null = null;

  /**
   * @param pick the field out of the data
   * @param onMessage told of each message as it comes
   */
  static async open<D, T>(
    client: GraphClient,
    subscription: { query: string; variables?: Record<string, unknown>; pick: (data: D) => T },
    onMessage: (message: T) => void = () => undefined,
  ): Promise<Live<T>> {
    const live = new Live<T>();
    live.#end = client.subscribe<D>(
      subscription.query,
      subscription.variables ?? {},
      (data) => {
        const message = subscription.pick(data);
        live.messages.push(message);
        onMessage(message);
        for (const waiting of live.#waiting) {
          if (waiting.take(message)) live.#waiting.delete(waiting);
        }
      },
      (error) => live.#fail(error instanceof Error ? error : new Error(JSON.stringify(error))),
    );
    await client.listening();
    return live;
  }

  /** The first message, come already or still to come, that fits. */
  async until(
    what: string,
    fits: (message: T) => boolean,
    patienceMs: number = PATIENCE_MS,
  ): Promise<T> {
    const known = this.messages.find(fits);
    if (known !== undefined) return known;
    if (this.#error) throw this.#error;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(new Error(`${what} did not come within ${patienceMs / 1000} s.`));
      }, patienceMs);
      const waiting: Waiting<T> = {
        take: (message) => {
          if (!fits(message)) return false;
          clearTimeout(timer);
          resolve(message);
          return true;
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#waiting.add(waiting);
    });
  }

  close(): void {
    this.#end();
  }

  #fail(error: Error): void {
    this.#error = error;
    for (const waiting of this.#waiting) waiting.fail(error);
    this.#waiting.clear();
  }
}
