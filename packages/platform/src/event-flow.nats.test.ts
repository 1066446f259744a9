import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { startNats } from '@lyceum/testkit/nats';
import type { TestNats } from '@lyceum/testkit/nats';
import { counted, numbersByAggregate, openEventWorld } from '../test/event-world.js';
import type { EventWorld } from '../test/event-world.js';
import type { Bus } from './bus/bus.js';
import { connectNatsBus } from './bus/nats-bus.js';
import { silentLogger } from './telemetry/logger.js';

/** Outbox → relay → NATS → consumer, with everything on the way being lost at some time. */
describe('events over a broker that fails', () => {
  let nats: TestNats;
  let world: EventWorld;
  let buses: Bus[];
  beforeEach(async () => {
    [nats, world] = await Promise.all([startNats(), openEventWorld()]);
    buses = [];
  });
  afterEach(async () => {
    await world.close();
    for (const bus of buses) await bus.close();
    await nats.destroy();
  });

  const connectBus = (): Bus => {
    const bus = connectNatsBus({ url: nats.url, log: silentLogger });
    buses.push(bus);
    return bus;
  };
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
  const write = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n++) await world.write([counted('a', n), counted('b', n)]);
  };
  const allInOrder = (count: number): Promise<void> =>
    eventually(
      async () => {
        const done = numbersByAggregate(await world.effects());
        expect(done).toEqual({ a: upTo(count), b: upTo(count) });
      },
      { timeout: 40_000 },
    );

  it('writes go on while it is down, and everything arrives in order when it is back', async () => {
    await nats.stop();
    world.relay(connectBus()).start();
    await world.runner({ bus: connectBus() }).start();
    await write(0, 50);
    expect(await world.effects()).toEqual([]);
    await nats.start();
    await allInOrder(50);
  }, 60_000);

  it('kill -9 in the middle loses nothing and doubles nothing', async () => {
    world.relay(connectBus()).start();
    await world.runner({ bus: connectBus(), limits: { batch: 10 } }).start();
    const writing = write(0, 300);
    for (const enough of [50, 250]) {
      await eventually(async () => {
        expect((await world.effects()).length).toBeGreaterThan(enough);
      });
      await nats.stop('SIGKILL');
      await nats.start();
    }
    await writing;
    await allInOrder(300);
  }, 90_000);

  it('a deleted volume is filled again, before newer events, for consumers that were behind', async () => {
    world.relay(connectBus()).start();
    const runner = world.runner({ bus: connectBus() });
    await runner.start();
    await write(0, 20);
    await allInOrder(20);
    await runner.stop();
    // Published, and not consumed by anyone when the volume goes.
    await write(20, 40);
    await eventually(async () => {
      expect(await world.rows('SELECT 1 FROM outbox WHERE published_at IS NULL')).toEqual([]);
    });
    await nats.stop('SIGKILL');
    await nats.deleteVolume();
    await write(40, 50);
    await nats.start();
    await runner.start();
    await write(50, 60);
    await allInOrder(60);
  }, 60_000);

  it('a consumer that takes over begins with what the one before left open', async () => {
    world.relay(connectBus()).start();
    const firstBus = connectBus();
    let letGo = (): void => {};
    const lost = world.runner({
      bus: firstBus,
      limits: { batch: 1 },
      // As a process that is killed: from here on nothing gets through.
      before: async (event) => {
        if (event.data.n === 10) await new Promise<void>((resolve) => (letGo = resolve));
      },
    });
    await lost.start();
    await write(0, 30);
    await eventually(async () => expect((await world.effects()).length).toBeGreaterThanOrEqual(20));
    await firstBus.close();
    await world.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND state = 'idle in transaction'`,
    );
    await world.runner({ bus: connectBus() }).start();
    await write(30, 40);
    await allInOrder(40);
    letGo();
  }, 60_000);
});
