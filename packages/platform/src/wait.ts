/** A pause that can be cut short. A wake-up that comes before the pause is not lost. */
export interface Pause {
  /** Resolves after `ms`, or as soon as `wake` is called. */
  wait(ms: number): Promise<void>;
  wake(): void;
}

export function createPause(): Pause {
  let woken = false;
  let end: (() => void) | null = null;
  return {
    wait: async (ms) => {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      end = null;
      woken = false;
    },
    wake: () => {
      woken = true;
      end?.();
    },
  };
}

/**
 * Milliseconds before try number `attempt` + 1: doubling from `first` up to `most`, of which a
 * random part of up to a half is left off, so that many waiting for one thing do not come at once.
 */
export function backoff(attempt: number, first: number, most: number): number {
  const full = Math.min(most, first * 2 ** Math.min(attempt - 1, 30));
  return full * (0.5 + Math.random() / 2);
}
