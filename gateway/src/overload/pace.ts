/** Milliseconds of a turn for work that waits, however short the rest of the turn was. */
const LEAST_MS = 20;

/**
 * Lets some work begin as it is read, and the rest in a turn of its own after all has been read, in
 * order. Work that waits for nothing would otherwise be done as fast as it is read, and what is too
 * much would pile up unread in the sockets, where nobody counts it and nobody can be refused. It gets
 * at least half of the time: to refuse others takes time as well.
 */
export class Pace {
  readonly #waiting: { readonly begin: () => void; readonly since: number }[] = [];
  #begun = 0;
  /** When reading began, and until when what waits may begin; by performance.now(). */
  #reading = 0;
  #until = 0;

  constructor(private readonly mostAtOnce: number) {}

  /** How long the next one has waited, in milliseconds; 0 when nobody waits. */
  get behindMs(): number {
    const [next] = this.#waiting;
    return next ? performance.now() - next.since : 0;
  }

  /** Resolves when it is time to begin; null when that is at once. */
  turn(): Promise<void> | null {
    if (this.#begun < this.mostAtOnce) {
      this.#begins();
      return null;
    }
    return new Promise((begin) => {
      this.#waiting.push({ begin, since: performance.now() });
    });
  }

  #begins(): void {
    if (this.#begun === 0) {
      this.#reading = performance.now();
      setImmediate(() => this.#nextTurn());
    }
    this.#begun += 1;
  }

  #nextTurn(): void {
    const now = performance.now();
    this.#until = now + Math.max(LEAST_MS, now - this.#reading);
    this.#begun = 0;
    this.#goOn();
  }

  #goOn(): void {
    const now = performance.now();
    this.#reading = now;
    if (this.#waiting.length === 0 || now >= this.#until) return;
    for (const { begin } of this.#waiting.splice(0, this.mostAtOnce)) {
      this.#begins();
      begin();
    }
    // Once these have come to their end, or to where they wait.
    queueMicrotask(() => process.nextTick(() => this.#goOn()));
  }
}
