/** Counts what is open by whom, and gives nobody more than the limit. */
export class Tally {
  readonly #counts = new Map<string, number>();

  constructor(readonly limit: number) {}

  /** Takes a place; calling what it hands back, once or more often, gives it back. Null when all are taken. */
  take(key: string): (() => void) | null {
    const count = this.#counts.get(key) ?? 0;
    if (count >= this.limit) return null;
    this.#counts.set(key, count + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    };
  }

  /** Keys with anything open. */
  get size(): number {
    return this.#counts.size;
  }
}
