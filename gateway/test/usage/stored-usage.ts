import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { buildSchema, parse } from 'graphql';
import { createUsageKeeper } from '../../src/usage/usage-keeper.js';
import { createUsageRecorder, type UsedOperation } from '../../src/usage/usage-recorder.js';
import { readUsage } from '../../src/usage/usage-report.js';
import type { UsageStore } from '../../src/usage/usage-store.js';

export const NOON = Date.parse('2026-03-10T12:00:00Z');
const DAY_MS = 86_400_000;

const apiSchema = buildSchema('type Query { me: String }');
const graph = { supergraph: { apiSchema } } as unknown as UsedOperation['graph'];
export const ME: UsedOperation = {
  hash: 'h',
  name: 'Me',
  kind: 'query',
  document: parse('query Me { me }'),
  graph,
  listed: false,
};

export async function recordInto(store: UsageStore, times: number, now: number): Promise<void> {
  const recorder = createUsageRecorder({ now: () => now });
  const keeper = createUsageKeeper({ recorder, store, log: silentLogger, now: () => now });
  for (let i = 0; i < times; i += 1) {
    recorder.record(ME, { name: 'web', version: '1' }, { milliseconds: 3, failed: false });
  }
  await keeper.stop();
}

/** How much was counted in so many days. */
export async function seen(store: UsageStore, days: number): Promise<number> {
  const { operations } = await readUsage(store, { days, now: NOON });
  return operations.flatMap(({ by }) => by).reduce((sum, { count }) => sum + count, 0);
}

/** What holds for usage wherever it is stored. */
export function describeStoredUsage(
  place: string,
  prepare: () => Promise<{ open: () => UsageStore; stop: () => Promise<void> }>,
): void {
  describe(`usage stored in ${place}`, () => {
    let stores: Awaited<ReturnType<typeof prepare>>;
    let reader: UsageStore;
    beforeEach(async () => {
      stores = await prepare();
      reader = stores.open();
    });
    afterEach(async () => {
      await reader.close();
      await stores.stop();
    });

    it('survives a restart, and is told for the days that were asked for', async () => {
      await recordInto(stores.open(), 2, NOON - 20 * DAY_MS);
      await recordInto(stores.open(), 3, NOON);
      await recordInto(stores.open(), 4, NOON);
      expect(await seen(reader, 1)).toBe(7);
      expect(await seen(reader, 30)).toBe(9);
    });

    it('is forgotten after ninety days', async () => {
      await recordInto(stores.open(), 2, NOON - 91 * DAY_MS);
      await recordInto(stores.open(), 3, NOON);
      expect(await reader.days()).toEqual(['2026-03-10']);
    });
  });
}
