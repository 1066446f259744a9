/** Milliseconds behind from which on the process takes less upon itself. */
const MOST_LAG_MS = 200;
/** Let in at a time at least, however far behind. */
const LEAST = 16;

/**
 * How many to let in at a time: a third fewer each time the process is behind, a sixteenth of the
 * most there may be more each time it is not.
 * @param lagMs how late it is: turns of the event loop on average, or those who wait for one
 */
export function nextWidth(width: number, lagMs: number, most: number): number {
  const least = Math.min(LEAST, most);
  if (lagMs > MOST_LAG_MS) return Math.max(least, Math.floor((width * 2) / 3));
  return Math.min(most, width + Math.ceil(most / 16));
}
