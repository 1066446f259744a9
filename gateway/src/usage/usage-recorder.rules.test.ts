import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { percentile } from './durations.js';
import { countOf, mergeUsage, readDay, storedForm, usageOf, type Usage } from './usage-day.js';
import { createUsageRecorder, type UsedOperation } from './usage-recorder.js';

const apiSchema = buildSchema('type Query { me: String you: String }');
const graph = { supergraph: { apiSchema } } as unknown as UsedOperation['graph'];

function operation(name: string, fields: Partial<UsedOperation> = {}): UsedOperation {
  const document = parse(`query ${name} { me }`);
  return {
    hash: `hash of ${name}`,
    name,
    kind: 'query',
    document,
    graph,
    listed: false,
    ...fields,
  };
}
const WEB = { name: 'web', version: '1' };
const quick = { milliseconds: 5, failed: false };

describe('usage', () => {
  it('counts each operation by client and version, with errors, times and when it was seen', () => {
    let now = 1_000;
    const recorder = createUsageRecorder({ now: () => now });
    const me = operation('Me');
    for (let i = 0; i < 95; i += 1) recorder.record(me, WEB, { milliseconds: 10, failed: false });
    now = 2_000;
    for (let i = 0; i < 5; i += 1) recorder.record(me, WEB, { milliseconds: 400, failed: true });
    recorder.record(me, { name: 'web', version: '2' }, quick);

    const { operations, others } = recorder.take();
    expect(operations).toMatchObject([
      {
        name: 'Me',
        coordinates: ['Query', 'Query.me', 'String'],
        by: [
          { client: 'web', version: '1', count: 100, errors: 5, lastSeen: 2_000 },
          { client: 'web', version: '2', count: 1, errors: 0 },
        ],
      },
    ]);
    expect(others).toBe(0);
    const { durations } = operations[0]!.by[0]!;
    expect(percentile(durations, 0.5)).toBeCloseTo(10, -0.5);
    expect(percentile(durations, 0.99)! / 400).toBeCloseTo(1, 0);
    expect(recorder.take()).toEqual({ operations: [], others: 0 });
  });

  it('tells a percentile within an eighth', () => {
    for (const truth of [0.3, 1, 7, 42, 333, 2_500, 30_000]) {
      const recorder = createUsageRecorder({ now: () => 0 });
      recorder.record(operation('Me'), WEB, { milliseconds: truth, failed: false });
      const told = percentile(recorder.take().operations[0]!.by[0]!.durations, 0.5)!;
      expect(Math.abs(told - truth) / truth).toBeLessThan(0.125);
    }
    expect(percentile({}, 0.5)).toBeNull();
  });

  it('stays small under ever new operations and clients, and keeps what manifests list', () => {
    const recorder = createUsageRecorder({ now: () => 0 });
    for (let i = 0; i < 3_000; i += 1) recorder.record(operation(`Evil${i}`), WEB, quick);
    const mine = operation('Mine', { listed: true });
    for (let i = 0; i < 500; i += 1) {
      recorder.record(mine, { name: `client ${i}`, version: null }, quick);
    }
    const often = operation('Evil0');
    for (let i = 0; i < 10; i += 1) recorder.record(often, WEB, quick);

    const taken = recorder.take();
    expect(taken.operations).toHaveLength(1_001);
    expect(taken.others).toBe(2_000);
    const stored = usageOf(storedForm(mergeUsage([taken])));
    expect(stored.operations).toHaveLength(501);
    expect(stored.operations.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Mine', 'Evil0']),
    );
    const kept = stored.operations.find(({ name }) => name === 'Mine')!;
    expect([countOf(kept), kept.by.length]).toEqual([500, 50]);
    // Nothing is lost from the sum.
    const sum = stored.operations.reduce((all, one) => all + countOf(one), stored.others);
    expect(sum).toBe(3_000 + 500 + 10);
  });

  it('adds up over gateways and days, and survives being stored', () => {
    const part = (count: number, version: string): Usage => {
      const recorder = createUsageRecorder({ now: () => count });
      for (let i = 0; i < count; i += 1) {
        recorder.record(operation('Me'), { name: 'web', version }, quick);
      }
      return usageOf(readDay(JSON.stringify(storedForm(recorder.take())))!);
    };
    const { operations } = mergeUsage([part(3, '1'), part(4, '1'), part(5, '2')]);
    expect(operations).toHaveLength(1);
    expect(operations[0]!.by).toMatchObject([
      { version: '1', count: 7, lastSeen: 4 },
      { version: '2', count: 5, lastSeen: 5 },
    ]);
    expect(Object.values(operations[0]!.by[0]!.durations)).toEqual([7]);
  });

  it('of another form is not read', () => {
    expect(readDay('{ "operations": 3 }')).toBeNull();
  });
});
