import { Stop, type StopSignal } from '@lyceum/platform/stop-signal';

export interface Deadline {
  /** Aborted when the time is over, or nobody waits any more. */
  readonly signal: StopSignal;
  end(): void;
}

/** The times by which operations are to be answered. */
export class Deadlines {
  readonly #open = new Set<Stop>();

  constructor(private readonly ms: number) {}

  /** @param gone aborted when the client goes away */
  begin(gone?: StopSignal): Deadline {
    const stop = new Stop();
    const abort = () => stop.abort();
    const timer = setTimeout(abort, this.ms);
    if (gone?.aborted) abort();
    gone?.addEventListener('abort', abort);
    this.#open.add(stop);
    return {
      signal: stop,
      end: () => {
        clearTimeout(timer);
        gone?.removeEventListener('abort', abort);
        this.#open.delete(stop);
      },
    };
  }

  /** The time of all is over: they are answered with what is there. */
  expireAll(): void {
    for (const stop of this.#open) stop.abort();
  }
}
