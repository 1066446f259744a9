import type { EventEnvelope } from '@lyceum/events/envelope';

/** How far back listeners may ask what they missed. */
export interface ReplayWindow {
  readonly events: number;
  readonly ms: number;
  /** Of the events' JSON, kept in memory. */
  readonly bytes: number;
}

export const DEFAULT_WINDOW: ReplayWindow = {
  events: 10_000,
  ms: 3_600_000,
  bytes: 32 * 1024 * 1024,
};

/** An event that listeners were told, by its number among those. */
export interface NumberedEvent {
  readonly number: number;
  /** When it was told, in milliseconds. */
  readonly at: number;
  readonly event: EventEnvelope;
  /** It may have been told by an earlier process already, which did not live to say so. */
  readonly doubtful?: boolean;
}

interface Kept extends NumberedEvent {
  readonly bytes: number;
}

/**
 * The newest events that listeners were told, without gaps: everything after `since` is here. What
 * falls out of the window is forgotten, oldest first; what is older may be put before it again.
 */
export class RecentEvents {
  #kept: Kept[] = [];
  #bytes = 0;
  #newest: number;

  /** @param since the number of the last event before the first */
  constructor(
    private readonly window: ReplayWindow,
    public since: number,
    private readonly now: () => number = Date.now,
  ) {
    this.#newest = since;
  }

  /** Number of the newest event passed, told or not. */
  get newest(): number {
    return this.#newest;
  }

  append(entry: NumberedEvent): void {
    this.#newest = entry.number;
    const kept = sized(entry);
    this.#kept.push(kept);
    this.#bytes += kept.bytes;
    const oldest = this.now() - this.window.ms;
    let gone = 0;
    while (gone < this.#kept.length && this.#isTooMuch(gone, oldest)) {
      this.#bytes -= this.#kept[gone]!.bytes;
      this.since = this.#kept[gone++]!.number;
    }
    if (gone > 0) this.#kept.splice(0, gone);
  }

  /** The number was given to something that listeners were not told. */
  pass(number: number): void {
    this.#newest = number;
  }

  /**
   * Takes what came after `since` and until the present beginning.
   * @returns whether there was room for it
   */
  prepend(since: number, older: readonly NumberedEvent[]): boolean {
    const kept = older.map(sized);
    const bytes = kept.reduce((sum, entry) => sum + entry.bytes, this.#bytes);
    const count = kept.length + this.#kept.length;
    if (count > this.window.events || bytes > this.window.bytes) return false;
    this.#kept = [...kept, ...this.#kept];
    this.#bytes = bytes;
    this.since = since;
    return true;
  }

  /** What came after `number`, in order; null when that is not, or no longer, within the window. */
  after(number: number): readonly NumberedEvent[] | null {
    if (number < this.since || number > this.#newest) return null;
    const missed = this.#kept.slice(this.#indexAfter(number));
    const [first] = missed;
    return first && first.at < this.now() - this.window.ms ? null : missed;
  }

  has(number: number): boolean {
    return this.#kept[this.#indexAfter(number) - 1]?.number === number;
  }

  #indexAfter(number: number): number {
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#kept[middle]!.number <= number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isTooMuch(gone: number, oldest: number): boolean {
    const { events, bytes } = this.window;
    const tooMany = this.#kept.length - gone > events || this.#bytes > bytes;
    return tooMany || this.#kept[gone]!.at < oldest;
  }
}

/** Rough, and good enough to keep memory bounded. */
function sized(entry: NumberedEvent): Kept {
  return { ...entry, bytes: JSON.stringify(entry.event.data).length + 500 };
}
