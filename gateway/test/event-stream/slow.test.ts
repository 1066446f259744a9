import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { eventually } from '@lyceum/testkit/eventually';
import { person, progressEvent } from '../test-graph.js';
import { hear, startTestGateway, type TestGateway } from '../test-gateway.js';

const SUBSCRIPTION = 'subscription { courseActivity { courseId percent } }';

let test: TestGateway;
afterAll(() => test.stop());
beforeAll(async () => {
  test = await startTestGateway({ settings: { HEARTBEAT_MS: '300' } });
});

/** A client that reads the head of its stream, and nothing after that. */
async function deafClient(): Promise<() => void> {
  const asked = request(`${test.url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${await test.token(person())}`,
    },
  });
  asked.on('error', () => undefined);
  asked.end(JSON.stringify({ query: SUBSCRIPTION }));
  await new Promise<void>((resolve) => {
    asked.once('response', (response) => {
      response.on('error', () => undefined);
      response.pause();
      resolve();
    });
  });
  return () => void asked.destroy();
}

it('disconnects a client that does not read its event stream, while others hear everything', async () => {
  const leave = await deafClient();
  const heard = hear(test.connect({ accessToken: await test.token(person()) }), SUBSCRIPTION);
  await eventually(() => expect(test.gateway.open.feeds).toBe(2));
  let count = 0;
  await eventually(
    async () => {
      const event = progressEvent({
        courseId: 'x'.repeat(200_000),
        learnerId: newId(),
        percent: 1,
      });
      for (let i = 0; i < 10; i += 1) await test.bus.publish({ ...event, id: newId() });
      count += 10;
      await eventually(() => expect(heard.messages).toHaveLength(count));
      expect(test.gateway.open.feeds).toBe(1);
    },
    { timeout: 20_000 },
  );
  heard.stop();
  await eventually(() => expect(test.gateway.open.feeds).toBe(0));
  leave();
});
