import type { WebSocket } from 'ws';
import type { Caller } from '../pipeline/bearer.js';
import { UNNAMED_CLIENT, type Client } from '../pipeline/operation-request.js';
import { CLOSE, type CloseReason } from './close-codes.js';

/** Bytes a client may leave unread before it is disconnected. */
const MOST_UNREAD_BYTES = 4 * 1024 * 1024;
const CLOSE_GRACE_MS = 3_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One client's connection: who it belongs to, and for how long. */
export class Socket {
  /** Null until the client has said who it is. */
  caller: Caller | null = null;
  client: Client = UNNAMED_CLIENT;
  isAlive = true;
  #expiry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly socket: WebSocket,
    readonly network: string | null,
  ) {
    socket.on('pong', () => {
      this.isAlive = true;
    });
    socket.once('close', () => {
      this.#closed = true;
      clearTimeout(this.#expiry);
    });
  }

  /** Lets the caller in, until its access token expires. */
  admit(caller: Caller): void {
    this.caller = caller;
    if (!caller.expiresAt || this.#closed) return;
    const ms = Math.min(caller.expiresAt.getTime() - Date.now(), LONGEST_TIMER_MS);
    this.#expiry = setTimeout(() => this.close(CLOSE.TOKEN_EXPIRED), Math.max(0, ms)).unref();
  }

  /** Resolves when the bytes have left; a client that does not read them is disconnected. */
  async send(data: string): Promise<void> {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MOST_UNREAD_BYTES) {
      this.close(CLOSE.TOO_SLOW);
      return;
    }
    await new Promise<void>((resolve) => {
      // An error means that the connection is gone: its 'close' event ends everything.
      socket.send(data, () => resolve());
    });
  }

  /** Says why, and does not wait for ever for the client to agree. */
  close({ code, reason }: CloseReason | { code: number; reason: string }): void {
    if (this.#closed) return;
    this.socket.close(code, reason);
    const timer = setTimeout(() => this.socket.terminate(), CLOSE_GRACE_MS).unref();
    this.socket.once('close', () => clearTimeout(timer));
  }

  /** Asks for a sign of life; one that gave none since the last time is disconnected. */
  ping(): void {
    if (!this.isAlive) {
      this.socket.terminate();
      return;
    }
    this.isAlive = false;
    if (this.socket.readyState === this.socket.OPEN) this.socket.ping();
  }
}
