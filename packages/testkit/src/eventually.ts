import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until the assertion holds: calls it again until it neither throws nor returns `false`, and
 * hands back what it returned. After `timeout` milliseconds (15,000 unless told) the last failure is thrown.
 * Use it where an event has to travel first; never a fixed sleep.
 */
export async function eventually<T>(
  assertion: () => T | Promise<T>,
  options: { timeout?: number; interval?: number } = {},
): Promise<T> {
  const { timeout = 15_000, interval = 20 } = options;
  const deadline = performance.now() + timeout;
  for (;;) {
    try {
      const result = await assertion();
      if (result !== false) return result;
      throw new Error('the condition stayed false');
    } catch (error) {
      if (performance.now() >= deadline) {
        if (error instanceof Error) error.message = `After ${timeout} ms still: ${error.message}`;
        throw error;
      }
    }
    await delay(interval);
  }
}
