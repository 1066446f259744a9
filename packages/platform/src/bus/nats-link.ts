import { connect, DiscardPolicy, Events, NatsError, RetentionPolicy, StorageType } from 'nats';
import type { JetStreamClient, JetStreamManager, KV, NatsConnection } from 'nats';
import type { Logger } from '../telemetry/logger.js';

export interface NatsLinkOptions {
  /** One or several servers, separated by commas: `nats://user:password@host:4222`. */
  readonly url: string;
  readonly stream: string;
  /** Copies of the stream in a cluster. */
  readonly replicas: number;
  /** How long the stream keeps events, in days; less than consumers remember ids for. */
  readonly keepDays: number;
  readonly log: Logger;
}

interface Open {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly positions: KV;
  readonly stream: string;
}

/** Publishing again within this time is recognized by the broker itself. */
const DUPLICATE_WINDOW_MS = 10 * 60_000;
const NOT_FOUND = '404';

const nanos = (ms: number): number => ms * 1_000_000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * The connection to NATS: connects for ever, and makes the stream again when the broker comes back
 * without it. Nothing here throws because the broker is down.
 */
export class NatsLink {
  /** Changes with every connection: what was begun on an earlier one cannot be relied on. */
  session = 0;
  closed = false;
  /** When the broker's stream was made; null until it was seen. */
  createdAt: Date | null = null;

  private opened: Open | null = null;
  private usable = false;
  private checking: Promise<void> | null = null;
  private nc: NatsConnection | null = null;
  private readonly waiting = new Set<() => void>();
  private readonly interruptions = new Set<() => void>();

  constructor(private readonly options: NatsLinkOptions) {
    void this.connect();
  }

  get healthy(): boolean {
    return this.usable && !this.closed;
  }

  /** Resolves when the stream is there, or the link has been closed. */
  async ready(): Promise<void> {
    if (this.healthy || this.closed) return;
    await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  /** The connection, which must be ready. */
  open(): Open {
    if (!this.opened || !this.healthy) throw new Error('The broker is not connected');
    return this.opened;
  }

  onInterruption(run: () => void): void {
    this.interruptions.add(run);
  }

  offInterruption(run: () => void): void {
    this.interruptions.delete(run);
  }

  /**
   * Rejects as soon as the connection is lost: the answer to what was sent will not come any more,
   * and waiting for it to time out would hold up everything behind it.
   */
  async whileConnected<T>(answer: Promise<T>): Promise<T> {
    let lost = (): void => {};
    const interrupted = new Promise<never>((_, reject) => {
      lost = () => reject(new Error('The connection to the broker was lost'));
    });
    this.onInterruption(lost);
    try {
      return await Promise.race([answer, interrupted]);
    } finally {
      this.offInterruption(lost);
    }
  }

  /** Something failed that should not have: the stream may be gone. */
  recheck(): void {
    if (this.nc && this.usable) void this.prepare(this.nc);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.usable = false;
    for (const run of this.interruptions) run();
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
    await this.nc?.close();
  }

  private interruptAll(): void {
    this.session++;
    for (const run of this.interruptions) run();
  }

  private async connect(): Promise<void> {
    const { url, log } = this.options;
    while (!this.closed) {
      try {
        const nc = await connect({
          servers: url.split(',').map((server) => server.trim()),
          name: 'lyceum',
          maxReconnectAttempts: -1,
          reconnectTimeWait: 250,
          reconnectJitter: 250,
          pingInterval: 10_000,
          maxPingOut: 2,
          timeout: 5_000,
        });
        if (this.closed) {
          await nc.close();
          return;
        }
        this.nc = nc;
        void this.watch(nc);
        await this.prepare(nc);
        return;
      } catch (error) {
        log.warn({ err: error }, 'The broker cannot be reached, trying again');
        await sleep(500);
      }
    }
  }

  private async watch(nc: NatsConnection): Promise<void> {
    const { log } = this.options;
    for await (const status of nc.status()) {
      if (status.type === Events.Disconnect) {
        if (!this.closed) log.warn('The connection to the broker is lost');
        this.usable = false;
        this.interruptAll();
      } else if (status.type === Events.Reconnect) {
        log.info('The broker is back');
        void this.prepare(nc);
      }
    }
  }

  /** Makes sure of the stream; until then the link is not usable. */
  private prepare(nc: NatsConnection): Promise<void> {
    this.usable = false;
    this.checking ??= this.makeStream(nc).finally(() => {
      this.checking = null;
    });
    return this.checking;
  }

  private async makeStream(nc: NatsConnection): Promise<void> {
    const { stream, log } = this.options;
    for (let attempt = 0; !this.closed; attempt++) {
      const session = this.session;
      try {
        const jsm = await nc.jetstreamManager();
        const created = await this.streamCreatedAt(jsm);
        const js = nc.jetstream();
        const positions = await js.views.kv(`${stream}_positions`, {
          history: 1,
          replicas: this.options.replicas,
        });
        // Lost meanwhile: what was found is not of this connection.
        if (session !== this.session) continue;
        const isNew = this.createdAt !== null && this.createdAt.getTime() !== Date.parse(created);
        this.opened = { nc, js, jsm, positions, stream };
        this.createdAt = new Date(created);
        this.usable = true;
        if (isNew) this.interruptAll();
        for (const resolve of this.waiting) resolve();
        this.waiting.clear();
        return;
      } catch (error) {
        if (attempt % 20 === 0 && !this.closed) log.warn({ err: error }, 'The broker is not ready');
        await sleep(250);
      }
    }
  }

  private async streamCreatedAt(jsm: JetStreamManager): Promise<string> {
    const { stream, replicas, keepDays, log } = this.options;
    try {
      return (await jsm.streams.info(stream)).created;
    } catch (error) {
      if (!(error instanceof NatsError) || error.code !== NOT_FOUND) throw error;
    }
    const info = await jsm.streams.add({
      name: stream,
      subjects: [`lyceum.>`],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(keepDays * 86_400_000),
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
      num_replicas: replicas,
    });
    log.info({ stream }, 'The stream of events was made');
    return info.created;
  }
}
