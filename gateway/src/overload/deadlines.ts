import { setMaxListeners } from 'node:events';

export interface Deadline {
  /** Aborted when the time is over, or nobody waits any more. */
  readonly signal: AbortSignal;
  end(): void;
}

/** The times by which operations are to be answered. */
export class Deadlines {
  readonly #open = new Set<AbortController>();

  constructor(private readonly ms: number) {}

  /** @param gone aborted when the client goes away */
  begin(gone?: AbortSignal): Deadline {
    const controller = new AbortController();
    // One for each fetch that is under way.
    setMaxListeners(0, controller.signal);
    const abort = () => controller.abort();
    const timer = setTimeout(abort, this.ms);
    if (gone?.aborted) abort();
    gone?.addEventListener('abort', abort, { once: true });
    this.#open.add(controller);
    return {
      signal: controller.signal,
      end: () => {
        clearTimeout(timer);
        gone?.removeEventListener('abort', abort);
        this.#open.delete(controller);
      },
    };
  }

  /** The time of all is over: they are answered with what is there. */
  expireAll(): void {
    for (const controller of this.#open) controller.abort();
  }
}
