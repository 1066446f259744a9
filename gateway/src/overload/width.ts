/** Milliseconds behind from which on the process takes less upon itself. */
const MOST_LAG_MS = 200;
/** Let in at a time at least, however far behind. */
const LEAST = 16;

/**
 * How many to let in at a time: a third fewer each time the event loop is behind, a sixteenth of the
 * most there may be more each time it is not.
 * @param lagMs by how much turns of the event loop were late, on average since the last time
 */
export function nextWidth(width: number, lagMs: number, most: number): number {
  const least = Math.min(LEAST, most);
  if (lagMs > MOST_LAG_MS) return Math.max(least, Math.floor((width * 2) / 3));
  return Math.min(most, width + Math.ceil(most / 16));
}
