import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { createHttpConnection } from '../src/connections/http-connection.js';
import { FAULTS, serveFaulty, type FaultySubgraph } from './faulty-subgraph.js';
import { testGraph } from './test-graph.js';
import { startTestGateway, type TestGateway } from './test-gateway.js';

const TIMEOUT_MS = 1_000;
/** Of `user`, and of `auth`, which nothing happens to. */
const BOTH = '{ greet whoAmI }';

let user: FaultySubgraph;
let test: TestGateway;

beforeAll(async () => {
  user = await serveFaulty(testGraph().user);
  const secret = 'a secret of the test, long enough to count';
  // As many as there are fetches here: none is to wait for a connection, and to arrive later.
  const connection = createHttpConnection({
    name: 'user',
    url: user.url,
    secret,
    connections: 128,
  });
  test = await startTestGateway({
    settings: { SUBGRAPH_USER_TIMEOUT_MS: String(TIMEOUT_MS) },
    connections: (graph) => [graph.auth, graph.progress, connection],
  });
});
afterEach(() => {
  user.fault = null;
});
afterAll(async () => {
  await test.stop();
  await user.close();
});

const recovered = () =>
  eventually(
    async () => {
      const { body } = await test.post(BOTH);
      expect(body).toEqual({ data: { greet: 'Hello, you.', whoAmI: 'nobody' } });
    },
    { timeout: 20_000 },
  );
const circuit = async () => {
  const text = await test.metrics.registry.metrics();
  return Number(/lyceum_subgraph_circuit\{subgraph="user"\} (\d)/.exec(text)?.[1]);
};
async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const started = performance.now();
  const result = await work();
  return [result, performance.now() - started];
}

describe.each(FAULTS)('a subgraph that fails with %s', (fault) => {
  it('costs its own fields alone, tells nothing of why, and is back when it is', async () => {
    await recovered();
    user.fault = fault;
    const [{ status, body }, ms] = await timed(() => test.post(BOTH));
    expect([status, body.data]).toEqual([200, { greet: null, whoAmI: 'nobody' }]);
    expect(body.errors).toHaveLength(1);
    expect(body.errors?.[0]).toMatchObject({
      path: ['greet'],
      extensions: {
        code: 'SERVICE_UNAVAILABLE',
        reason: fault === 'hang' ? 'TIMED_OUT' : 'NO_ANSWER',
      },
    });
    expect(JSON.stringify(body)).not.toMatch(/app|ECONN|127\.0/);
    expect(ms).toBeLessThan(TIMEOUT_MS + 3_000);
    user.fault = null;
    await recovered();
  });
});

describe('what is asked again', () => {
  it('are queries that could not be answered, and no others', async () => {
    const arrivals = async (fault: FaultySubgraph['fault'], query: string) => {
      await recovered();
      const before = user.arrived;
      user.fault = fault;
      await test.post(query);
      user.fault = null;
      return user.arrived - before;
    };
    expect(await arrivals('503', '{ greet }')).toBe(3);
    expect(await arrivals('reset', '{ greet }')).toBe(3);
    for (const fault of ['500', 'half', 'nonsense', 'hang'] as const) {
      expect([fault, await arrivals(fault, '{ greet }')]).toEqual([fault, 1]);
    }
    for (const fault of ['503', 'reset'] as const) {
      expect([fault, await arrivals(fault, 'mutation { pretend }')]).toEqual([fault, 1]);
    }
    await recovered();
  });

  it('gets its answer when the subgraph is back meanwhile', async () => {
    await recovered();
    user.fault = 'reset';
    const before = user.arrived;
    const asked = test.post('{ greet }');
    await eventually(() => expect(user.arrived).toBe(before + 1), { interval: 1 });
    user.fault = null;
    expect((await asked).body).toEqual({ data: { greet: 'Hello, you.' } });
    const text = await test.metrics.registry.metrics();
    expect(text).toMatch(/lyceum_subgraph_retries_total\{subgraph="user"\} [1-9]/);
  });
});

describe('a change whose answer does not come', () => {
  it('says that it may have been made, unless it was not asked for', async () => {
    await recovered();
    const change = async () =>
      (await test.post('mutation { pretend }')).body.errors?.[0]?.extensions;
    user.fault = 'hang';
    expect(await change()).toEqual({
      ...{ code: 'SERVICE_UNAVAILABLE', reason: 'TIMED_OUT', outcomeUnknown: true },
    });
    await Promise.all(Array.from({ length: 5 }, change));
    expect(await change()).toEqual({ code: 'SERVICE_UNAVAILABLE', reason: 'NOT_ASKED' });
    user.fault = null;
    await recovered();
  });
});

describe('a subgraph that hangs', () => {
  it('leaves the others as fast as they were, and is soon not asked any more', async () => {
    await recovered();
    const others = async () => {
      const times: number[] = [];
      for (let i = 0; i < 100; i += 1) {
        const [{ body }, ms] = await timed(() => test.post('{ whoAmI }'));
        expect(body).toEqual({ data: { whoAmI: 'nobody' } });
        times.push(ms);
      }
      return times.toSorted((a, b) => a - b)[50]!;
    };
    user.fault = 'hang';
    const waiting = Array.from({ length: 100 }, () => test.post(BOTH));
    const during = await others();
    for (const { body } of await Promise.all(waiting)) {
      expect(body.data).toEqual({ greet: null, whoAmI: 'nobody' });
    }
    expect(during).toBeLessThan(TIMEOUT_MS);

    expect(await circuit()).toBe(2);
    const arrived = user.arrived;
    const [answers, ms] = await timed(() =>
      Promise.all(Array.from({ length: 20 }, () => test.post(BOTH))),
    );
    // Tried one at a time, each of which takes the whole time of a fetch, the others are not asked.
    const tries = user.arrived - arrived;
    expect(tries).toBeLessThanOrEqual(1 + Math.floor(ms / TIMEOUT_MS));
    const reasons = answers.map(({ body }) => body.errors?.[0]?.extensions['reason']);
    expect(reasons.filter((reason) => reason === 'NOT_ASKED')).toHaveLength(20 - tries);
    user.fault = null;
    await recovered();
    expect(await circuit()).toBe(0);
  });
});
