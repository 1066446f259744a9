import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { eventually } from '@lyceum/testkit/eventually';
import { counted, Counted, openEventWorld, type EventWorld } from '../test/event-world.js';
import type { Bus, Position } from './bus/bus.js';
import { createInProcessBus } from './bus/in-process-bus.js';
import type { ReplayWindow } from './bus/recent-events.js';
import { createOutboxHistory } from './outbox-history.js';
import type { OutboxRelay } from './outbox-relay.js';
import { silentLogger } from './telemetry/logger.js';

/** One process of the standalone topology after the other, with the databases of two services. */
let worlds: EventWorld[];
let end: (() => Promise<void>)[];

beforeEach(async () => {
  worlds = [await openEventWorld(), await openEventWorld()];
  end = [];
});
afterEach(async () => {
  for (const run of end) await run();
  for (const world of worlds) await world.close();
});

interface Process {
  bus: Bus;
  told: { event: EventEnvelope; position: Position }[];
  /** Lets its work end; a crash leaves what the test then does to the tables. */
  stop(): Promise<void>;
}

async function startProcess(window?: ReplayWindow): Promise<Process> {
  const history = createOutboxHistory(worlds.map(({ url }) => url));
  end.push(() => history.close());
  const newestNumber = await history.newest();
  const bus = createInProcessBus({ log: silentLogger, history, newestNumber, window });
  const told: Process['told'] = [];
  await bus.listen((event, position) => void told.push({ event, position }));
  const relays: OutboxRelay[] = worlds.map((world) => world.relay(bus));
  for (const relay of relays) relay.start();
  return {
    bus,
    told,
    async stop() {
      await Promise.all(relays.map((relay) => relay.stop()));
      await bus.close();
    },
  };
}

const organizationId = counted('a', 0).organizationId;
const replay = ({ bus }: Process, after: Position, limit = 100) =>
  bus.replay({ after, types: [Counted.type], organizationId, limit });
const published = () =>
  eventually(async () => {
    for (const world of worlds) {
      expect(await world.rows('SELECT 1 FROM outbox WHERE published_at IS NULL')).toEqual([]);
    }
  });
/** One event in each service's database in turn, each told before the next is written. */
async function write(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 1) {
    await worlds[n % 2]!.write([counted(`a${n % 2}`, n)]);
    await published();
  }
}

describe('what an earlier process told', () => {
  it('is replayed over all services as it was told, and then what this one told', async () => {
    const first = await startProcess();
    await write(0, 6);
    await first.stop();
    const second = await startProcess();
    await write(6, 8);
    expect(await replay(second, first.told[1]!.position)).toEqual({
      events: [...first.told.slice(2), ...second.told],
    });
    expect(await replay(second, first.told[5]!.position)).toEqual({ events: second.told });
    // Farther back than what was read for the others.
    expect(await replay(second, first.told[0]!.position)).toEqual({
      events: [...first.told.slice(1), ...second.told],
    });
    await second.stop();
    const third = await startProcess();
    expect(await replay(third, first.told[3]!.position)).toEqual({
      events: [...first.told.slice(4), ...second.told],
    });
  });

  it('is told nobody again, whoever has it published again', async () => {
    const first = await startProcess();
    await write(0, 3);
    const position = first.told[0]!.position;
    await first.stop();
    for (const world of worlds) await world.pool.query('UPDATE outbox SET published_at = NULL');
    const second = await startProcess();
    await published();
    expect(second.told).toEqual([]);
    expect(await replay(second, position)).toEqual({ events: first.told.slice(1) });
  });

  it('is refused where it may have been told or not: what a crash left unpublished', async () => {
    const first = await startProcess();
    await write(0, 4);
    await first.stop();
    // As a crash between publishing and marking leaves the third.
    await worlds[0]!.pool.query(
      `UPDATE outbox SET published_at = NULL, number = NULL WHERE data->>'n' = '2'`,
    );
    const second = await startProcess();
    await published();
    const [again] = second.told;
    expect(again?.event.data).toEqual({ n: 2 });
    expect(await replay(second, first.told[0]!.position)).toEqual({ refused: 'UNKNOWN' });
    // Its own number is gone, and with it the position.
    expect(await replay(second, first.told[2]!.position)).toEqual({ refused: 'OUTSIDE_WINDOW' });
    await second.stop();
    const third = await startProcess();
    expect(await replay(third, first.told[0]!.position)).toEqual({ refused: 'UNKNOWN' });
    expect(await replay(third, again!.position)).toEqual({ events: [] });
  });

  it('is not in doubt for those whom the unpublished event does not concern', async () => {
    const first = await startProcess();
    await write(0, 2);
    await first.stop();
    await worlds[0]!.pool.query(
      `UPDATE outbox SET published_at = NULL, number = NULL, organization_id = gen_random_uuid()
       WHERE data->>'n' = '0'`,
    );
    const second = await startProcess();
    expect(await replay(second, first.told[1]!.position)).toEqual({ events: [] });
  });

  it('is refused when it is more than the window holds, or too long ago', async () => {
    const first = await startProcess();
    await write(0, 6);
    await first.stop();
    const second = await startProcess({ events: 3, ms: 3_600_000, bytes: 1e6 });
    expect(await replay(second, first.told[1]!.position)).toEqual({ refused: 'OUTSIDE_WINDOW' });
    expect(await replay(second, first.told[2]!.position)).toEqual({ events: first.told.slice(3) });
    await second.stop();
    for (const world of worlds) {
      await world.pool.query(`UPDATE outbox SET published_at = now() - interval '2 hours'`);
    }
    const third = await startProcess();
    expect(await replay(third, first.told[2]!.position)).toEqual({ refused: 'OUTSIDE_WINDOW' });
    expect(await replay(third, first.told[5]!.position)).toEqual({ events: [] });
  });
});
