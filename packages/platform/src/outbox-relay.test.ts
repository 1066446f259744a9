import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { eventually } from '@lyceum/testkit/eventually';
import pg from 'pg';
import { counted, numbersByAggregate, openEventWorld, rawClient } from '../test/event-world.js';
import type { EventWorld } from '../test/event-world.js';
import type { Bus } from './bus/bus.js';
import { createInProcessBus } from './bus/in-process-bus.js';
import { insertOutbox, MAX_EVENT_BYTES } from './outbox.js';
import { republish } from './outbox-keeper.js';
import { silentLogger } from './telemetry/logger.js';

/** A bus that takes note, and does as it is told. */
function noteBus(): Bus & { taken: EventEnvelope[]; down: boolean; storageCreatedAt: Date | null } {
  const taken: EventEnvelope[] = [];
  const bus = {
    taken,
    down: false,
    publish: async (event: EventEnvelope) => {
      // As over a network: an answer takes a moment.
      await new Promise((resolve) => setImmediate(resolve));
      if (bus.down) throw new Error('The broker is down');
      taken.push(event);
      return null;
    },
    consume: async () => ({ close: async () => {} }),
    listen: async () => ({ close: async () => {} }),
    replay: async () => ({ refused: 'UNKNOWN' as const }),
    isAfter: () => true,
    position: null,
    healthy: true,
    numbersInOutbox: false,
    keepsOrderWhenPipelined: false,
    storageCreatedAt: null,
    close: async () => {},
  };
  return bus;
}

const numbers = (events: readonly EventEnvelope[], aggregateId: string): number[] =>
  events.filter((e) => e.aggregateId === aggregateId).map((e) => (e.data as { n: number }).n);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

let world: EventWorld;
beforeEach(async () => {
  world = await openEventWorld();
});
afterEach(() => world.close());

const unpublished = async (): Promise<number> =>
  (await world.rows('SELECT id FROM outbox WHERE published_at IS NULL')).length;

describe('the outbox', () => {
  it('gives back an event as it was recorded', async () => {
    const bus = noteBus();
    world.relay(bus).start();
    const event = counted('Ünï', 1, { actorId: 'someone', causationId: counted('a', 0).id });
    await world.write([event]);
    await eventually(() => expect(bus.taken).toEqual([event]));
  });

  it('records nothing when the transaction is rolled back', async () => {
    const bus = noteBus();
    world.relay(bus).start();
    const failing = world.transact(null, async (tx) => {
      await insertOutbox(tx.prisma, [counted('a', 0)]);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await world.write([counted('a', 1)]);
    await eventually(() => expect(numbers(bus.taken, 'a')).toEqual([1]));
  });

  it('refuses an event that no broker would take', async () => {
    const event = { ...counted('a', 0), data: { text: 'x'.repeat(MAX_EVENT_BYTES) } };
    await expect(insertOutbox(rawClient(world.pool), [event])).rejects.toThrow(RangeError);
  });
});

describe('the relay', () => {
  it('publishes in order for each aggregate, and marks what it published', async () => {
    const bus = noteBus();
    world.relay(bus, { window: 40 }).start();
    for (let n = 0; n < 100; n += 10) {
      await world.write(upTo(10).flatMap((i) => ['a', 'b', 'c'].map((a) => counted(a, n + i))));
    }
    await eventually(async () => expect(await unpublished()).toBe(0));
    for (const aggregate of ['a', 'b', 'c']) {
      expect(numbers(bus.taken, aggregate)).toEqual(upTo(100));
    }
  });

  it('finds a row that becomes visible after rows with a higher number', async () => {
    const bus = noteBus();
    world.relay(bus).start();
    const slow = new pg.Client({ connectionString: world.url });
    await slow.connect();
    await slow.query('BEGIN');
    await insertOutbox(rawClient(slow), [counted('slow', 0)]);
    await world.write([counted('fast', 1)]);
    await eventually(() => expect(numbers(bus.taken, 'fast')).toEqual([1]));
    await slow.query('COMMIT');
    await slow.end();
    await eventually(() => expect(numbers(bus.taken, 'slow')).toEqual([0]));
  });

  it('keeps what is written while the broker is down, and publishes it in order afterwards', async () => {
    const bus = noteBus();
    bus.down = true;
    world.relay(bus).start();
    for (const n of upTo(20)) await world.write([counted('a', n)]);
    expect(await unpublished()).toBe(20);
    bus.down = false;
    await eventually(async () => expect(await unpublished()).toBe(0), { timeout: 10_000 });
    expect(numbers(bus.taken, 'a')).toEqual(upTo(20));
  });

  it('goes on after the database cut its connections', async () => {
    const bus = noteBus();
    world.relay(bus).start();
    await world.write([counted('a', 0)]);
    await eventually(async () => expect(await unpublished()).toBe(0));
    const other = new pg.Client({ connectionString: world.url });
    await other.connect();
    await other.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await other.end();
    await eventually(() => world.write([counted('a', 1)]));
    await eventually(() => expect(numbers(bus.taken, 'a')).toEqual([0, 1]));
  });

  it('publishes again what was published but not marked, and it takes effect once', async () => {
    const bus = createInProcessBus({ log: silentLogger });
    await world.runner({ bus }).start();
    const events = upTo(50).map((n) => counted('a', n));
    const first = world.relay(bus);
    first.start();
    await world.write(events);
    await eventually(async () => expect(await unpublished()).toBe(0));
    await first.stop();
    // As a crash between publishing and marking leaves it.
    await world.pool.query('UPDATE outbox SET published_at = NULL WHERE seq % 2 = 0');
    world.relay(bus).start();
    await eventually(async () => expect(await unpublished()).toBe(0));
    expect(numbersByAggregate(await world.effects())).toEqual({ a: upTo(50) });
  });

  it('refills a broker that lost its storage, old events before new ones', async () => {
    const bus = noteBus();
    bus.storageCreatedAt = new Date(Date.now() - 3_600_000);
    world.relay(bus).start();
    await world.write(upTo(10).map((n) => counted('a', n)));
    await eventually(async () => expect(await unpublished()).toBe(0));

    bus.down = true;
    bus.taken.length = 0;
    await world.write([counted('a', 10)]);
    bus.storageCreatedAt = new Date();
    bus.down = false;
    await world.write([counted('a', 11)]);
    await eventually(() => expect(numbers(bus.taken, 'a')).toEqual(upTo(12)), { timeout: 10_000 });
    await eventually(async () => expect(await unpublished()).toBe(0));
  });

  it('publishes everything since a time again on request, which changes nothing', async () => {
    const bus = createInProcessBus({ log: silentLogger });
    await world.runner({ bus }).start();
    world.relay(bus).start();
    const old = counted('a', 0, { time: '2026-01-01T00:00:00.000Z' });
    await world.write([old, counted('a', 1), counted('a', 2)]);
    await eventually(async () => expect(await unpublished()).toBe(0));
    expect(await republish(world.pool, new Date('2026-02-01T00:00:00Z'))).toBe(2);
    await eventually(async () => expect(await unpublished()).toBe(0));
    expect(numbersByAggregate(await world.effects())).toEqual({ a: [0, 1, 2] });
  });
});
