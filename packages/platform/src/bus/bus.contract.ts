import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { eventually } from '@lyceum/testkit/eventually';
import { v7 } from 'uuid';
import type { Bus, Delivery } from './bus.js';
import type { ReplayWindow } from './recent-events.js';

/** What every bus holds to. Run by `in-process-bus.test.ts` and `nats-bus.nats.test.ts`. */
export interface BusUnderTest {
  /** A bus on new storage. */
  open(expectedConsumers: readonly string[], window?: ReplayWindow): Promise<Bus>;
  /** Releases what `open` made. */
  close(): Promise<void>;
}

export const TYPE = 'course.enrollment.created.v1';
export const OTHER_TYPE = 'progress.activity.recorded.v1';

export function eventOf(overrides: Partial<EventEnvelope> = {}): EventEnvelope {
  return {
    id: v7(),
    type: TYPE,
    time: new Date().toISOString(),
    aggregateId: v7(),
    organizationId: v7(),
    actorId: null,
    correlationId: v7(),
    causationId: null,
    data: { text: 'Grüße, 学习 & "quotes"' },
    ...overrides,
  };
}

const numbered = (count: number, overrides: Partial<EventEnvelope> = {}): EventEnvelope[] =>
  Array.from({ length: count }, (_, n) => eventOf({ data: { n }, ...overrides }));

const numberOf = (delivery: { event: EventEnvelope }): number =>
  (delivery.event.data as { n: number }).n;

/** Publishes in order without waiting for the consumers, which in process acknowledge first. */
async function publishAll(bus: Bus, events: readonly EventEnvelope[]): Promise<void> {
  if (bus.keepsOrderWhenPipelined) {
    for (const event of events) void bus.publish(event).catch(() => {});
    return;
  }
  for (const event of events) await bus.publish(event);
}

export function describeBus(name: string, make: () => BusUnderTest): void {
  describe(`${name}: the contract of a bus`, () => {
    let underTest: BusUnderTest;
    let bus: Bus;

    beforeEach(async () => {
      underTest = make();
      bus = await underTest.open(['course', 'progress']);
      await eventually(() => expect(bus.healthy).toBe(true));
    });
    afterEach(() => underTest.close());

    it('delivers an event as it was published, to every durable consumer of its type', async () => {
      const course: Delivery[] = [];
      const progress: Delivery[] = [];
      const options = { types: [TYPE], maxInFlight: 10 };
      await bus.consume({
        ...options,
        durable: 'course',
        onDelivery: (d) => (d.ack(), course.push(d)),
      });
      await bus.consume({
        ...options,
        durable: 'progress',
        onDelivery: (d) => (d.ack(), progress.push(d)),
      });
      const event = eventOf({
        aggregateId: 'with.dots and *stars>',
        causationId: v7(),
        actorId: v7(),
      });
      await bus.publish(event);
      await eventually(() => {
        expect(course.map((delivery) => delivery.event)).toEqual([event]);
        expect(progress.map((delivery) => delivery.event)).toEqual([event]);
      });
    });

    it('keeps the order published, over all types of an aggregate', async () => {
      const seen: number[] = [];
      await bus.consume({
        durable: 'course',
        types: [TYPE, OTHER_TYPE],
        maxInFlight: 7,
        onDelivery: (delivery) => {
          seen.push(numberOf(delivery));
          setImmediate(() => delivery.ack());
        },
      });
      await bus.consume({ durable: 'progress', types: [], maxInFlight: 1, onDelivery: () => {} });
      const events = numbered(300, { aggregateId: 'a' }).map((event, n) =>
        n % 2 ? { ...event, type: OTHER_TYPE } : event,
      );
      await publishAll(bus, events);
      await eventually(() => expect(seen).toEqual(events.map((_, n) => n)));
    });

    it('passes over types that are not wanted', async () => {
      const seen: string[] = [];
      await bus.consume({
        durable: 'course',
        types: [OTHER_TYPE],
        maxInFlight: 10,
        onDelivery: (delivery) => (delivery.ack(), seen.push(delivery.event.type)),
      });
      await bus.consume({ durable: 'progress', types: [], maxInFlight: 1, onDelivery: () => {} });
      await bus.publish(eventOf());
      await bus.publish(eventOf({ type: OTHER_TYPE }));
      await eventually(() => expect(seen).toEqual([OTHER_TYPE]));
    });

    it('never has more deliveries open than agreed, and goes on as they are acknowledged', async () => {
      const open: Delivery[] = [];
      let most = 0;
      let total = 0;
      await bus.consume({
        durable: 'course',
        types: [TYPE],
        maxInFlight: 4,
        onDelivery: (delivery) => {
          open.push(delivery);
          total++;
          most = Math.max(most, open.length);
        },
      });
      await bus.consume({ durable: 'progress', types: [], maxInFlight: 1, onDelivery: () => {} });
      await publishAll(bus, numbered(25));
      await eventually(() => {
        open.splice(0).forEach((delivery) => delivery.ack());
        expect(total).toBe(25);
      });
      expect(most).toBeLessThanOrEqual(4);
    });

    it('keeps events for a consumer that is away, and gives open ones again first, in order', async () => {
      const first: Delivery[] = [];
      const options = { durable: 'course', types: [TYPE], maxInFlight: 100 };
      await bus.consume({ durable: 'progress', types: [], maxInFlight: 1, onDelivery: () => {} });
      const consumer = await bus.consume({ ...options, onDelivery: (d) => void first.push(d) });
      await publishAll(bus, numbered(10));
      await eventually(() => expect(first).toHaveLength(10));
      // The fifth is done, those before it are not: it may come again, the others must.
      for (const n of [0, 1, 4]) first[n]!.ack();
      await consumer.close();
      const more = numbered(12).slice(10);
      await publishAll(bus, more);

      const second: number[] = [];
      await bus.consume({ ...options, onDelivery: (d) => (d.ack(), second.push(numberOf(d))) });
      await eventually(() => expect(second.at(-1)).toBe(11));
      expect(second.filter((n) => n !== 4)).toEqual([2, 3, 5, 6, 7, 8, 9, 10, 11]);
    });

    it('takes an event published twice once', async () => {
      const seen: string[] = [];
      await bus.consume({ durable: 'progress', types: [], maxInFlight: 1, onDelivery: () => {} });
      const event = eventOf();
      const last = eventOf();
      await publishAll(bus, [event, event, last]);
      await bus.consume({
        durable: 'course',
        types: [TYPE],
        maxInFlight: 10,
        onDelivery: (delivery) => (delivery.ack(), seen.push(delivery.event.id)),
      });
      await eventually(() => expect(seen).toEqual([event.id, last.id]));
    });

    it('lets listeners hear every event from now on, whether or not it is consumed', async () => {
      for (const durable of ['course', 'progress']) {
        await bus.consume({ durable, types: [], maxInFlight: 1, onDelivery: () => {} });
      }
      await bus.publish(eventOf({ data: { n: -1 } }));
      const heard: number[] = [];
      const listener = await bus.listen((event) => {
        heard.push(numberOf({ event }));
        throw new Error('a listener that fails must not stop the others');
      });
      const second: number[] = [];
      await bus.listen((event) => void second.push(numberOf({ event })));
      for (const event of numbered(3)) await bus.publish(event);
      await eventually(() =>
        expect([heard, second]).toEqual([
          [0, 1, 2],
          [0, 1, 2],
        ]),
      );
      await listener.close();
      await bus.publish(eventOf({ data: { n: 3 } }));
      await eventually(() => expect(second).toEqual([0, 1, 2, 3]));
      expect(heard).toEqual([0, 1, 2]);
    });

    it('does not show listeners what is replayed from long ago', async () => {
      for (const durable of ['course', 'progress']) {
        await bus.consume({ durable, types: [], maxInFlight: 1, onDelivery: () => {} });
      }
      const heard: number[] = [];
      await bus.listen((event) => void heard.push(numberOf({ event })));
      await bus.publish(eventOf({ data: { n: 1 } }));
      await bus.publish(
        eventOf({ data: { n: 2 }, time: new Date(Date.now() - 3_600_000).toISOString() }),
      );
      await bus.publish(eventOf({ data: { n: 3 } }));
      await eventually(() => expect(heard).toEqual([1, 3]));
    });

    describe('replay', () => {
      const organizationId = v7();
      const heard: { event: EventEnvelope; position: string }[] = [];
      const replay = (after: string, limit = 100) =>
        bus.replay({ after, types: [TYPE], organizationId, limit });
      const ids = (events: readonly { event: EventEnvelope }[]): string[] =>
        events.map(({ event }) => event.id);

      beforeEach(async () => {
        heard.length = 0;
        for (const durable of ['course', 'progress']) {
          await bus.consume({ durable, types: [], maxInFlight: 1, onDelivery: () => {} });
        }
        await bus.listen((event, position) => void heard.push({ event, position }));
      });

      async function publishAndHear(events: readonly EventEnvelope[]): Promise<void> {
        const before = heard.length;
        for (const event of events) await bus.publish(event);
        await eventually(() => expect(heard).toHaveLength(before + events.length));
      }

      it('gives what listeners were told after a position, with the same positions', async () => {
        const start = bus.position!;
        await publishAndHear(numbered(5, { organizationId }));
        expect(await replay(start)).toEqual({ events: heard });
        expect(await replay(heard[1]!.position)).toEqual({ events: heard.slice(2) });
        expect(await replay(heard[4]!.position)).toEqual({ events: [] });
        expect(bus.position).toBe(heard[4]!.position);
        const [one, other] = [heard[1]!.position, heard[2]!.position];
        expect([bus.isAfter(other, one), bus.isAfter(one, other)]).toEqual([true, false]);
        expect([bus.isAfter(one, one), bus.isAfter(one, 'nonsense')]).toEqual([false, true]);
      });

      it('gives those types of that organization alone', async () => {
        const start = bus.position!;
        const wanted = eventOf({ organizationId });
        await publishAndHear([
          eventOf(),
          eventOf({ organizationId, type: OTHER_TYPE }),
          wanted,
          eventOf(),
        ]);
        const answer = await replay(start);
        expect('events' in answer && ids(answer.events)).toEqual([wanted.id]);
      });

      it('gives nothing twice that was published twice, and nothing from long ago', async () => {
        const start = bus.position!;
        const [first, second] = numbered(2, { organizationId });
        await publishAndHear([first!]);
        await bus.publish(first!);
        await bus.publish(
          eventOf({ organizationId, time: new Date(Date.now() - 3_600_000).toISOString() }),
        );
        await publishAndHear([second!]);
        const answer = await replay(start);
        expect('events' in answer && ids(answer.events)).toEqual([first!.id, second!.id]);
      });

      it('refuses rather than leave something out', async () => {
        const start = bus.position!;
        await publishAndHear(numbered(3, { organizationId }));
        expect(await replay(start, 2)).toEqual({ refused: 'TOO_MANY' });
        expect(await replay(start, 3)).toEqual({ events: heard });
      });

      it.each([
        '',
        'x',
        '-1',
        'p',
        'p-1',
        'pzzzzzzzzzzzz',
        `${'a'.repeat(8)}.1`,
        '__proto__',
        '\0',
      ])('does not know the position %j', async (position) => {
        expect(await replay(position)).toEqual({ refused: 'UNKNOWN' });
      });

      it('does not know positions of other storage', async () => {
        await publishAndHear(numbered(2, { organizationId }));
        const position = heard[0]!.position;
        await underTest.close();
        bus = await underTest.open(['course', 'progress']);
        await eventually(() => expect(bus.healthy).toBe(true));
        await bus.listen(() => {});
        const answer = await replay(position);
        expect('refused' in answer).toBe(true);
      });

      it('does not give what is out of the window', async () => {
        await underTest.close();
        bus = await underTest.open(['course', 'progress'], {
          events: 3,
          ms: 3_600_000,
          bytes: 1e6,
        });
        await eventually(() => expect(bus.healthy).toBe(true));
        await bus.listen((event, position) => void heard.push({ event, position }));
        for (const durable of ['course', 'progress']) {
          await bus.consume({ durable, types: [], maxInFlight: 1, onDelivery: () => {} });
        }
        await publishAndHear(numbered(5, { organizationId }));
        expect(await replay(heard[0]!.position)).toEqual({ refused: 'OUTSIDE_WINDOW' });
        expect(await replay(heard[1]!.position)).toEqual({ events: heard.slice(2) });
      });
    });

    it('refuses to publish once closed', async () => {
      await bus.close();
      expect(bus.healthy).toBe(false);
      await expect(bus.publish(eventOf())).rejects.toThrow();
    });
  });
}
