/** What is done again and again, without a pause, until it is told to end. */
export interface Traffic {
  /** Times that it succeeded. */
  readonly done: number;
  /** What failed, as it was thrown. */
  readonly failures: readonly unknown[];
  end(): Promise<void>;
}

/** @param lanes each does its own again and again, beside the others */
export function startTraffic(lanes: readonly ((turn: number) => Promise<unknown>)[]): Traffic {
  const failures: unknown[] = [];
  let done = 0;
  let isOver = false;
  const running = lanes.map(async (work) => {
    for (let turn = 0; !isOver; turn += 1) {
      try {
        await work(turn);
        done += 1;
      } catch (error) {
        failures.push(error);
      }
    }
  });
  return {
    get done() {
      return done;
    },
    failures,
    async end() {
      isOver = true;
      await Promise.all(running);
    },
  };
}
