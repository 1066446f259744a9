/** Sums stop here, the largest that GraphQL's Int can say. */
export const LARGEST = 2 ** 31 - 1;

/** A sum as GraphQL can say it; nothing added up is 0. */
export function asInt(sum: number | bigint | null | undefined): number {
  return Math.min(Number(sum ?? 0), LARGEST);
}
