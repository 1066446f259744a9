import type { EventEnvelope } from '@lyceum/events/envelope';
import type { Position, Replay, ReplayRequest } from './bus.js';
import { createRecentFilter } from './recent.js';
import { RecentEvents, type NumberedEvent, type ReplayWindow } from './recent-events.js';
import { selectMissed } from './replay.js';

/** What earlier processes told their listeners, from where the numbers of that are kept. */
export interface EventHistory {
  /**
   * Everything with a number above `after` and below `before`, in order; null when nothing with the
   * number `after` is kept, or there is more than `most`.
   */
  read(after: number, before: number, most: number): Promise<readonly NumberedEvent[] | null>;
  /**
   * What was unpublished when the process began whose numbers are above `base`: whether it was told
   * before is not known.
   */
  leftovers(base: number): Promise<readonly Pick<EventEnvelope, 'type' | 'organizationId'>[]>;
}

const PREFIX = 'p';

/**
 * Numbers what the listeners of one process are told, and remembers the newest of it. Numbers go on
 * from process to process, so that what an earlier one told can be read from its history.
 */
export class InProcessPositions {
  readonly #recent: RecentEvents;
  readonly #isRecent = createRecentFilter();
  /** Numbers of this process, for what is published once more in it. */
  readonly #numbers = new Map<string, number>();
  #leftovers: Awaited<ReturnType<EventHistory['leftovers']>> | null = null;
  #reading: Promise<unknown> = Promise.resolve();

  /** @param base the number before this process's first, above all that are kept */
  constructor(
    private readonly window: ReplayWindow,
    private readonly base: number,
    private readonly history: EventHistory | null,
  ) {
    this.#recent = new RecentEvents(window, base);
  }

  get position(): Position {
    return positionOf(this.#recent.newest);
  }

  /** Its number; null for what happened too long ago to be told. `isNew` when it is to be told now. */
  number(event: EventEnvelope): { number: number; isNew: boolean } | null {
    const known = this.#numbers.get(event.id);
    if (known !== undefined) return { number: known, isNew: false };
    if (!this.#isRecent(event)) return null;
    const number = this.#recent.newest + 1;
    this.#recent.append({ number, at: Date.now(), event });
    this.#numbers.set(event.id, number);
    if (this.#numbers.size > this.window.events) {
      const [oldest] = this.#numbers.keys();
      this.#numbers.delete(oldest!);
    }
    return { number, isNew: true };
  }

  async replay(request: ReplayRequest): Promise<Replay> {
    const after = numberOf(request.after);
    if (after === null || after > this.#recent.newest) return { refused: 'UNKNOWN' };
    if (after >= this.base) return this.#select(after, request);
    const { types, organizationId } = request;
    const reach = this.#reading.then(() => this.#reachBackTo(after));
    this.#reading = reach.catch(() => undefined);
    if (!(await reach)) return { refused: 'OUTSIDE_WINDOW' };
    const inDoubt = this.#leftovers?.some(
      (event) => event.organizationId === organizationId && types.includes(event.type),
    );
    return inDoubt ? { refused: 'UNKNOWN' } : this.#select(after, request);
  }

  #select(after: number, request: ReplayRequest): Replay {
    const missed = this.#recent.after(after);
    return missed ? selectMissed(missed, request, positionOf) : { refused: 'OUTSIDE_WINDOW' };
  }

  /** Once for all who ask: after a restart everybody does. */
  async #reachBackTo(after: number): Promise<boolean> {
    const recent = this.#recent;
    if (after >= recent.since) return after === recent.since || recent.has(after);
    // What this process told first has fallen out of the window already.
    if (!this.history || recent.since > this.base) return false;
    this.#leftovers ??= await this.history.leftovers(this.base);
    const { since } = recent;
    const older = await this.history.read(after, since + 1, this.window.events);
    // Something may have fallen out of the window meanwhile.
    return older !== null && recent.since === since && recent.prepend(after, older);
  }
}

export const positionOf = (number: number): Position => `${PREFIX}${number.toString(36)}`;

export function isAfter(position: Position, other: Position): boolean {
  const [number, than] = [numberOf(position), numberOf(other)];
  return number === null || than === null || number > than;
}

function numberOf(position: Position): number | null {
  if (!/^p[0-9a-z]{1,11}$/.test(position)) return null;
  const number = parseInt(position.slice(1), 36);
  return Number.isSafeInteger(number) ? number : null;
}
