import { describe, expect, it } from '@jest/globals';
import { asyncApi } from './asyncapi.js';
import { catalogue } from './catalogue.js';

interface Document {
  asyncapi: string;
  info: { title: string; version: string };
  channels: Record<string, { address: string; messages: Record<string, { $ref: string }> }>;
  components: { messages: Record<string, Message> };
}
interface Message {
  name: string;
  summary: string;
  payload: { required: string[]; properties: Record<string, Record<string, unknown>> };
}
const document = asyncApi() as unknown as Document;
const types = [...catalogue.keys()].toSorted();

describe('the catalogue of events', () => {
  it('names every event <service>.<thing>.<past tense>.v<version>, and says when it happens', () => {
    for (const { type, description } of catalogue.values()) {
      expect(type).toMatch(/^[a-z]+\.[a-z-]+\.[a-z-]+\.v[1-9]\d*$/);
      expect(description).toMatch(/\.$/);
    }
  });
});

describe('the AsyncAPI document', () => {
  it('has every event, as a channel and as a message', () => {
    expect(document.asyncapi).toBe('3.0.0');
    expect(Object.keys(document.channels).toSorted()).toEqual(types);
    expect(Object.keys(document.components.messages).toSorted()).toEqual(types);
    // What AsyncAPI allows as a key of components.
    for (const type of types) expect(type).toMatch(/^[\w.-]+$/);
  });

  it('leads from each channel to its message', () => {
    for (const [type, { address, messages }] of Object.entries(document.channels)) {
      expect(address).toBe(`lyceum.${type}.{aggregateId}`);
      expect(messages).toEqual({ event: { $ref: `#/components/messages/${type}` } });
      expect(document.components.messages[type]?.name).toBe(type);
    }
  });

  it('describes the whole envelope, with data in the dialect it may use', () => {
    for (const [type, { payload, summary }] of Object.entries(document.components.messages)) {
      expect(summary).toBe(catalogue.get(type)?.description);
      expect(payload.required.toSorted()).toEqual(Object.keys(payload.properties).toSorted());
      expect(payload.properties['type']).toEqual({ const: type });
      const { data } = payload.properties;
      expect(data).toMatchObject({ type: 'object' });
      const foreign = /"\$schema"|"\$defs"|"prefixItems"|"additionalProperties"/;
      expect(JSON.stringify(data)).not.toMatch(foreign);
    }
  });

  it('says of a field what the schema says', () => {
    const { data } =
      document.components.messages['course.enrollment.created.v1']!.payload.properties;
    expect(data).toMatchObject({
      properties: {
        enrollmentId: { type: 'string', format: 'uuid' },
        enrolledAt: { type: 'string', format: 'date-time' },
        source: { enum: ['SELF', 'PURCHASE', 'STAFF', 'LEARNING_PATH', 'WAITLIST'] },
      },
    });
  });
});
