import { headers } from 'nats';
import type { JsMsg } from 'nats';
import type { EventEnvelope } from '@lyceum/events/envelope';
import type { Logger } from '../telemetry/logger.js';
import { EventTooLarge } from './bus.js';
import type { Bus, Closable, ConsumeOptions, Listener } from './bus.js';
import { Listeners } from './listeners.js';
import { NatsLink } from './nats-link.js';
import { isAfter, NatsPositions } from './nats-positions.js';
import { NatsReader } from './nats-reader.js';
import type { Position } from './nats-reader.js';
import { DEFAULT_WINDOW, type ReplayWindow } from './recent-events.js';

export interface NatsBusOptions {
  /** One or several servers, separated by commas: `nats://user:password@host:4222`. */
  readonly url: string;
  readonly log: Logger;
  readonly stream?: string;
  /** Copies of the stream in a cluster of brokers; 1 by default. */
  readonly replicas?: number;
  /** Days the stream keeps events; 7 by default. */
  readonly keepDays?: number;
  /** What listeners can have replayed; 10,000 events or one hour unless told. */
  readonly window?: ReplayWindow;
}

const PREFIX = 'lyceum.';
const PUBLISH_TIMEOUT_MS = 5_000;
const SAVE_POSITION_MS = 200;

/** Subject tokens may hold neither separators nor wildcards nor white space. */
export function subjectOf(event: Pick<EventEnvelope, 'type' | 'aggregateId'>): string {
  const token = encodeURIComponent(event.aggregateId).replace(
    /[.*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${PREFIX}${event.type}.${token}`;
}

function typeOf(subject: string): string {
  return subject.slice(PREFIX.length, subject.lastIndexOf('.'));
}

/**
 * The bus on NATS JetStream (server 2.9 or later): one stream for all services. Returns at once and
 * connects in the background; while the broker is away `healthy` is false and publishing rejects.
 */
export function connectNatsBus(options: NatsBusOptions): Bus {
  const { url, log, stream = 'LYCEUM', replicas = 1, keepDays = 7 } = options;
  const link = new NatsLink({ url, stream, replicas, keepDays, log });

  const positions = new NatsPositions(link, options.window ?? DEFAULT_WINDOW, (message) =>
    decode(message, log),
  );
  const listeners = new Listeners(log);
  /** Reads for all listeners, while there are some. */
  let listening: { reader: NatsReader; begun: Promise<void> } | null = null;

  async function publish(event: EventEnvelope): Promise<null> {
    const { js, nc } = link.open();
    const data = Buffer.from(JSON.stringify(event));
    // The server counts headers too; ours are far below this margin.
    const limit = (nc.info?.max_payload ?? 1_048_576) - 512;
    if (data.byteLength > limit) throw new EventTooLarge(event, data.byteLength, limit);
    try {
      const messageHeaders = headers();
      messageHeaders.set('Lyceum-Correlation-Id', event.correlationId);
      await link.whileConnected(
        js.publish(subjectOf(event), data, {
          msgID: event.id,
          timeout: PUBLISH_TIMEOUT_MS,
          headers: messageHeaders,
        }),
      );
      return null;
    } catch (error) {
      link.recheck();
      throw error;
    }
  }

  async function consume(wanted: ConsumeOptions): Promise<Closable> {
    const { durable, maxInFlight, onDelivery } = wanted;
    const types = new Set(wanted.types);
    const key = durable.replace(/[^A-Za-z0-9_-]/g, '_');
    /** Sequence numbers delivered and not acknowledged, in order. */
    const open = new Set<number>();
    let reached: Position | null = null;
    let saved: Position | null = null;
    let generation = 0;

    /** Everything up to here has been acknowledged or was not wanted. */
    const done = (): Position | null => {
      if (!reached) return null;
      const [first] = open;
      return first === undefined ? reached : { stream: reached.stream, seq: first - 1 };
    };

    async function load(): Promise<Position | null> {
      const entry = await link.open().positions.get(key);
      return entry && entry.operation === 'PUT' ? entry.json<Position>() : null;
    }

    async function save(): Promise<void> {
      const position = done();
      if (!position?.stream || !link.healthy) return;
      if (saved?.stream === position.stream && saved.seq === position.seq) return;
      await link.open().positions.put(key, JSON.stringify(position));
      saved = position;
    }

    function onMessage(message: JsMsg, created: string): void {
      const { seq } = message;
      reached = { stream: created, seq };
      if (!types.has(typeOf(message.subject))) return;
      const event = decode(message, log);
      if (!event) return;
      open.add(seq);
      const mine = generation;
      onDelivery({
        event,
        ack: () => {
          // Numbers of an earlier reading mean other messages; those come again and are known.
          if (mine !== generation || !open.delete(seq)) return;
          if (open.size === maxInFlight >> 1 || open.size === 0) reader.wake();
        },
      });
    }

    const reader = new NatsReader({
      link,
      log,
      position: async () => {
        const position = done() ?? (await load()) ?? { stream: '', seq: 0 };
        generation++;
        open.clear();
        reached = position;
        return position;
      },
      // In portions, so that a full consumer does not ask for its messages one by one.
      room: () => (open.size > maxInFlight >> 1 ? 0 : maxInFlight - open.size),
      onMessage,
    });

    const timer = setInterval(() => {
      save().catch((error: unknown) =>
        log.debug({ err: error }, 'Position not saved, trying again'),
      );
    }, SAVE_POSITION_MS);
    timer.unref();

    return {
      close: async () => {
        clearInterval(timer);
        await reader.stop();
        // Without it the last events come once more, and are recognized.
        await save().catch(() => {});
      },
    };
  }

  async function listen(onEvent: Listener): Promise<Closable> {
    const listener = listeners.add(onEvent);
    const { reader, begun } = (listening ??= beginListening());
    // While the broker is away there is nothing to miss: begin when it comes.
    if (link.healthy) await Promise.race([begun, reader.done]);
    return {
      close: async () => {
        await listener.close();
        if (listeners.size > 0 || listening?.reader !== reader) return;
        listening = null;
        await reader.stop();
      },
    };
  }

  function beginListening(): { reader: NatsReader; begun: Promise<void> } {
    let reached: Position | null = null;
    let started = (): void => {};
    const begun = new Promise<void>((resolve) => {
      started = resolve;
    });
    const reader = new NatsReader({
      link,
      log,
      position: async ({ created, lastSeq }) => {
        reached ??= { stream: created, seq: lastSeq };
        if (reached.stream !== created) reached = { stream: created, seq: 0 };
        positions.begin(reached.stream, reached.seq);
        started();
        return reached;
      },
      room: () => 1_000,
      onMessage: (message, created) => {
        reached = { stream: created, seq: message.seq };
        const told = positions.take(message);
        if (told) listeners.tell(told.event, told.position);
      },
    });
    return { reader, begun };
  }

  return {
    publish,
    consume,
    listen,
    replay: (request) => positions.replay(request),
    isAfter,
    get position() {
      return positions.position;
    },
    get healthy() {
      return link.healthy;
    },
    keepsOrderWhenPipelined: false,
    get storageCreatedAt() {
      return link.createdAt;
    },
    numbersInOutbox: false,
    close: () => link.close(),
  };
}

/** Our subjects hold our events only; anything else is not worth stopping for. */
function decode(message: JsMsg, log: Logger): EventEnvelope | null {
  try {
    return JSON.parse(message.string()) as EventEnvelope;
  } catch (error) {
    log.error(
      { err: error, subject: message.subject, seq: message.seq },
      'Not an event, passed over',
    );
    return null;
  }
}
