import type { StopSignal } from '@lyceum/platform/stop-signal';
import { errors, type Dispatcher } from 'undici';

export interface Posted {
  path: string;
  headers: Record<string, string>;
  body: string;
  signal: StopSignal | undefined;
  /**
   * What is thrown when no whole answer comes.
   * @param error undici's, or the reason of the signal
   */
  failure: (error: Error, hasBegun: boolean) => Error;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** Posts a text and gives that of the answer. undici's own `request()` would make a stream of it first. */
export function post(pool: Dispatcher, posted: Posted): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { path, headers, body } = posted;
    pool.dispatch({ method: 'POST', path, headers, body }, new Answer(posted, resolve, reject));
  });
}

class Answer implements Dispatcher.DispatchHandler {
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #controller: Dispatcher.DispatchController | null = null;

  constructor(
    private readonly posted: Posted,
    private readonly resolve: (answered: Answered) => void,
    private readonly reject: (error: Error) => void,
  ) {
    posted.signal?.addEventListener('abort', this.#stop);
  }

  /** Before the request has a connection there is nothing to stop yet. */
  readonly #stop = (): void => {
    const reason = this.posted.signal?.reason;
    this.#controller?.abort(reason instanceof Error ? reason : new errors.RequestAbortedError());
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.posted.signal?.aborted) this.#stop();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.posted.signal?.removeEventListener('abort', this.#stop);
    const [only] = this.#chunks;
    const bytes = only && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks);
    this.resolve({ status: this.#status, text: bytes.toString('utf8') });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.posted.signal?.removeEventListener('abort', this.#stop);
    this.reject(this.posted.failure(error, this.#status >= 200));
  }
}
