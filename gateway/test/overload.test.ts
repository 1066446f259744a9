import { describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { eventually } from '@lyceum/testkit/eventually';
import { person, progressEvent } from './test-graph.js';
import { hear, startTestGateway, type GraphQLAnswer } from './test-gateway.js';

const OVERLOADED = {
  code: 'SERVICE_UNAVAILABLE',
  reason: 'OVERLOADED',
  retryAfterSeconds: expect.any(Number),
};
describe('more than can be done', () => {
  it('is refused while what was accepted is still under way, and that is all answered', async () => {
    const test = await startTestGateway({
      settings: {
        ...{ OPERATIONS_CONCURRENCY: '10', OPERATIONS_QUEUE: '10', OPERATIONS_WAIT_MS: '25000' },
      },
    });
    const waiting: (() => void)[] = [];
    test.graph.auth.before = () => new Promise((resolve) => waiting.push(resolve));
    const answers: GraphQLAnswer[] = [];
    const flood = Array.from({ length: 220 }, async () => {
      answers.push(await test.post('{ whoAmI }'));
    });
    await eventually(() => expect(answers).toHaveLength(200), { timeout: 25_000 });
    for (const { status, headers, body } of answers) {
      expect([status, body.errors?.[0]?.extensions]).toEqual([503, OVERLOADED]);
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(body).not.toHaveProperty('data');
    }
    const text = await test.metrics.registry.metrics();
    expect(text).toContain('lyceum_operations_refused_total{reason="full"} 200');
    test.graph.auth.before = null;
    waiting.forEach((go) => go());
    await Promise.all(flood);
    expect(answers.slice(200).map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect((await test.post('{ whoAmI }')).status).toBe(200);
    await test.stop();
  }, 60_000);

  it('is told so on a socket as well, and events go on', async () => {
    const test = await startTestGateway({
      settings: { OPERATIONS_CONCURRENCY: '1', OPERATIONS_QUEUE: '0' },
    });
    const client = test.connect({ accessToken: await test.token(person()) });
    const events = hear(client, 'subscription { courseActivity { percent } }');
    await eventually(() => expect(test.gateway.open.feeds).toBe(1));
    let go = (): void => undefined;
    test.graph.auth.before = () => new Promise((resolve) => (go = resolve));
    const first = test.post('{ whoAmI }');
    await eventually(() => expect(test.graph.auth.requests).toHaveLength(1));
    const second = hear(client, '{ greet }');
    await eventually(() => expect(second.done || second.error).toBeTruthy());
    expect(JSON.stringify([second.error, second.messages])).toContain('OVERLOADED');
    await test.bus.publish(progressEvent({ courseId: newId(), learnerId: newId(), percent: 3 }));
    await eventually(() => expect(events.messages).toHaveLength(1));
    go();
    expect((await first).status).toBe(200);
    await test.stop();
  });
});

describe('the time of an operation', () => {
  it('ends it with what is there', async () => {
    const test = await startTestGateway({ settings: { REQUEST_TIMEOUT_MS: '200' } });
    test.graph.auth.before = () => new Promise(() => undefined);
    const { status, body } = await test.post('{ greet whoAmI }');
    expect([status, body.data]).toEqual([200, { greet: 'Hello, you.', whoAmI: null }]);
    expect(body.errors).toMatchObject([
      { path: ['whoAmI'], extensions: { code: 'SERVICE_UNAVAILABLE', reason: 'TIMED_OUT' } },
    ]);
    expect(test.graph.auth.requests[0]?.signal?.aborted).toBe(true);
    const change = await test.post('mutation { touch }');
    expect(change.body.errors?.[0]?.extensions).toMatchObject({ outcomeUnknown: true });
    expect(test.graph.auth.requests[1]?.signal?.aborted).toBe(false);
    await test.stop();
  });
});

describe('a client that goes away', () => {
  it('ends its query everywhere, and no change', async () => {
    const test = await startTestGateway();
    const { auth, user } = test.graph;
    let answer = (): void => undefined;
    auth.before = () => new Promise((resolve) => (answer = resolve));
    const leave = async (query: string) => {
      const abort = new AbortController();
      const asked = fetch(`${test.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
        signal: abort.signal,
      });
      const before = auth.requests.length;
      await eventually(() => expect(auth.requests.length).toBe(before + 1));
      abort.abort();
      await expect(asked).rejects.toThrow();
      return auth.requests[before]!;
    };
    const query = await leave('{ whoAmI }');
    await eventually(() => expect(query.signal?.aborted).toBe(true));
    const mutation = await leave('mutation { touch rename(name: "x") { id } }');
    answer();
    await eventually(() => expect(user.requests).toHaveLength(1));
    expect(mutation.signal?.aborted).toBe(false);
    await test.stop();
  });
});
