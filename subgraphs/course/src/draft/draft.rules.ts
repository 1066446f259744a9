/**
 * The order of siblings with `id` at `position` (from 0; null or too large: at the end). `id` may
 * be new among them or one of them already.
 */
export function placed(
  siblings: readonly string[],
  id: string,
  position: number | null | undefined,
): string[] {
  const others = siblings.filter((other) => other !== id);
  const index = Math.min(position ?? others.length, others.length);
  return others.toSpliced(index, 0, id);
}
