import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { getIntrospectionQuery } from 'graphql';
import { hear, startTestGateway, type TestGateway } from '../test-gateway.js';
import { ATTACKS } from './attacks.js';

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway();
});
afterAll(() => test.stop());

/** What a client is told of an operation, over HTTP and over a socket. */
async function refusals(gateway: TestGateway, query: string) {
  const { body } = await gateway.post(query);
  const heard = hear(gateway.connect(), query);
  await eventually(() => expect(heard.error ?? heard.messages[0]).not.toBeUndefined());
  const overSocket = (heard.error ?? heard.messages[0]?.errors) as typeof body.errors;
  return { overHttp: body.errors, overSocket };
}

describe('an operation that is meant to hurt', () => {
  it.each(ATTACKS)('is refused before anything is asked: %s', async (_, limit, text) => {
    const asked = test.graph.auth.requests.length;
    const { status, body } = await test.post(text);
    expect([status, body.errors?.[0]?.extensions]).toEqual([
      400,
      expect.objectContaining({ code: 'OPERATION_TOO_LARGE', limit }),
    ]);
    expect(body.errors).toHaveLength(1);
    expect((await test.post('{ whoAmI }')).body).toEqual({ data: { whoAmI: 'nobody' } });
    expect(test.graph.auth.requests).toHaveLength(asked + 1);
  });

  it('is refused over a socket just so', async () => {
    const [, , text] = ATTACKS.find(([name]) => name === 'fragments that double')!;
    const { overHttp, overSocket } = await refusals(test, text);
    expect(overSocket).toMatchObject([{ extensions: { code: 'OPERATION_TOO_LARGE' } }]);
    expect(overSocket?.[0]?.extensions).toEqual(overHttp?.[0]?.extensions);
  });

  it.each([
    ['with its length', false],
    ['in chunks', true],
  ])('is refused as a body that is too large, sent %s', async (_, inChunks) => {
    const body = JSON.stringify({ query: `{ whoAmI } #${' '.repeat(2_000_000)}` });
    const response = await fetch(`${test.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(inChunks ? { body: new Blob([body]).stream(), duplex: 'half' } : { body }),
    });
    const { errors } = (await response.json()) as { errors: { extensions: object }[] };
    expect([response.status, errors.map(({ extensions }) => extensions)]).toEqual([
      413,
      [
        {
          ...{ code: 'OPERATION_TOO_LARGE', limit: 'bodyBytes' },
          ...{ value: inChunks ? 1_048_577 : body.length, max: 1_048_576 },
        },
      ],
    ]);
  });

  it('is refused as a batch that is too long', async () => {
    const send = async (operations: number) => {
      const response = await fetch(`${test.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(Array.from({ length: operations }, () => ({ query: '{ whoAmI }' }))),
      });
      return (await response.json()) as object[] & { errors?: { extensions: object }[] };
    };
    expect(await send(10)).toHaveLength(10);
    expect((await send(11)).errors?.[0]?.extensions).toEqual({
      code: 'OPERATION_TOO_LARGE',
      ...{ limit: 'batchSize', value: 11, max: 10 },
    });
  });
});

describe('the schema', () => {
  it('is shown to tools in development', async () => {
    const { status, body } = await test.post(getIntrospectionQuery());
    expect([status, body.errors]).toEqual([200, undefined]);
    const { overHttp, overSocket } = await refusals(test, '{ whoAmi }');
    for (const errors of [overHttp, overSocket]) expect(errors?.[0]?.message).toContain('whoAmI');
  });

  it('is kept from clients in production, suggestions included, over HTTP and sockets', async () => {
    const production = await startTestGateway({
      settings: { NODE_ENV: 'production', OPERATIONS_MODE: 'open' },
    });
    const secrets = /whoAmI|name|CourseProgress|Did you mean/;
    for (const query of [
      '{ __schema { types { name } } }',
      '{ __type(name: "User") { fields { name } } }',
      '{ whoAmi }',
      '{ me { nam } greet(nme: 1) }',
      'fragment A on Usr { id } { me { ...A } }',
      'query ($a: CourseProgres) { whoAmI }',
    ]) {
      const { overHttp, overSocket } = await refusals(production, query);
      for (const errors of [overHttp, overSocket]) {
        expect(errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
        const said = JSON.stringify(errors?.map(({ message }) => message));
        expect(said).not.toMatch(secrets);
      }
    }
    expect((await production.post('{ __typename }')).body.data).toEqual({ __typename: 'Query' });
    await production.stop();
  });

  it('is kept from clients in what is said of their variables', async () => {
    const production = await startTestGateway({
      settings: { NODE_ENV: 'production', OPERATIONS_MODE: 'open' },
    });
    const said = async ({ post }: TestGateway) => {
      const { status, body } = await post('query ($manner: Manner) { greet(manner: $manner) }', {
        variables: { manner: { politly: true } },
      });
      expect([status, body.errors?.[0]?.extensions['code']]).toEqual([400, 'BAD_USER_INPUT']);
      return body.errors?.[0]?.message;
    };
    expect(await said(test)).toContain('"politely"');
    expect(await said(production)).not.toContain('politely');
    await production.stop();
  });
});
