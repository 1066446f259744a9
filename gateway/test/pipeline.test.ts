import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { person } from './test-graph.js';
import { startTestGateway, type TestGateway } from './test-gateway.js';

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway();
});
afterAll(() => test.stop());
afterEach(() => {
  for (const subgraph of Object.values(test.graph)) {
    subgraph.requests.length = 0;
    subgraph.answer = null;
    subgraph.before = null;
  }
});

const codeOf = (answer: Awaited<ReturnType<TestGateway['post']>>) =>
  answer.body.errors?.[0]?.extensions['code'];

describe('who asks', () => {
  it('is nobody without a token', async () => {
    expect((await test.post('{ whoAmI }')).body).toEqual({ data: { whoAmI: 'nobody' } });
  });

  it('is the person of the access token, in every subgraph', async () => {
    const ada = person();
    const { body } = await test.post('{ me { id name askedAs } whoAmI }', {
      token: await test.token(ada),
    });
    expect(body).toEqual({
      data: {
        me: { id: ada.userId, name: `Name of ${ada.userId}`, askedAs: ada.userId },
        whoAmI: ada.userId,
      },
    });
  });

  it.each([
    ['a forged token', 'abc.def.ghi'],
    ['something else than a bearer token', null],
  ])('is refused with %s', async (_, token) => {
    const headers = token ? undefined : { authorization: 'Basic YWRhOnNlY3JldA==' };
    const answer = await test.post('{ whoAmI }', { token: token ?? undefined, headers });
    expect(answer.status).toBe(401);
    expect(codeOf(answer)).toBe('UNAUTHENTICATED');
    expect(test.graph.auth.requests).toHaveLength(0);
  });

  it('is refused with an expired token, also one that was good before', async () => {
    const past = await test.token(person(), { lifetimeMs: -5_000 });
    const answer = await test.post('{ whoAmI }', { token: past });
    expect([answer.status, answer.body.errors?.[0]?.extensions]).toEqual([
      401,
      { code: 'UNAUTHENTICATED', reason: 'EXPIRED' },
    ]);
  });

  it('cannot be told by internal headers', async () => {
    const { body } = await test.post('{ whoAmI }', {
      headers: { 'x-lyceum-viewer': JSON.stringify(person()) },
    });
    expect(body.data).toEqual({ whoAmI: 'nobody' });
  });

  it('is a service that does not answer, not an invalid token, while there are no keys', async () => {
    const other = await startTestGateway();
    other.graph.auth.routes = async () => new Response('down', { status: 500 });
    const answer = await other.post('{ whoAmI }', { token: await other.token(person()) });
    expect([answer.status, codeOf(answer)]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    await other.stop();
  });
});

describe('a mutation that signs in', () => {
  const LOGIN = 'mutation ($id: ID!) { login(userId: $id) { user { id name askedAs } } }';

  it('runs the rest of its operation as who it signed in, and keeps that from the client', async () => {
    const id = newId();
    const { body } = await test.post(LOGIN, { variables: { id } });
    expect(body).toEqual({
      data: { login: { user: { id, name: `Name of ${id}`, askedAs: id } } },
    });
    expect((await test.post('{ whoAmI }')).body.data).toEqual({ whoAmI: 'nobody' });
  });

  it('is believed of auth alone', async () => {
    const { body } = await test.post('mutation { pretend touch }');
    expect(body.data).toEqual({ pretend: 'became someone', touch: 'nobody' });
    const id = newId();
    const after = await test.post(
      'mutation ($id: ID!) { login(userId: $id) { accessToken } touch }',
      {
        variables: { id },
      },
    );
    expect(after.body.data).toMatchObject({ touch: id });
  });
});

describe('correlation', () => {
  it('goes from the client to the subgraphs and back', async () => {
    const answer = await test.post('{ whoAmI }', { headers: { 'x-correlation-id': 'ada:1.x_y' } });
    expect(answer.headers.get('x-correlation-id')).toBe('ada:1.x_y');
    expect(test.graph.auth.requests[0]?.correlationId).toBe('ada:1.x_y');
  });

  it.each(['has spaces', 'x'.repeat(101), '<script>'])('is made anew instead of %p', async (id) => {
    const answer = await test.post('{ whoAmI }', { headers: { 'x-correlation-id': id } });
    expect(answer.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('errors', () => {
  it('of the code are masked, and found by their correlation id', async () => {
    const answer = await test.post('{ broken }', { headers: { 'x-correlation-id': 'find-me' } });
    expect(answer.body.errors).toEqual([
      {
        message: 'Something went wrong on our side.',
        path: ['broken'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId: 'find-me' },
      },
    ]);
  });

  it('that are refusals are passed on, without the name of the service', async () => {
    const { body } = await test.post('{ forbidden }');
    expect(body.errors?.[0]?.extensions).toEqual({
      code: 'PERMISSION_DENIED',
      permission: 'course:edit',
    });
  });

  it('of one subgraph leave the data of the others', async () => {
    test.graph.user.answer = async () => {
      throw new Error('ECONNREFUSED 10.0.0.7:4000');
    };
    const answer = await test.post('{ greet whoAmI }');
    expect(answer.body.data).toEqual({ greet: null, whoAmI: 'nobody' });
    expect(codeOf(answer)).toBe('SERVICE_UNAVAILABLE');
    expect(JSON.stringify(answer.body)).not.toContain('10.0.0.7');
  });

  it('of unknown kinds, as a subgraph might invent, are masked', async () => {
    test.graph.user.answer = async () =>
      ({ data: null, errors: [{ message: 'at /app/x.ts' }] }) as never;
    const answer = await test.post('{ greet }');
    expect(codeOf(answer)).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(answer.body)).not.toContain('/app');
  });

  it('of variables say what is wrong and where, and repeat nothing of what was sent', async () => {
    const answer = await test.post(
      'query ($name: String!, $manner: Manner) { greet(name: $name, manner: $manner) }',
      { variables: { manner: { secret: 'hunter2', politely: 'very' } } },
    );
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map(({ extensions }) => extensions)).toEqual(
      [['name'], ['manner', 'politely'], ['manner']].map((path) => ({
        ...{ code: 'BAD_USER_INPUT', path, reason: 'INVALID_VALUE' },
      })),
    );
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
  });
});

describe('GraphQL over HTTP', () => {
  it('plans an operation once, and takes default values of variables', async () => {
    const query = 'query ($name: String! = "Ada") { greet(name: $name) }';
    expect((await test.post(query)).body.data).toEqual({ greet: 'Hello, Ada.' });
    await test.post(query, { variables: { name: 'Bob' } });
    const [first, second] = test.graph.user.requests;
    expect(first?.document).toBeDefined();
    expect(second?.document).toBe(first?.document);
  });

  it('answers queries by GET, and nothing else', async () => {
    const get = (query: string) => fetch(`${test.url}/graphql?query=${encodeURIComponent(query)}`);
    expect(await (await get('{ whoAmI }')).json()).toEqual({ data: { whoAmI: 'nobody' } });
    expect((await get('mutation { rename(name: "x") { id } }')).status).toBe(405);
    expect(test.graph.user.requests).toHaveLength(0);
  });

  it('refuses what a browser sends across sites without asking', async () => {
    const send = (type: string) =>
      fetch(`${test.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: JSON.stringify({ query: '{ whoAmI }' }),
      });
    expect((await send('text/plain')).status).toBe(415);
    expect((await send('application/x-www-form-urlencoded')).status).toBe(415);
    expect((await send('application/json')).status).toBe(200);
  });

  it('refuses subscriptions without a stream, broken JSON and what is too large', async () => {
    const send = async (body: string) => {
      const response = await fetch(`${test.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const { errors } = (await response.json()) as { errors: { extensions: object }[] };
      return [response.status, errors[0]?.extensions];
    };
    const BAD = { code: 'BAD_REQUEST' };
    const TOO_LARGE = { code: 'OPERATION_TOO_LARGE', limit: 'bodyBytes' };
    expect(await send('{"query":')).toEqual([400, BAD]);
    expect(await send(JSON.stringify({ query: ' '.repeat(1_100_000) }))).toMatchObject([
      413,
      TOO_LARGE,
    ]);
    const query = 'subscription { courseActivity { percent } }';
    expect(await send(JSON.stringify({ query }))).toEqual([400, BAD]);
  });

  it('answers a batch as a list, each for itself', async () => {
    const send = async (batch: unknown) => {
      const response = await fetch(`${test.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(batch),
      });
      return [response.status, await response.json()];
    };
    expect(await send([{ query: '{ whoAmI }' }, { query: '{ nothing }' }])).toEqual([
      200,
      [
        { data: { whoAmI: 'nobody' } },
        {
          errors: [expect.objectContaining({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })],
        },
      ],
    ]);
    const refused = { errors: [expect.objectContaining({ extensions: { code: 'BAD_REQUEST' } })] };
    expect(await send([])).toEqual([400, refused]);
    expect(await send([{ query: '{ whoAmI }' }, 7])).toEqual([400, refused]);
  });

  it('bounds the fields at the top, whatever their aliases and fragments', async () => {
    const aliases = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => `a${from + n}: whoAmI`).join(' ');
    const fine = await test.post(`{ ${aliases(0, 50)} }`);
    expect([fine.status, Object.keys(fine.body.data ?? {}).length]).toEqual([200, 50]);
    const asked = test.graph.auth.requests.length;
    const tooMany = [
      `{ ${aliases(0, 51)} }`,
      `{ ${aliases(0, 20)} ...A ... on Query { ...B } }
       fragment A on Query { ${aliases(20, 40)} ...B } fragment B on Query { ${aliases(40, 46)} }`,
      `mutation { ${aliases(0, 51).replaceAll('whoAmI', 'touch')} }`,
    ];
    for (const query of tooMany) {
      const refused = await test.post(query);
      expect([refused.status, codeOf(refused)]).toEqual([400, 'OPERATION_TOO_LARGE']);
      expect(refused.body.errors?.[0]?.message).toMatch(/has 5[12] fields at its top/);
    }
    expect(test.graph.auth.requests).toHaveLength(asked);
  });

  it('lets other origins call only where configured', async () => {
    const other = await startTestGateway({ settings: { CORS_ORIGINS: 'https://app.example' } });
    const ask = (origin: string) =>
      fetch(`${other.url}/graphql`, { method: 'OPTIONS', headers: { origin } });
    const allow = 'access-control-allow-origin';
    expect((await ask('https://app.example')).headers.get(allow)).toBe('https://app.example');
    expect((await ask('https://evil.example')).headers.get(allow)).toBeNull();
    await other.stop();
  });
});

describe('security headers', () => {
  it('go with each answer, and keep browsers to TLS where clients use it', async () => {
    const other = await startTestGateway({ settings: { PUBLIC_URL: 'https://lms.example' } });
    const ask = async (url: string) => (await fetch(`${url}/graphql?query={greet}`)).headers;
    const [plain, secure] = [await ask(test.url), await ask(other.url)];
    expect(Object.fromEntries(plain)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(plain.get('strict-transport-security')).toBeNull();
    expect(secure.get('strict-transport-security')).toMatch(/^max-age=\d{8}/);
    await other.stop();
  });
});

describe('metrics', () => {
  it('count operations by kind and outcome, and fetches by subgraph', async () => {
    await test.post('{ whoAmI }');
    await test.post('{ broken }');
    const text = await (await fetch(`${test.url}/metrics`)).text();
    expect(text).toMatch(/graphql_operation_seconds_count\{kind="query",outcome="ok"\} [1-9]/);
    expect(text).toMatch(/graphql_operation_seconds_count\{kind="query",outcome="error"\} [1-9]/);
    expect(text).toMatch(/subgraph_fetch_seconds_count\{subgraph="auth",outcome="ok"\} [1-9]/);
    expect(text).toMatch(/http_request_seconds_count\{.*route="\/graphql",status="200"\} [1-9]/);
  });
});
