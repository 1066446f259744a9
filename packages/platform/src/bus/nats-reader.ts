import { AckPolicy, DeliverPolicy } from 'nats';
import type { ConsumerMessages, JsMsg } from 'nats';
import type { Logger } from '../telemetry/logger.js';
import type { NatsLink } from './nats-link.js';

/** A place in the stream: sequence numbers start again when the stream is made anew. */
export interface Position {
  /** Creation time of the stream that `seq` belongs to. */
  readonly stream: string;
  /** Everything up to here is done. */
  readonly seq: number;
}

export interface ReaderOptions {
  readonly link: NatsLink;
  readonly log: Logger;
  /** Where to begin. Asked again whenever the reader has to begin anew. */
  position(stream: { created: string; lastSeq: number }): Promise<Position>;
  /** How many messages may come now; with 0 the reader waits for `wake()`. */
  room(): number;
  onMessage(message: JsMsg, stream: string): void;
}

/** How long one request for messages stays open at the broker. */
const FETCH_MS = 20_000;
const NANOSECONDS_PER_SECOND = 1_000_000_000;

/**
 * Reads the stream strictly in order, over reconnects, restarts of the broker and loss of its
 * volume. It uses an ephemeral consumer without acknowledgements and makes a new one from the known
 * position whenever anything may have been lost on the way. A durable consumer with
 * acknowledgements would redeliver what a crashed reader had open only after newer messages of the
 * same aggregates; reading on from a position keeps their order.
 */
export class NatsReader {
  private stopping = false;
  private messages: ConsumerMessages | null = null;
  private wakeUp: (() => void) | null = null;
  private halt = (): void => {};
  /** Resolves when reading is to end: what waits for the broker must not wait for it then. */
  private readonly halted = new Promise<void>((resolve) => {
    this.halt = resolve;
  });
  /** Resolves when reading has ended for good. */
  readonly done: Promise<void>;

  constructor(private readonly options: ReaderOptions) {
    options.link.onInterruption(this.interrupt);
    this.done = this.run();
  }

  /** There is room again. */
  wake(): void {
    this.wakeUp?.();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.halt();
    this.interrupt();
    await this.done;
    this.options.link.offInterruption(this.interrupt);
  }

  /** An open request for messages would wait for its heartbeat before it noticed. */
  private readonly interrupt = (): void => {
    this.messages?.stop();
    this.wake();
  };

  private async run(): Promise<void> {
    const { link, log } = this.options;
    while (!this.stopping) {
      try {
        await Promise.race([link.ready(), this.halted]);
        if (!this.stopping) await this.readOn();
      } catch (error) {
        if (this.stopping || link.closed) break;
        log.warn({ err: error }, 'Reading from the broker was interrupted, beginning again');
        link.recheck();
        await this.pause(250);
      }
      if (link.closed) break;
    }
  }

  /** Makes a consumer and reads until the connection or the consumer can no longer be trusted. */
  private async readOn(): Promise<void> {
    const { options } = this;
    const { link } = options;
    const session = link.session;
    const { js, jsm, stream } = link.open();
    const info = await jsm.streams.info(stream);
    const position = await options.position({
      created: info.created,
      lastSeq: info.state.last_seq,
    });
    const after = position.stream === info.created ? position.seq : 0;
    const made = await jsm.consumers.add(stream, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: after + 1,
      inactive_threshold: 60 * NANOSECONDS_PER_SECOND,
      mem_storage: true,
    });
    const consumer = await js.consumers.get(stream, made.name);
    let received = 0;
    while (!this.stopping && link.session === session) {
      const room = options.room();
      if (room === 0) {
        await this.pause(1_000);
        continue;
      }
      this.messages = await consumer.fetch({ max_messages: room, expires: FETCH_MS });
      if (this.stopping) this.messages.stop();
      let count = 0;
      for await (const message of this.messages) {
        if (message.info.deliverySequence !== ++received) {
          throw new Error(`Message ${received} of the consumer was lost on the way`);
        }
        count++;
        options.onMessage(message, info.created);
        // Messages of another connection are not to be mixed with this one's.
        if (link.session !== session) break;
      }
      this.messages = null;
      if (count < room && !this.stopping && link.session === session) {
        const { delivered } = await consumer.info();
        if (delivered.consumer_seq !== received) throw new Error('Messages were lost on the way');
      }
    }
    if (!link.closed && link.session === session) await jsm.consumers.delete(stream, made.name);
  }

  private async pause(ms: number): Promise<void> {
    if (this.stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeUp = null;
  }
}
