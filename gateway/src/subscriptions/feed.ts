import type { EventEnvelope } from '@lyceum/events/envelope';
import type { Position, ReplayRefusal } from '@lyceum/platform/bus/bus';
import type { PublicResult } from '../pipeline/operations.js';
import type { Mailbox } from './mailbox.js';
import { resyncRequired, rightEnded, tooManyEvents } from './notices.js';

/** Events that may wait for one execution before its subscribers are told to start over. */
const MOST_WAITING = 1000;
/** Messages that may wait for one who is being told what it missed. */
const MOST_PENDING = 500;

export interface FeedEvent {
  readonly event: EventEnvelope;
  readonly position: Position;
}

interface Told {
  readonly eventId: string;
  readonly position: Position;
  readonly result: PublicResult;
}

/** One subscriber of a feed. */
export interface Member {
  readonly mailbox: Mailbox<PublicResult>;
  /** What came while it is being told what it missed; null once it is told as the others are. */
  pending: Told[] | null;
  /** Events that it was told of and that the feed has yet to come to. */
  readonly told: Set<string>;
}

/**
 * One operation with its variables, asked with the same rights: executed once for each event, however
 * many subscribe to it. Events are worked on one after the other, so that all hear of them in order.
 */
export class Feed<M extends Member> {
  readonly members = new Set<M>();
  readonly #waiting: FeedEvent[] = [];
  /** By event: kept while somebody is told what was missed, for others who missed the same. */
  readonly #results = new Map<string, Promise<PublicResult | null>>();
  #current: FeedEvent | null = null;
  #catchingUp = 0;

  /**
   * @param execute never rejects; null when there is nothing to deliver
   * @param endedBy types of events that take away the right to hear more
   */
  constructor(
    private readonly execute: (event: FeedEvent, anyMember: M) => Promise<PublicResult | null>,
    private readonly endedBy: ReadonlySet<string>,
    private readonly onDelivered: (count: number) => void,
  ) {}

  push(item: FeedEvent): void {
    if (this.endedBy.has(item.event.type)) {
      // What waits would be told to one who may not hear it any more.
      this.end(rightEnded(item.event.type, item.position));
      return;
    }
    this.#waiting.push(item);
    if (this.#waiting.length > MOST_WAITING) this.end(tooManyEvents(item.position));
    else if (!this.#current) void this.#work();
  }

  /** Tells all that are there a last thing. */
  end(last: PublicResult): void {
    this.#waiting.length = 0;
    for (const { mailbox } of [...this.members]) {
      mailbox.push(last);
      mailbox.end();
    }
  }

  /**
   * Tells a member what it missed, and then what came meanwhile.
   * @param isKnown whether it has heard what stands at a position, from whatever told it before
   * @param inTurn runs an execution when it is its turn: after a restart everybody catches up
   */
  async catchUp(
    member: M,
    missed: readonly FeedEvent[],
    isKnown: (position: Position) => boolean,
    inTurn: <T>(run: () => Promise<T>) => Promise<T>,
  ): Promise<void> {
    const ids = new Set(missed.map(({ event }) => event.id));
    this.#catchingUp += 1;
    try {
      for (const item of missed) {
        await member.mailbox.room();
        // It has gone, or too much came meanwhile.
        if (!this.members.has(member) || !member.pending) return;
        if (this.endedBy.has(item.event.type)) {
          member.mailbox.push(rightEnded(item.event.type, item.position));
          member.mailbox.end();
          return;
        }
        const result = await inTurn(() => this.#resultOf(item, member));
        if (result && member.pending) this.#deliver([member], result);
      }
      this.#joinOthers(member, ({ id, position }) => ids.has(id) || isKnown(position));
    } finally {
      this.#catchingUp -= 1;
      if (this.#catchingUp === 0) this.#results.clear();
    }
  }

  /** Tells a member that it is to fetch anew, and then what came since. */
  resync(member: M, reason: ReplayRefusal, position: Position | null): void {
    member.mailbox.push(resyncRequired(reason, position));
    this.#joinOthers(member, () => false);
  }

  #joinOthers(
    member: M,
    wasTold: (one: { readonly id: string; readonly position: Position }) => boolean,
  ): void {
    const pending = member.pending ?? [];
    member.pending = null;
    for (const { eventId: id, position, result } of pending) {
      if (!wasTold({ id, position })) this.#deliver([member], result);
    }
    for (const item of [this.#current, ...this.#waiting]) {
      if (!item) continue;
      const { id } = item.event;
      if (wasTold({ id, position: item.position })) member.told.add(id);
    }
  }

  async #work(): Promise<void> {
    for (let item = this.#waiting.shift(); item; item = this.#waiting.shift()) {
      const [member] = this.members;
      if (!member) break;
      this.#current = item;
      const result = await this.#resultOf(item, member);
      this.#tell(item, result);
    }
    this.#waiting.length = 0;
    this.#current = null;
  }

  #tell({ event, position }: FeedEvent, result: PublicResult | null): void {
    const now: M[] = [];
    for (const member of this.members) {
      if (member.told.delete(event.id) || !result) continue;
      if (!member.pending) now.push(member);
      else if (member.pending.length < MOST_PENDING)
        member.pending.push({ eventId: event.id, position, result });
      else {
        member.pending = null;
        member.mailbox.push(resyncRequired('TOO_MANY', position));
      }
    }
    if (result) this.#deliver(now, result);
  }

  #deliver(members: readonly M[], result: PublicResult): void {
    for (const { mailbox } of members) mailbox.push(result);
    this.onDelivered(members.length);
  }

  #resultOf(item: FeedEvent, member: M): Promise<PublicResult | null> {
    if (this.#catchingUp === 0) return this.execute(item, member);
    let result = this.#results.get(item.event.id);
    if (!result) {
      result = this.execute(item, member);
      this.#results.set(item.event.id, result);
    }
    return result;
  }
}
