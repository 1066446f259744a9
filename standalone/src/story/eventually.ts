import { setTimeout as pause } from 'node:timers/promises';

const STEP_MS = 25;

/**
 * Asks until the answer fits: for what other services learn by events a moment later, and nothing
 * announces.
 * @throws Error naming `what` when the time is over
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
  patienceMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`${what} did not happen in time.`);
    await pause(STEP_MS);
  }
}
