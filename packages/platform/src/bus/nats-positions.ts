import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AckPolicy, DeliverPolicy } from 'nats';
import type { JsMsg } from 'nats';
import type { EventEnvelope } from '@lyceum/events/envelope';
import type { Position, Replay, ReplayRequest } from './bus.js';
import type { NatsLink } from './nats-link.js';
import { createRecentFilter } from './recent.js';
import { RecentEvents, type NumberedEvent, type ReplayWindow } from './recent-events.js';
import { selectMissed } from './replay.js';

/** How long to wait for what another reader of the stream was told already. */
const CATCH_UP_MS = 5_000;
const READ_MS = 5_000;

/**
 * Remembers the newest of what listeners were told of the stream, and reads what is older from it:
 * once, however many ask for it.
 */
export class NatsPositions {
  #stream: string | null = null;
  #recent: RecentEvents | null = null;
  readonly #isRecent = createRecentFilter();
  #reading: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly link: NatsLink,
    private readonly window: ReplayWindow,
    private readonly decode: (message: JsMsg) => EventEnvelope | null,
  ) {}

  get position(): Position | null {
    return this.#recent && this.#positionOf(this.#recent.newest);
  }

  /** Reading goes on after this place: what is remembered of another stream is worth nothing. */
  begin(stream: string, seq: number): void {
    if (this.#stream === stream && this.#recent?.newest === seq) return;
    this.#stream = stream;
    this.#recent = new RecentEvents(this.window, seq);
  }

  /** @returns the event and its position, if it is one that listeners are to be told */
  take(message: JsMsg): { event: EventEnvelope; position: Position } | null {
    const entry = this.#entryOf(message, this.#isRecent);
    if (!entry) {
      this.#recent?.pass(message.seq);
      return null;
    }
    this.#recent?.append(entry);
    return { event: entry.event, position: this.#positionOf(entry.number) };
  }

  async replay(request: ReplayRequest): Promise<Replay> {
    const [stream, after] = placeOf(request.after);
    if (!this.#stream || stream !== shortOf(this.#stream) || !Number.isSafeInteger(after)) {
      return { refused: 'UNKNOWN' };
    }
    if (!(await this.#caughtUpWith(after))) return { refused: 'UNKNOWN' };
    const reach = this.#reading.then(() => this.#reachBackTo(after));
    this.#reading = reach.catch(() => undefined);
    const missed = (await reach) && stream === shortOf(this.#stream) && this.#recent?.after(after);
    if (!missed) return { refused: 'OUTSIDE_WINDOW' };
    return selectMissed(missed, request, (number) => this.#positionOf(number));
  }

  /** Another gateway may have told the client what this one is about to hear. */
  async #caughtUpWith(seq: number): Promise<boolean> {
    if (seq <= this.#newest) return true;
    const { jsm, stream } = this.link.open();
    const { state } = await jsm.streams.info(stream);
    if (seq > state.last_seq) return false;
    const patience = performance.now() + CATCH_UP_MS;
    while (seq > this.#newest && performance.now() < patience) await delay(20);
    return seq <= this.#newest;
  }

  async #reachBackTo(after: number): Promise<boolean> {
    const recent = this.#recent;
    if (!recent) return false;
    const { since } = recent;
    if (after >= since) return true;
    if (recent.newest - after > this.window.events) return false;
    const older = await this.#read(after, since);
    return older !== null && recent.since === since && recent.prepend(after, older);
  }

  /** Everything after `after` up to `until` that listeners were told; null when it is not all there. */
  async #read(after: number, until: number): Promise<NumberedEvent[] | null> {
    const { js, jsm, stream } = this.link.open();
    const { created, state } = await jsm.streams.info(stream);
    if (created !== this.#stream || state.first_seq > after + 1) return null;
    const isRecent = createRecentFilter();
    const entries: NumberedEvent[] = [];
    const made = await jsm.consumers.add(stream, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      // Where it is still there, the event at the position itself tells which ones are old for it.
      opt_start_seq: Math.max(after, state.first_seq, 1),
      inactive_threshold: 60 * 1_000_000_000,
      mem_storage: true,
    });
    const consumer = await js.consumers.get(stream, made.name);
    let reached = after;
    try {
      while (reached < until) {
        const messages = await consumer.fetch({ max_messages: 1_000, expires: READ_MS });
        const before = reached;
        for await (const message of messages) {
          const entry = this.#entryOf(message, isRecent);
          if (message.seq > after && message.seq <= until && entry) entries.push(entry);
          reached = Math.max(reached, message.seq);
          if (reached >= until) break;
        }
        if (reached === before) throw new Error('The stream could not be read back');
      }
    } finally {
      await jsm.consumers.delete(stream, made.name).catch(() => false);
    }
    return entries;
  }

  get #newest(): number {
    return this.#recent?.newest ?? -1;
  }

  #entryOf(message: JsMsg, isRecent: (event: EventEnvelope) => boolean): NumberedEvent | null {
    const event = this.decode(message);
    if (!event || !isRecent(event)) return null;
    const at = Math.floor(message.info.timestampNanos / 1_000_000);
    return { number: message.seq, at, event };
  }

  #positionOf(number: number): Position {
    return `${shortOf(this.#stream ?? '')}.${number.toString(36)}`;
  }
}

export function isAfter(position: Position, other: Position): boolean {
  const [[stream, seq], [otherStream, otherSeq]] = [placeOf(position), placeOf(other)];
  return stream !== otherStream || !(seq <= otherSeq);
}

/** Its stream, and the number within; NaN when it is none. */
function placeOf(position: Position): [stream: string | undefined, seq: number] {
  const [stream, text = ''] = position.split('.');
  return [stream, /^[0-9a-z]{1,11}$/.test(text) ? parseInt(text, 36) : Number.NaN];
}

/** Tells streams apart without saying when they were made. */
const shorts = new Map<string, string>();
function shortOf(created: string): string {
  let short = shorts.get(created);
  if (!short) {
    short = createHash('sha256').update(created).digest('base64url').slice(0, 8);
    shorts.set(created, short);
  }
  return short;
}
