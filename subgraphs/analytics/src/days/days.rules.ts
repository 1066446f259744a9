/** The most days a figure by day can be asked for at once. */
export const MOST_DAYS = 400;
const DAY_MS = 86_400_000;

/**
 * The UTC days from `from` to `to`, both included; the 30 days up to today unless told.
 * @returns null when `to` lies before `from` or there are more than MOST_DAYS
 */
export function daysBetween(
  from: string | null | undefined,
  to: string | null | undefined,
  now: Date,
): string[] | null {
  const last = Date.parse(to ?? now.toISOString().slice(0, 10));
  const first = from ? Date.parse(from) : last - 29 * DAY_MS;
  const count = Math.round((last - first) / DAY_MS) + 1;
  if (!(count >= 1 && count <= MOST_DAYS)) return null;
  return Array.from({ length: count }, (_, i) =>
    new Date(first + i * DAY_MS).toISOString().slice(0, 10),
  );
}

/** One entry for each day, with zeros where nothing happened. */
export function fillDays<T extends { day: string }>(
  days: readonly string[],
  known: readonly T[],
  empty: (day: string) => T,
): T[] {
  const byDay = new Map(known.map((entry) => [entry.day, entry]));
  return days.map((day) => byDay.get(day) ?? empty(day));
}
