import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { eventually } from '@lyceum/testkit/eventually';
import { WebSocket } from 'ws';
import { person, progressEvent } from './test-graph.js';
import { hear, startTestGateway, type TestGateway } from './test-gateway.js';

const SUBSCRIPTION = 'subscription { courseActivity { courseId percent learner { name } } }';

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway();
});
afterAll(() => test.stop());

it('disconnects a client that does not read, while others hear everything', async () => {
  const ada = person();
  const accessToken = await test.token(ada);
  const slow = new WebSocket(`${test.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await new Promise((resolve) => slow.once('open', resolve));
  slow.send(JSON.stringify({ type: 'connection_init', payload: { accessToken } }));
  await new Promise((resolve) => slow.once('message', resolve));
  const payload = { query: SUBSCRIPTION };
  slow.send(JSON.stringify({ type: 'subscribe', id: '1', payload }));
  await eventually(() => expect(test.gateway.open.feeds).toBe(1));
  slow.pause();
  const heard = hear(test.connect({ accessToken: await test.token(person()) }), SUBSCRIPTION);
  await eventually(() => expect(test.gateway.open).toEqual({ sockets: 2, feeds: 2 }));

  // Events as large as they get, so that the network's own buffers are soon full.
  const courseId = 'x'.repeat(100_000);
  let count = 0;
  await eventually(
    async () => {
      for (let i = 0; i < 50; i += 1) {
        await test.bus.publish(progressEvent({ courseId, learnerId: newId(), percent: count++ }));
      }
      await eventually(() => expect(heard.messages).toHaveLength(count));
      expect(test.gateway.open).toEqual({ sockets: 1, feeds: 1 });
    },
    { timeout: 25_000 },
  );
  slow.terminate();
  heard.stop();
});
