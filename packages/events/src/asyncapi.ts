import { z } from 'zod';
import { catalogue } from './catalogue.js';
import type { EventDefinition } from './define.js';

/**
 * As consumers may read it: JSON Schema draft 7, which AsyncAPI's own dialect extends. Fields may be
 * added to an event, so others than these are not ruled out.
 */
function dataSchema(event: EventDefinition): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(event.schema, {
    target: 'draft-7',
    io: 'input',
  });
  return schema;
}

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
                ...['id', 'type', 'time', 'aggregateId', 'organizationId', 'actorId'],
                ...['correlationId', 'causationId', 'data'],
              ],
              properties: {
                id: { type: 'string', format: 'uuid' },
                type: { const: event.type },
                time: { type: 'string', format: 'date-time' },
                aggregateId: { type: 'string' },
                organizationId: { type: 'string', format: 'uuid' },
                actorId: { type: ['string', 'null'], format: 'uuid' },
                correlationId: { type: 'string' },
                causationId: { type: ['string', 'null'], format: 'uuid' },
                data: dataSchema(event),
              },
            },
          },
        ]),
      ),
    },
  };
}
