/** Each bound is a quarter more than the one before: percentiles are within an eighth of the truth. */
const GROWTH = 1.25;
const SMALLEST_MS = 0.25;
/** The last bucket, from about a minute on, is open. */
const BUCKETS = 56;
const LOG_GROWTH = Math.log(GROWTH);

/** How many operations took how long, by bucket; only buckets that hold something. */
export type Durations = Record<number, number>;

export function addDuration(durations: Durations, milliseconds: number): void {
  const bucket = bucketOf(milliseconds);
  durations[bucket] = (durations[bucket] ?? 0) + 1;
}

export function addDurations(to: Durations, from: Durations): void {
  for (const [bucket, count] of Object.entries(from)) {
    to[Number(bucket)] = (to[Number(bucket)] ?? 0) + count;
  }
}

/**
 * @param share such as 0.95
 * @returns milliseconds, the middle of the bucket; null when there is nothing
 */
export function percentile(durations: Durations, share: number): number | null {
  const counts = Object.entries(durations).map(([bucket, n]) => [Number(bucket), n] as const);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  let left = Math.ceil(total * share);
  for (const [bucket, count] of counts.toSorted(([a], [b]) => a - b)) {
    left -= count;
    if (left <= 0) return SMALLEST_MS * GROWTH ** (bucket - 0.5);
  }
  return null;
}

function bucketOf(milliseconds: number): number {
  if (milliseconds <= SMALLEST_MS) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(Math.log(milliseconds / SMALLEST_MS) / LOG_GROWTH));
}
