import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../telemetry/logger.js';
import type { Bus, Delivery } from './bus.js';
import { describeBus, eventOf, TYPE } from './bus.contract.js';
import { createInProcessBus } from './in-process-bus.js';

describeBus('in process', () => {
  let bus: Bus;
  return {
    open: async (expect, window) =>
      (bus = createInProcessBus({ log: silentLogger, expect, window })),
    close: () => bus.close(),
  };
});

describe('in process: when an event counts as published', () => {
  it('waits until every durable consumer has acknowledged it', async () => {
    const bus = createInProcessBus({ log: silentLogger });
    const deliveries: Delivery[] = [];
    for (const durable of ['a', 'b']) {
      const onDelivery = (delivery: Delivery): void => void deliveries.push(delivery);
      await bus.consume({ durable, types: [TYPE], maxInFlight: 1, onDelivery });
    }
    let published = false;
    const publishing = bus.publish(eventOf()).then(() => (published = true));
    deliveries[0]!.ack();
    deliveries[0]!.ack();
    await new Promise((resolve) => setImmediate(resolve));
    expect(published).toBe(false);
    deliveries[1]!.ack();
    await publishing;
    expect(published).toBe(true);
  });

  it('waits for an expected consumer that has not come yet', async () => {
    const bus = createInProcessBus({ log: silentLogger, expect: ['late'] });
    const event = eventOf();
    const publishing = bus.publish(event);
    const seen: string[] = [];
    await bus.consume({
      durable: 'late',
      types: [TYPE],
      maxInFlight: 1,
      onDelivery: (delivery) => (delivery.ack(), seen.push(delivery.event.id)),
    });
    await publishing;
    expect(seen).toEqual([event.id]);
  });

  it('rejects what is still on its way when the bus is closed', async () => {
    const bus = createInProcessBus({ log: silentLogger, expect: ['never'] });
    const publishing = bus.publish(eventOf());
    await bus.close();
    await expect(publishing).rejects.toThrow('closed');
  });
});
