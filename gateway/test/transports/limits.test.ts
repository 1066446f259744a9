import { afterEach, describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { eventually } from '@lyceum/testkit/eventually';
import { ATTACKS } from '../limits/attacks.js';
import { person } from '../test-graph.js';
import { startTestGateway, type TestGateway } from '../test-gateway.js';
import { codeOf, firstOf, onlyOf, STREAMS, TRANSPORTS, type Asked } from './ask.js';

let test: TestGateway;
afterEach(() => test.stop());

async function begin(settings: Record<string, string> = {}): Promise<void> {
  test = await startTestGateway({ settings });
}

const ACTIVITY = 'subscription { courseActivity { percent } }';
const WITH_LEARNER = 'subscription { courseActivity { percent learner { name } } }';
/** So many objects, which is what they cost. */
const persons = (count: number): string =>
  `{ ${Array.from({ length: count }, (_, n) => `p${n}: me { id }`).join(' ')} }`;
const extensionsOf = (answer: Awaited<ReturnType<typeof onlyOf>>) => {
  expect([answer.data, answer.errors]).toEqual([undefined, [expect.anything()]]);
  return answer.errors?.[0]?.extensions;
};
const subscribed = async (asked: Asked): Promise<void> => {
  await eventually(() => expect(test.gateway.open.feeds).toBe(1));
  asked.leave();
  await eventually(() => expect(test.gateway.open.feeds).toBe(0));
};

describe.each(TRANSPORTS)('over %s', (_, ask) => {
  it('what is meant to hurt is refused before anything is asked, with the figure and the limit', async () => {
    await begin();
    for (const [name, limit, query] of ATTACKS) {
      const extensions = extensionsOf(await onlyOf(ask(test, { query })));
      expect([name, extensions]).toEqual([
        name,
        {
          ...{ code: 'OPERATION_TOO_LARGE', limit },
          ...{ value: expect.any(Number), max: expect.any(Number) },
        },
      ]);
      expect(extensions?.['value']).toBeGreaterThan(extensions?.['max'] as number);
    }
    for (const { requests } of Object.values(test.graph)) expect(requests).toEqual([]);
  });

  it('what costs too much is refused, with its cost and the limit', async () => {
    await begin({ OPERATION_COST_LIMIT: '1' });
    const refused = { code: 'OPERATION_TOO_EXPENSIVE', cost: 2, max: 1 };
    expect(extensionsOf(await onlyOf(ask(test, { query: persons(2) })))).toEqual(refused);
    expect((await onlyOf(ask(test, { query: persons(1) }))).errors).toBeUndefined();
    const as = person();
    expect(extensionsOf(await onlyOf(ask(test, { query: WITH_LEARNER }, { as })))).toEqual(refused);
    await subscribed(await ask(test, { query: ACTIVITY }, { as }));
  });

  it('who has spent their points is refused, until when is said', async () => {
    await begin({ RATE_LIMIT_VIEWER: '4', RATE_LIMIT_NETWORK: '1' });
    const spent = { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) };
    const as = person();
    await subscribed(await ask(test, { query: WITH_LEARNER }, { as }));
    expect((await onlyOf(ask(test, { query: persons(2) }, { as }))).errors).toBeUndefined();
    expect(extensionsOf(await onlyOf(ask(test, { query: '{ greet }' }, { as })))).toEqual(spent);
    expect(extensionsOf(await onlyOf(ask(test, { query: ACTIVITY }, { as })))).toEqual(spent);
    // Nobody in particular has those of the network.
    expect((await onlyOf(ask(test, { query: persons(1) }))).errors).toBeUndefined();
    expect(extensionsOf(await onlyOf(ask(test, { query: persons(1) })))).toEqual(spent);
  });

  it('tries to sign in have the budget that they have elsewhere', async () => {
    await begin({ RATE_LIMIT_FIELDS: 'sign-in=2/60' });
    const query = `mutation { login(userId: "${newId()}") { accessToken } }`;
    expect((await test.post(query)).status).toBe(200);
    expect((await onlyOf(ask(test, { query }))).errors).toBeUndefined();
    expect(extensionsOf(await onlyOf(ask(test, { query })))).toMatchObject({
      code: 'RATE_LIMITED',
      budget: 'sign-in',
    });
    expect((await test.post(query)).status).toBe(429);
  });
});

describe.each(STREAMS)('points over %s', (_, ask) => {
  it('are told in headers, when a subscription begins and when it is refused', async () => {
    await begin({ RATE_LIMIT_VIEWER: '3' });
    const as = person();
    const told = ({ http }: Asked) =>
      ['policy', 'limit', 'remaining'].map((name) => http?.headers.get(`ratelimit-${name}`));
    const open = await ask(test, { query: WITH_LEARNER }, { as });
    expect([open.http?.status, told(open)]).toEqual([200, ['3;w=60', '3', '1']]);
    const refused = await ask(test, { query: WITH_LEARNER }, { as });
    expect([refused.http?.status, told(refused)]).toEqual([429, ['3;w=60', '3', '0']]);
    expect(Number(refused.http?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(codeOf(await firstOf(refused))).toBe('RATE_LIMITED');
    open.leave();
  });
});
