import type { ServerResponse } from 'node:http';

/** A client that has read nothing for so many heartbeats is disconnected. */
const MOST_BLOCKED_BEATS = 2;
const END_GRACE_MS = 3_000;

/** The body of a response that stays open: bounded in what waits on it. */
export class StreamedResponse {
  #blockedBeats = 0;
  #isEnding = false;

  constructor(private readonly response: ServerResponse) {
    response.on('drain', () => {
      this.#blockedBeats = 0;
    });
    // The connection is gone: 'close' follows.
    response.on('error', () => undefined);
  }

  /** Resolves when there is room for more, or the client has gone. */
  async write(text: string): Promise<void> {
    const { response } = this;
    if (this.#isEnding || response.destroyed || response.write(text)) return;
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        response.off('drain', settle).off('close', settle);
        resolve();
      };
      response.on('drain', settle).on('close', settle);
    });
  }

  beat(text: string): void {
    const { response } = this;
    if (this.#isEnding || response.destroyed) return;
    if (!response.writableNeedDrain) {
      response.write(text);
      return;
    }
    this.#blockedBeats += 1;
    if (this.#blockedBeats >= MOST_BLOCKED_BEATS) response.destroy();
  }

  /** Says the last words, and does not wait for ever for the client to read them. */
  end(text: string): void {
    const { response } = this;
    if (this.#isEnding || response.destroyed) return;
    this.#isEnding = true;
    response.end(text);
    const timer = setTimeout(() => response.destroy(), END_GRACE_MS).unref();
    response.once('close', () => clearTimeout(timer));
  }

  /** The client does not read: nothing more is kept for it. */
  abandon(): void {
    this.response.destroy();
  }
}
