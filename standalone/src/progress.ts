/** Prints steps, one a line, with the seconds each took; long ones tick so that none is silent. */
export interface StepPrinter {
  step(message: string): void;
  done(): void;
}

const TICK_MS = 3_000;

export function createStepPrinter(write: (text: string) => void): StepPrinter {
  let current: { message: string; since: number } | null = null;
  let ticker: NodeJS.Timeout | null = null;

  function finish(): void {
    if (ticker) clearInterval(ticker);
    ticker = null;
    if (current) write(` ${((Date.now() - current.since) / 1000).toFixed(1)} s\n`);
    current = null;
  }

  return {
    step(message) {
      if (current?.message === message) return;
      finish();
      current = { message, since: Date.now() };
      write(`  ${message} …`);
      ticker = setInterval(() => write('.'), TICK_MS);
      ticker.unref();
    },
    done: finish,
  };
}
