import type { EventEnvelope } from '@lyceum/events/envelope';
import type { PublicResult } from '../pipeline/operations.js';
import type { Mailbox } from './mailbox.js';

/** Events that may wait for one execution before its subscribers are told to start over. */
const MOST_WAITING = 1000;

/** One subscriber of a feed. */
export interface Member {
  readonly mailbox: Mailbox<PublicResult>;
}

/**
 * One operation with its variables, asked with the same rights: executed once for each event, however
 * many subscribe to it. Events are worked on one after the other, so that all hear of them in order.
 */
export class Feed<M extends Member> {
  readonly members = new Set<M>();
  readonly #waiting: EventEnvelope[] = [];
  #working = false;

  /** @param execute never rejects; null when there is nothing to deliver */
  constructor(
    private readonly execute: (event: EventEnvelope, anyMember: M) => Promise<PublicResult | null>,
    private readonly onDelivered: (count: number) => void,
  ) {}

  push(event: EventEnvelope): void {
    this.#waiting.push(event);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.length = 0;
      this.#giveUp();
      return;
    }
    if (!this.#working) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let event = this.#waiting.shift(); event; event = this.#waiting.shift()) {
      const [member] = this.members;
      if (!member) break;
      const result = await this.execute(event, member);
      if (!result) continue;
      for (const { mailbox } of this.members) mailbox.push(result);
      this.onDelivered(this.members.size);
    }
    this.#waiting.length = 0;
    this.#working = false;
  }

  /** The services answer slower than events come: say that some were lost, rather than fall behind. */
  #giveUp(): void {
    for (const { mailbox } of this.members) {
      mailbox.push({
        errors: [
          {
            message: 'Too many events to keep up with: fetch anew, and subscribe again.',
            extensions: { code: 'SERVICE_UNAVAILABLE' },
          },
        ],
      });
      mailbox.end();
    }
  }
}
