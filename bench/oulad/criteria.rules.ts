/** What each criterion of an assessment is worth: any whole mark from 0 to 100 is a sum of some. */
export const CRITERIA: readonly number[] = [37, 32, 16, 8, 4, 2, 1];

/**
 * Which criteria were met by work with this mark: the greatest that still fit, and 37 only where the
 * others (63 together) do not suffice.
 * @param score a whole number, 0–100
 */
export function criteriaMet(score: number): boolean[] {
  const [first, ...powersOfTwo] = CRITERIA as [number, ...number[]];
  const needsFirst = score > 63;
  let left = needsFirst ? score - first : score;
  const met = powersOfTwo.map((points) => {
    const fits = points <= left;
    if (fits) left -= points;
    return fits;
  });
  if (left !== 0) throw new Error(`No criteria add up to ${score}`);
  return [needsFirst, ...met];
}
