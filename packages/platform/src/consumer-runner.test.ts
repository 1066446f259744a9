import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { eventually } from '@lyceum/testkit/eventually';
import fc from 'fast-check';
import {
  counted,
  Counted,
  Followed,
  numbersByAggregate,
  openEventWorld,
  ToldElsewhere,
  writeEffect,
} from '../test/event-world.js';
import type { EventWorld } from '../test/event-world.js';
import type { Bus, ConsumeOptions, Delivery } from './bus/bus.js';
import { createInProcessBus } from './bus/in-process-bus.js';
import { on, onMany } from './consumers.js';
import { currentCorrelation } from './correlation.js';
import { NotYet } from './not-yet.js';
import { silentLogger } from './telemetry/logger.js';

/** A bus in the test's hand: what is delivered, and when. */
function handBus(): { bus: Bus; deliver(event: EventEnvelope): void; acked: string[] } {
  let consumer: ConsumeOptions | null = null;
  const acked: string[] = [];
  const bus: Bus = {
    publish: async () => null,
    consume: async (options) => {
      consumer = options;
      return { close: async () => {} };
    },
    listen: async () => ({ close: async () => {} }),
    replay: async () => ({ refused: 'UNKNOWN' }),
    isAfter: () => true,
    position: null,
    healthy: true,
    keepsOrderWhenPipelined: true,
    storageCreatedAt: null,
    numbersInOutbox: false,
    close: async () => {},
  };
  const deliver = (event: EventEnvelope): void => {
    const delivery: Delivery = { event, ack: () => void acked.push(event.id) };
    consumer?.onDelivery(delivery);
  };
  return { bus, deliver, acked };
}

let world: EventWorld;
beforeEach(async () => {
  world = await openEventWorld();
});
afterEach(() => world.close());

const idle = async (acked: string[], count: number): Promise<void> =>
  eventually(() => expect(acked).toHaveLength(count), { timeout: 20_000 });

describe('a consumer', () => {
  it('handles an event once, however often it is delivered', async () => {
    const { bus, deliver, acked } = handBus();
    const events = Array.from({ length: 300 }, (_, n) => counted('a', n));
    await world.runner({ bus }).start();
    for (const event of events) {
      deliver(event);
      deliver(event);
    }
    await idle(acked, 600);
    for (const event of events) deliver(event);
    await idle(acked, 900);
    expect(numbersByAggregate(await world.effects())).toEqual({ a: events.map((_, n) => n) });
  });

  it('tries a failing event again, while only its aggregate waits, and keeps its order', async () => {
    const { bus, deliver, acked } = handBus();
    let tries = 0;
    const order: string[] = [];
    const before = (event: EventEnvelope<{ n: number }>): void => {
      order.push(`${event.aggregateId}${event.data.n}`);
      if (event.aggregateId === 'a' && event.data.n === 0 && ++tries < 4)
        throw new Error('not yet');
    };
    await world.runner({ bus, before, limits: { firstDelayMs: 100 } }).start();
    for (const n of [0, 1, 2])
      for (const aggregate of ['a', 'b', 'c']) deliver(counted(aggregate, n));
    await idle(acked, 9);
    expect(numbersByAggregate(await world.effects())).toEqual({
      a: [0, 1, 2],
      b: [0, 1, 2],
      c: [0, 1, 2],
    });
    expect(order.lastIndexOf('c2')).toBeLessThan(order.lastIndexOf('a0'));
    expect(await world.rows('SELECT id FROM dead_letter')).toEqual([]);
  });

  it('waits for what an event builds on without counting tries, beside all others', async () => {
    const { bus, deliver, acked } = handBus();
    let arrived = false;
    let tries = 0;
    const before = (event: EventEnvelope<{ n: number }>): void => {
      if (event.data.n === 9) arrived = true;
      if (event.aggregateId !== 'a' || event.data.n !== 0 || arrived) return;
      tries++;
      throw new NotYet('the ninth');
    };
    await world.runner({ bus, before, limits: { tries: 2 } }).start();
    for (const n of [0, 1]) for (const aggregate of ['a', 'b']) deliver(counted(aggregate, n));
    await idle(acked, 2);
    await eventually(() => expect(tries).toBeGreaterThan(5));
    expect(numbersByAggregate(await world.effects())).toEqual({ b: [0, 1] });
    // What is waited for may be about the same aggregate, told by another service.
    deliver(counted('a', 9, { type: ToldElsewhere.type }));
    await idle(acked, 5);
    expect(numbersByAggregate(await world.effects())).toEqual({ a: [9, 0, 1], b: [0, 1] });
    expect(await world.rows('SELECT id FROM dead_letter')).toEqual([]);
  });

  it('sets aside what has waited for too long', async () => {
    const { bus, deliver, acked } = handBus();
    let tries = 0;
    const before = (event: EventEnvelope<{ n: number }>): void => {
      if (event.data.n !== 0) return;
      tries++;
      throw new NotYet('what never comes');
    };
    await world.runner({ bus, before, limits: { tries: 2, notYetMs: 300 } }).start();
    for (const n of [0, 1]) deliver(counted('a', n));
    await idle(acked, 2);
    expect(tries).toBeGreaterThan(3);
    expect(numbersByAggregate(await world.effects())).toEqual({ a: [1] });
    expect(await world.rows('SELECT attempts, error FROM dead_letter')).toEqual([
      { attempts: 2, error: expect.stringContaining('what never comes') },
    ]);
  });

  it('does not let those that wait take the places of what they wait for', async () => {
    const { bus, deliver, acked } = handBus();
    const before = (event: EventEnvelope<{ n: number }>): void => {
      if (event.data.n < 6) throw new NotYet('what is not let in');
    };
    await world.runner({ bus, before, limits: { tries: 2, maxInFlight: 8 } }).start();
    for (let n = 0; n < 6; n++) deliver(counted(`${n}`, n));
    // A quarter goes on waiting, the others are set aside as ever.
    await idle(acked, 4);
    deliver(counted('waited for', 6));
    await idle(acked, 5);
    expect(numbersByAggregate(await world.effects())).toEqual({ 'waited for': [6] });
    expect(await world.rows('SELECT id FROM dead_letter')).toHaveLength(4);
  });

  it('sets an event aside after bounded tries, lets its aggregate go on, and replays it', async () => {
    const { bus, deliver, acked } = handBus();
    let broken = true;
    let tries = 0;
    const before = (event: EventEnvelope<{ n: number }>): void => {
      if (event.data.n === 1 && broken) {
        tries++;
        throw new Error('it cannot be done');
      }
    };
    await world.runner({ bus, before }).start();
    const events = [0, 1, 2].map((n) => counted('a', n));
    for (const event of events) deliver(event);
    await idle(acked, 3);
    expect(numbersByAggregate(await world.effects())).toEqual({ a: [0, 2] });
    // Once with the others, then four times on its own.
    expect(tries).toBe(5);
    const [letter] = await world.rows('SELECT * FROM dead_letter');
    expect(letter).toMatchObject({
      id: events[1]!.id,
      state: 'FAILED',
      attempts: 4,
      event: events[1],
    });
    expect(letter!['error']).toContain('it cannot be done');

    // Delivered again it stays set aside: a person decides.
    broken = false;
    deliver(events[1]!);
    await idle(acked, 4);
    expect(numbersByAggregate(await world.effects())).toEqual({ a: [0, 2] });

    await world.pool.query(`UPDATE dead_letter SET state = 'REPLAY'`);
    await eventually(async () => {
      expect(await world.rows('SELECT state FROM dead_letter')).toEqual([{ state: 'DONE' }]);
    });
    expect(numbersByAggregate(await world.effects())).toEqual({ a: [0, 2, 1] });
  });

  it('sets a replayed event aside again when it fails again', async () => {
    const { bus, deliver, acked } = handBus();
    const before = (): void => {
      throw new Error('never');
    };
    await world.runner({ bus, before, limits: { tries: 1 } }).start();
    deliver(counted('a', 0));
    await idle(acked, 1);
    await world.pool.query(`UPDATE dead_letter SET state = 'REPLAY'`);
    await eventually(async () => {
      expect(await world.rows('SELECT state, attempts FROM dead_letter')).toEqual([
        { state: 'FAILED', attempts: 2 },
      ]);
    });
  });

  it('sets aside at once what is not as the catalogue says', async () => {
    const { bus, deliver, acked } = handBus();
    await world.runner({ bus }).start();
    deliver(counted('a', 0));
    deliver({ ...counted('a', 0), data: { n: 'one' } });
    deliver(counted('a', 2));
    await idle(acked, 3);
    expect(numbersByAggregate(await world.effects())).toEqual({ a: [0, 2] });
    expect(await world.rows('SELECT attempts FROM dead_letter')).toEqual([{ attempts: 1 }]);
  });

  it('waits for a database that refuses connections, without counting tries', async () => {
    const { bus, deliver, acked } = handBus();
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    let refusals = 0;
    const before = (): void => {
      if (++refusals < 8) throw new Error('query failed', { cause: refused });
    };
    await world.runner({ bus, before, limits: { tries: 2 } }).start();
    deliver(counted('a', 0));
    await idle(acked, 1);
    expect(numbersByAggregate(await world.effects())).toEqual({ a: [0] });
    expect(await world.rows('SELECT id FROM dead_letter')).toEqual([]);
  });

  it('survives that the database cuts all its connections in the middle of a transaction', async () => {
    const { bus, deliver, acked } = handBus();
    let cut = false;
    const before = async (event: EventEnvelope<{ n: number }>): Promise<void> => {
      if (event.data.n !== 5 || cut) return;
      cut = true;
      await world.pool.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
    };
    await world.runner({ bus, before, limits: { tries: 1 } }).start();
    for (let n = 0; n < 10; n++) deliver(counted('a', n));
    await idle(acked, 10);
    expect(numbersByAggregate(await world.effects())).toEqual({
      a: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    });
    expect(await world.rows('SELECT id FROM dead_letter')).toEqual([]);
  });

  it('gives runs of events to a bulk consumer, and finds the failing one among them', async () => {
    const { bus, deliver, acked } = handBus();
    const sizes: number[] = [];
    const consumer = onMany([Counted], async (events, tx) => {
      sizes.push(events.length);
      if (events.some((event) => event.data.n === 7)) throw new Error('seven');
      for (const event of events) await writeEffect(event, tx);
    });
    await world.runner({ bus, consumers: [consumer] }).start();
    for (let n = 0; n < 20; n++) deliver(counted(`${n}`, n));
    await idle(acked, 20);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    expect((await world.effects()).map(({ n }) => n).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, n) => n).filter((n) => n !== 7),
    );
    expect(await world.rows('SELECT id FROM dead_letter')).toHaveLength(1);
  });

  it('hands on the correlation, to logs and to the events a handler records', async () => {
    const { bus, deliver, acked } = handBus();
    const seen: unknown[] = [];
    const consumer = on(Counted, async (event, tx) => {
      seen.push(currentCorrelation());
      tx.record(Followed, { aggregateId: 'follower', data: { n: event.data.n } });
    });
    await world.runner({ bus, consumers: [consumer] }).start();
    const events = [counted('a', 0), counted('b', 1)];
    for (const event of events) deliver(event);
    await idle(acked, 2);
    expect(seen).toEqual(
      events.map(({ id, correlationId }) => ({ correlationId, causationId: id })),
    );
    expect(
      await world.rows('SELECT correlation_id, causation_id FROM outbox ORDER BY seq'),
    ).toEqual(events.map((e) => ({ correlation_id: e.correlationId, causation_id: e.id })));
  });

  it('finishes the running batch when stopped, and leaves the rest to the next start', async () => {
    const bus = createInProcessBus({ log: silentLogger });
    const stops: Promise<void>[] = [];
    const runner = world.runner({
      bus,
      limits: { batch: 5 },
      before: (event) => {
        if (event.data.n === 2) stops.push(runner.stop());
      },
    });
    await runner.start();
    for (let n = 0; n < 12; n++) void bus.publish(counted('a', n)).catch(() => {});
    await eventually(() => expect(stops).toHaveLength(1));
    await Promise.all(stops);
    const done = numbersByAggregate(await world.effects())['a']!;
    expect(done).toContain(2);
    expect(done.length).toBeLessThan(12);
    await runner.start();
    await eventually(async () => {
      expect(numbersByAggregate(await world.effects())['a']).toEqual(
        Array.from({ length: 12 }, (_, n) => n),
      );
    });
    await runner.stop();
  });
});

describe('a consumer, whatever happens', () => {
  it('lets each event take effect once, in order for each aggregate', async () => {
    const step = fc.record({
      aggregate: fc.integer({ min: 0, max: 4 }),
      /** How often its handler fails before it succeeds. */
      failures: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 5 })),
      copies: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.constant(2)),
      infrastructure: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 4 })),
        async (steps, batch, choices) => {
          await world.pool.query('TRUNCATE effect, inbox, dead_letter');
          const { bus, deliver, acked } = handBus();
          const left = new Map<string, number>();
          const infrastructure = new Set<string>();
          const lanes = new Map<number, EventEnvelope[]>();
          let copies = 0;
          steps.forEach((each, n) => {
            const event = counted(`${each.aggregate}`, n);
            left.set(event.id, each.failures);
            if (each.infrastructure) infrastructure.add(event.id);
            const lane = lanes.get(each.aggregate) ?? [];
            for (let copy = 0; copy < each.copies; copy++) lane.push(event);
            copies += each.copies;
            lanes.set(each.aggregate, lane);
          });
          const expected = Object.fromEntries(
            [...lanes].map(([aggregate, events]) => [
              aggregate,
              [...new Set(events)].map((event) => (event.data as { n: number }).n),
            ]),
          );
          const runner = world.runner({
            bus,
            limits: { batch, tries: 10, firstDelayMs: 1, mostDelayMs: 3 },
            before: (event) => {
              const failures = left.get(event.id) ?? 0;
              if (failures === 0) return;
              left.set(event.id, failures - 1);
              throw Object.assign(
                new Error('fails'),
                infrastructure.has(event.id) ? { code: '57P03' } : {},
              );
            },
          });
          await runner.start();
          // Aggregates come in any order among each other; each in its own.
          while (lanes.size > 0) {
            const keys = [...lanes.keys()];
            const key = keys[(choices.next().value ?? 0) % keys.length]!;
            deliver(lanes.get(key)!.shift()!);
            if (lanes.get(key)!.length === 0) lanes.delete(key);
          }
          await idle(acked, copies);
          await runner.stop();
          expect(numbersByAggregate(await world.effects())).toEqual(expected);
          expect(await world.rows('SELECT id FROM dead_letter')).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);
});
