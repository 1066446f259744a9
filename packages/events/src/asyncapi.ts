import { z } from 'zod';
import { catalogue } from './catalogue.js';

/** The catalogue as an AsyncAPI 3.0 document: what partners and tools read. */
export function asyncApi(): Record<string, unknown> {
  const events = [...catalogue.values()].toSorted((a, b) => a.type.localeCompare(b.type));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Lyceum events',
      version: '1.0.0',
      description:
        'NATS JetStream stream LYCEUM; subject lyceum.<type>.<aggregateId>; at least once, in order within an aggregate.',
    },
    channels: Object.fromEntries(
      events.map((event) => [
        event.type,
        {
          address: `lyceum.${event.type}.{aggregateId}`,
          parameters: { aggregateId: { description: 'The thing the event is about.' } },
          messages: { event: { $ref: `#/components/messages/${event.type}` } },
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        events.map((event) => [
          event.type,
          {
            name: event.type,
            summary: event.description,
            contentType: 'application/json',
            payload: {
              type: 'object',
              required: [
                'id',
                'type',
                'time',
                'aggregateId',
                'organizationId',
                'correlationId',
                'data',
              ],
              properties: {
                id: { type: 'string', format: 'uuid' },
                type: { const: event.type },
                time: { type: 'string', format: 'date-time' },
                aggregateId: { type: 'string' },
                organizationId: { type: 'string', format: 'uuid' },
                actorId: { type: ['string', 'null'], format: 'uuid' },
                correlationId: { type: 'string' },
                causationId: { type: ['string', 'null'] },
                data: z.toJSONSchema(event.schema),
              },
            },
          },
        ]),
      ),
    },
  };
}
