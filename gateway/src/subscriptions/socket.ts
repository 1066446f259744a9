import type { WebSocket } from 'ws';
import { CLOSE, type CloseReason } from './close-codes.js';

/** Bytes a client may leave unread before it is disconnected. */
const MOST_UNREAD_BYTES = 4 * 1024 * 1024;
const CLOSE_GRACE_MS = 3_000;

/** The wire to one client: bounded in what waits on it, and watched for signs of life. */
export class Socket {
  #isAlive = true;
  #isClosing = false;

  constructor(private readonly socket: WebSocket) {
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.once('close', () => {
      this.#isClosing = true;
    });
  }

  get isClosing(): boolean {
    return this.#isClosing;
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
  close({ code, reason }: CloseReason): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.socket.close(code, reason);
    const timer = setTimeout(() => this.socket.terminate(), CLOSE_GRACE_MS).unref();
    this.socket.once('close', () => clearTimeout(timer));
  }

  /** Asks for a sign of life; one that gave none since the last time is disconnected. */
  ping(): void {
    if (!this.#isAlive) {
      this.socket.terminate();
      return;
    }
    this.#isAlive = false;
    if (this.socket.readyState === this.socket.OPEN) this.socket.ping();
  }
}
