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

/** A client with so many subscriptions, which stops reading once they are open. */
async function slowClient(subscriptions: number): Promise<WebSocket> {
  const accessToken = await test.token(person());
  const socket = new WebSocket(`${test.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { accessToken } }));
  await new Promise((resolve) => socket.once('message', resolve));
  const payload = { query: SUBSCRIPTION };
  for (let id = 0; id < subscriptions; id += 1) {
    socket.send(JSON.stringify({ type: 'subscribe', id: String(id), payload }));
  }
  await eventually(async () => {
    const text = await test.metrics.registry.metrics();
    expect(text).toContain(`lyceum_subscriptions{field="courseActivity"} ${subscriptions}`);
  });
  socket.pause();
  return socket;
}

// Events as large as they get, so that the network's own buffers are soon full.
const large = (percent: number) =>
  progressEvent({ courseId: 'x'.repeat(100_000), learnerId: newId(), percent });

it('disconnects a client that does not read, while others hear everything', async () => {
  const slow = await slowClient(1);
  const heard = hear(test.connect({ accessToken: await test.token(person()) }), SUBSCRIPTION);
  await eventually(() => expect(test.gateway.open).toEqual({ sockets: 2, feeds: 2 }));
  let count = 0;
  await eventually(
    async () => {
      for (let i = 0; i < 50; i += 1) await test.bus.publish(large(count++));
      await eventually(() => expect(heard.messages).toHaveLength(count));
      expect(test.gateway.open).toEqual({ sockets: 1, feeds: 1 });
    },
    { timeout: 25_000 },
  );
  slow.terminate();
  heard.stop();
  await eventually(() => expect(test.gateway.open.feeds).toBe(0));
});

it('bounds what waits for one client over all its subscriptions', async () => {
  const slow = await slowClient(90);
  for (let i = 0; i < 3; i += 1) await test.bus.publish(large(i));
  await eventually(() => expect(test.gateway.open.feeds).toBe(0), { timeout: 10_000 });
  slow.terminate();
});
