import { mergeUsage, readDay, usageOf, type Usage } from './usage-day.js';
import type { UsageStore } from './usage-store.js';

const DAY_MS = 86_400_000;

/** The date that a moment lies on, in UTC. */
export function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** What was used in the last so many days, today included. Days that cannot be read are left out. */
export async function readUsage(
  store: UsageStore,
  { days, now }: { days: number; now: number },
): Promise<Usage> {
  const first = dayOf(now - (days - 1) * DAY_MS);
  const parts: Usage[] = [];
  for (const day of await store.days()) {
    if (day < first) continue;
    const stored = readDay((await store.read(day)) ?? '');
    if (stored) parts.push(usageOf(stored));
  }
  return mergeUsage(parts);
}
