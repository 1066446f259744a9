import { afterEach, describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { eventually } from '@lyceum/testkit/eventually';
import { person } from '../test-graph.js';
import { hear, startTestGateway, type GraphQLAnswer, type TestGateway } from '../test-gateway.js';

let test: TestGateway;
afterEach(() => test.stop());

async function begin(settings: Record<string, string>): Promise<void> {
  test = await startTestGateway({ settings });
}

/** So many objects, which is what they cost. */
const persons = (count: number): string =>
  `{ ${Array.from({ length: count }, (_, n) => `p${n}: me { id }`).join(' ')} }`;

const extensionsOf = ({ status, body }: GraphQLAnswer) => [status, body.errors?.[0]?.extensions];

async function batch(queries: readonly string[]) {
  const response = await fetch(`${test.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(queries.map((query) => ({ query }))),
  });
  const { status, headers } = response;
  return { status, headers, body: await response.json() };
}

/** The extensions of the refusal that a socket is sent; null when it is answered. */
async function overSocket(query: string, token?: string): Promise<object | null> {
  const heard = hear(test.connect(token ? { accessToken: token } : undefined), query);
  await eventually(() => expect(heard.error !== null || heard.messages.length > 0).toBe(true));
  const [error] =
    (heard.error as { extensions: object }[] | null) ?? heard.messages[0]?.errors ?? [];
  return error?.extensions ?? null;
}

describe('an operation that costs too much', () => {
  const REFUSED = { code: 'OPERATION_TOO_EXPENSIVE', cost: 6, max: 5 };

  it('is refused before anything is asked, with its cost and the limit', async () => {
    await begin({ OPERATION_COST_LIMIT: '5' });
    expect(extensionsOf(await test.post(persons(6)))).toEqual([400, REFUSED]);
    expect(test.graph.user.requests).toHaveLength(0);
    expect((await test.post(persons(5))).status).toBe(200);
    expect(await overSocket(persons(6))).toEqual(REFUSED);
    expect(await overSocket(persons(5))).toBeNull();
  });

  it('is not planned, which takes longest, and costs what the dearest that is allowed costs', async () => {
    await begin({ OPERATION_COST_LIMIT: '5', RATE_LIMIT_NETWORK: '11' });
    expect(extensionsOf(await test.post(persons(40)))).toEqual([400, { ...REFUSED, cost: 40 }]);
    expect(await overSocket(persons(41))).toEqual({ ...REFUSED, cost: 41 });
    expect(await test.metrics.registry.getSingleMetricAsString('lyceum_plans_made_total')).toMatch(
      /^lyceum_plans_made_total 0$/m,
    );
    expect(extensionsOf(await test.post(persons(2)))[0]).toBe(429);
  });

  it('is so in parts as well, when they come as one batch', async () => {
    await begin({ OPERATION_COST_LIMIT: '5' });
    const refused = await batch([persons(3), '{ nonsense }', persons(3)]);
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ extensions: REFUSED }] } });
    expect(test.graph.user.requests).toHaveLength(0);
    expect((await batch([persons(3), '{ nonsense }', persons(2)])).body).toHaveLength(3);
  });

  it('is so as a subscription', async () => {
    await begin({ OPERATION_COST_LIMIT: '1' });
    const token = await test.token(person());
    const heard = hear(
      test.connect({ accessToken: token }),
      'subscription { courseActivity { percent } }',
    );
    const refused = await overSocket(
      'subscription { courseActivity { percent learner { name } } }',
      token,
    );
    expect(refused).toEqual({ code: 'OPERATION_TOO_EXPENSIVE', cost: 2, max: 1 });
    await eventually(() => expect(test.gateway.open.feeds).toBe(1));
    heard.stop();
  });
});

describe('points', () => {
  it('are told with every answer, and when they are spent', async () => {
    await begin({ RATE_LIMIT_NETWORK: '10', RATE_LIMIT_VIEWER: '100' });
    const fine = await test.post(persons(6));
    const told = ({ headers }: GraphQLAnswer) =>
      ['policy', 'limit', 'remaining', 'reset'].map((name) => headers.get(`ratelimit-${name}`));
    expect(told(fine)).toEqual(['10;w=60', '10', '4', '60']);
    const refused = await test.post(persons(6));
    expect(extensionsOf(refused)).toEqual([
      429,
      { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) },
    ]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(told(refused).slice(0, 3)).toEqual(['10;w=60', '10', '0']);
    expect(await overSocket('{ whoAmI }')).toMatchObject({ code: 'RATE_LIMITED' });
    const token = await test.token(person());
    expect(told(await test.post(persons(6), { token }))[2]).toBe('94');
    expect(test.graph.user.requests).toHaveLength(2);
  });

  it('are spent by texts that are new, and by those that are refused for what they say', async () => {
    await begin({ RATE_LIMIT_NETWORK: '250', RATE_LIMIT_NEW_TEXT: '100' });
    const remaining = async (query: string) =>
      Number((await test.post(query)).headers.get('ratelimit-remaining'));
    expect(await remaining('{ whoAmI }')).toBe(149);
    expect(await remaining('{ whoAmI }')).toBe(148);
    expect(await remaining('{ whoAmi }')).toBe(48);
    for (const query of ['{ whoAm }', '{ whoAmI', persons(500)]) {
      expect(extensionsOf(await test.post(query))).toEqual([
        429,
        { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) },
      ]);
      expect(await overSocket(query)).toMatchObject({ code: 'RATE_LIMITED' });
    }
    const together = await batch(['{ who }']);
    expect(together.body).toMatchObject([{ errors: [{ extensions: { code: 'RATE_LIMITED' } }] }]);
    expect(Number(together.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('are spent once by a subscription, when it begins', async () => {
    await begin({ RATE_LIMIT_VIEWER: '2' });
    const token = await test.token(person());
    const query = 'subscription { courseActivity { percent learner { name } } }';
    const heard = hear(test.connect({ accessToken: token }), query);
    await eventually(() => expect(test.gateway.open.feeds).toBe(1));
    expect(await overSocket(query, token)).toMatchObject({ code: 'RATE_LIMITED' });
    heard.stop();
  });
});

it('tries to sign in are counted whatever way they come', async () => {
  await begin({ RATE_LIMIT_FIELDS: 'sign-in=6/60' });
  const login = (alias: string): string => `${alias}: login(userId: "${newId()}") { accessToken }`;
  const spent = {
    code: 'RATE_LIMITED',
    budget: 'sign-in',
    retryAfterSeconds: expect.any(Number),
  };
  const aliased = `mutation { ${login('a')} ...F } fragment F on Mutation { ${login('b')} }`;
  expect((await test.post(aliased)).status).toBe(200);
  const once = `mutation { ${login('a')} }`;
  expect((await batch([once, once])).status).toBe(200);
  expect(await overSocket(once)).toBeNull();
  expect(extensionsOf(await test.post(aliased))).toEqual([429, spent]);
  expect(await overSocket(once)).toEqual(spent);
  expect((await batch([once])).body).toMatchObject([{ errors: [{ extensions: spent }] }]);
  const token = await test.token(person());
  expect(extensionsOf(await test.post(once, { token }))).toEqual([429, spent]);
  expect((await test.post('mutation { touch }')).status).toBe(200);
  const logins = test.graph.auth.requests.filter(({ query }) => query?.includes('login'));
  expect(logins).toHaveLength(4);
});
