import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { startTestRedis, type TestRedis } from '@lyceum/testkit/redis';
import { Redis } from 'ioredis';
import { openAcknowledged } from './raw-socket.js';
import { person, testSupergraph } from './test-graph.js';
import { startTestGateway, type TestGateway } from './test-gateway.js';

let redis: TestRedis;
let test: TestGateway;
beforeAll(async () => {
  redis = await startTestRedis();
  test = await startTestGateway({ settings: { REDIS_URL: redis.url } });
});
afterAll(async () => {
  await test.stop();
  await redis.stop();
});

it('a subscription that begins while the graph is replaced does not stay with the former one', async () => {
  const client = await openAcknowledged(test.url, { accessToken: await test.token(person()) });
  const operator = new Redis(redis.url);
  // Until it is given up, whoever is charged waits for Redis.
  await operator.call('CLIENT', 'PAUSE', '2000');
  const query = 'subscription { courseActivity { percent } }';
  client.send({ type: 'subscribe', id: 'a', payload: { query } });
  client.send({ type: 'ping' });
  await client.take({ type: 'pong' });
  await test.gateway.reload(testSupergraph().replace(/^ *percent: .*$/gm, ''));
  // Refused, or ended where it had begun already.
  await eventually(() => {
    const codes = client.heard.flatMap(({ type, payload }) =>
      type === 'error' ? (payload as { extensions: { code: string } }[])[0]!.extensions.code : [],
    );
    expect([client.closed?.code, ...codes]).toEqual(
      client.closed ? [1012] : [undefined, 'GRAPHQL_VALIDATION_FAILED'],
    );
  });
  operator.disconnect();
  client.socket.terminate();
});
