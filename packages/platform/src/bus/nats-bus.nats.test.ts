import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { startNats } from '@lyceum/testkit/nats';
import type { TestNats } from '@lyceum/testkit/nats';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { connect } from 'nats';
import { v7 } from 'uuid';
import { silentLogger } from '../telemetry/logger.js';
import { EventTooLarge } from './bus.js';
import type { Bus } from './bus.js';
import { describeBus, eventOf, TYPE } from './bus.contract.js';
import { connectNatsBus } from './nats-bus.js';

const LONG = 30_000;

let nats: TestNats;
beforeAll(async () => {
  nats = await startNats();
});
afterAll(() => nats.destroy());

async function deleteStreams(): Promise<void> {
  const nc = await connect({ servers: nats.url });
  const jsm = await nc.jetstreamManager();
  for await (const name of jsm.streams.names()) await jsm.streams.delete(name);
  await nc.close();
}

describeBus('NATS JetStream', () => {
  let bus: Bus;
  return {
    open: async (_, window) => (bus = connectNatsBus({ url: nats.url, log: silentLogger, window })),
    close: async () => {
      await bus.close();
      await deleteStreams();
    },
  };
});

describe('NATS JetStream: replay by another process', () => {
  const buses: Bus[] = [];
  const open = async (): Promise<Bus> => {
    const bus = connectNatsBus({ url: nats.url, log: silentLogger });
    buses.push(bus);
    await eventually(() => expect(bus.healthy).toBe(true));
    return bus;
  };
  const organizationId = v7();
  const request = { types: [TYPE], organizationId, limit: 100 };
  afterEach(async () => {
    for (const bus of buses.splice(0)) await bus.close();
    await deleteStreams();
  });

  it('reads from the stream what was told before it came, once for all who ask', async () => {
    const first = await open();
    const heard: { event: EventEnvelope; position: string }[] = [];
    await first.listen((event, position) => void heard.push({ event, position }));
    for (let n = 0; n < 2_500; n++) await first.publish(eventOf({ organizationId, data: { n } }));
    await eventually(() => expect(heard).toHaveLength(2_500));

    const second = await open();
    await second.listen(() => {});
    const later = eventOf({ organizationId });
    await second.publish(later);
    await eventually(() => expect(heard).toHaveLength(2_501));
    const { position } = heard[2_449]!;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => second.replay({ ...request, after: position })),
    );
    for (const answer of answers) expect(answer).toEqual({ events: heard.slice(2_450) });
    expect(await second.replay({ ...request, after: heard[2_399]!.position, limit: 101 })).toEqual({
      events: heard.slice(2_400),
    });
  }, 30_000);

  it('waits until it was told itself what another had told already', async () => {
    const [first, second] = [await open(), await open()];
    let position = '';
    await first.listen((_, at) => void (position = at));
    await second.listen(() => {});
    await first.publish(eventOf({ organizationId }));
    await eventually(() => expect(position).not.toBe(''));
    expect(await second.replay({ ...request, after: position })).toEqual({ events: [] });
    expect(second.position).toBe(position);
  });

  it('does not give what the stream no longer has', async () => {
    const first = await open();
    const positions: string[] = [];
    await first.listen((_, position) => void positions.push(position));
    for (let n = 0; n < 5; n++) await first.publish(eventOf({ organizationId }));
    await eventually(() => expect(positions).toHaveLength(5));
    const nc = await connect({ servers: nats.url });
    await (await nc.jetstreamManager()).streams.purge('LYCEUM', { seq: 4 });
    await nc.close();
    const second = await open();
    await second.listen(() => {});
    const replay = (after: string) => second.replay({ ...request, after });
    expect(await replay(positions[0]!)).toEqual({ refused: 'OUTSIDE_WINDOW' });
    expect(await replay(positions[2]!)).toMatchObject({ events: [{}, {}] });
  });
});

describe('NATS JetStream: when the broker is lost', () => {
  const buses: Bus[] = [];
  const open = (): Bus => {
    const bus = connectNatsBus({ url: nats.url, log: silentLogger });
    buses.push(bus);
    return bus;
  };
  const healthy = (bus: Bus): Promise<void> =>
    eventually(() => expect(bus.healthy).toBe(true), { timeout: LONG });

  afterEach(async () => {
    for (const bus of buses.splice(0)) await bus.close();
    await nats.stop();
    await nats.start();
    await deleteStreams();
  });

  it('starts without it, rejects to publish meanwhile, and works when it comes', async () => {
    await nats.stop();
    const bus = open();
    const seen: string[] = [];
    await bus.consume({
      durable: 'course',
      types: [TYPE],
      maxInFlight: 10,
      onDelivery: (delivery) => (delivery.ack(), seen.push(delivery.event.id)),
    });
    const heard: string[] = [];
    await bus.listen((event) => void heard.push(event.id));
    await expect(bus.publish(eventOf())).rejects.toThrow('not connected');
    await nats.start();
    await healthy(bus);
    const event = eventOf();
    await bus.publish(event);
    await eventually(() => expect(seen).toEqual([event.id]));
  });

  it('goes on in order after kill -9, for consumers and listeners, losing nothing', async () => {
    const bus = open();
    await healthy(bus);
    const seen: number[] = [];
    const heard: number[] = [];
    const n = (event: { data: unknown }): number => (event.data as { n: number }).n;
    await bus.consume({
      durable: 'course',
      types: [TYPE],
      maxInFlight: 16,
      onDelivery: (delivery) => {
        seen.push(n(delivery.event));
        setTimeout(() => delivery.ack(), 5);
      },
    });
    await bus.listen((event) => void heard.push(n(event)));
    const publish = async (from: number, to: number): Promise<void> => {
      for (let i = from; i < to; i++) {
        const event = eventOf({ aggregateId: 'a', data: { n: i } });
        await eventually(() => bus.publish(event), { timeout: LONG });
      }
    };
    const publishing = publish(0, 400);
    await eventually(() => expect(seen.length).toBeGreaterThan(50));
    await nats.stop('SIGKILL');
    await nats.start();
    await publishing;
    await eventually(() => expect(seen.at(-1)).toBe(399), { timeout: LONG });
    await eventually(() => expect(heard.at(-1)).toBe(399), { timeout: LONG });

    const firsts = seen.filter((value, index) => seen.indexOf(value) === index);
    expect(firsts).toEqual(Array.from({ length: 400 }, (_, i) => i));
    expect(heard).toEqual(Array.from({ length: 400 }, (_, i) => i));
  }, 60_000);

  it('makes stream and consumers anew when its volume was deleted', async () => {
    const bus = open();
    await healthy(bus);
    const seen: string[] = [];
    await bus.consume({
      durable: 'course',
      types: [TYPE],
      maxInFlight: 10,
      onDelivery: (delivery) => (delivery.ack(), seen.push(delivery.event.id)),
    });
    const heard: string[] = [];
    await bus.listen((event) => void heard.push(event.id));
    const before = [eventOf(), eventOf(), eventOf()];
    for (const event of before) await bus.publish(event);
    await eventually(() => expect(seen).toHaveLength(3));
    const madeAt = bus.storageCreatedAt!;

    await nats.stop('SIGKILL');
    await nats.deleteVolume();
    await nats.start();
    const after = eventOf();
    await eventually(() => bus.publish(after), { timeout: LONG });
    expect(bus.storageCreatedAt!.getTime()).toBeGreaterThan(madeAt.getTime());
    const all = [...before, after].map((event) => event.id);
    await eventually(() => expect(seen).toEqual(all), { timeout: LONG });
    await eventually(() => expect(heard).toEqual(all), { timeout: LONG });
  }, 60_000);

  it('says clearly when an event is larger than the broker takes', async () => {
    const bus = open();
    await healthy(bus);
    const event = eventOf({ data: { text: 'x'.repeat(1_100_000) } });
    await expect(bus.publish(event)).rejects.toBeInstanceOf(EventTooLarge);
    await expect(bus.publish(event)).rejects.toThrow(/max_payload/);
    expect(bus.healthy).toBe(true);
  });
});
