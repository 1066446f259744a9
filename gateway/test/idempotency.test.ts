import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sessionRevoked } from '@lyceum/events/auth';
import { idempotencyConflict, idempotencyInProgress } from '@lyceum/platform/errors';
import { newId } from '@lyceum/platform/ids';
import type { SubgraphResponse } from '@lyceum/platform/subgraph';
import { eventually } from '@lyceum/testkit/eventually';
import type { Client } from 'graphql-ws';
import { startTestGateway, type TestGateway } from './test-gateway.js';
import { ORGANIZATION, person, type TestSubgraph } from './test-graph.js';

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway();
});
afterAll(() => test.stop());
beforeEach(() => {
  for (const subgraph of Object.values(test.graph)) {
    subgraph.requests.length = 0;
    subgraph.answer = null;
  }
});

const RENAME = 'mutation ($name: String!) { rename(name: $name) { id } }';
const header = (key: string) => ({ 'idempotency-key': key });
const told = (subgraph: TestSubgraph) => subgraph.requests.map(({ idempotency }) => idempotency);
const answers = (subgraph: TestSubgraph, answer: SubgraphResponse): void => {
  subgraph.answer = async () => structuredClone(answer) as never;
};
const variables = { name: 'Ada' };

describe('an idempotency key', () => {
  it('goes to the subgraph with each of a mutation’s own fields, told apart, and with nothing else', async () => {
    const { body } = await test.post(
      `mutation { first: touch login(userId: "7") { user { name } } second: rename(name: "A") { name } last: touch }`,
      { headers: header('k-1') },
    );
    expect(body.errors).toBeUndefined();
    const { auth, user } = test.graph;
    const parts = [...told(auth), ...told(user)].flatMap((one) => one?.part ?? []);
    expect(new Set(parts)).toEqual(new Set(['first', 'login', 'second', 'last']));
    expect(parts).toHaveLength(4);
    // People's names are asked of the same subgraph: that is no part of the mutation.
    expect(told(user).filter((one) => !one).length).toBeGreaterThan(0);
    const keys = [...told(auth), ...told(user)].filter(Boolean).map((one) => one!.key);
    expect(new Set(keys)).toEqual(new Set(['k-1']));
  });

  it('stands for the operation and its variables, whatever their order', async () => {
    const query =
      'mutation A($name: String!, $b: Boolean!) { rename(name: $name) { id @skip(if: $b) __typename } }';
    const send = (text: string, given: object) =>
      test.post(text, { variables: given, headers: header('k-2') });
    await send(query, { name: 'Ada', b: false });
    await send(query, { b: false, name: 'Ada' });
    await send(query, { b: true, name: 'Ada' });
    await send(query.replace('__typename', 'name'), { name: 'Ada', b: false });
    const [one, same, otherVariables, otherText] = test.graph.user.requests
      .map(({ idempotency }) => idempotency?.fingerprint)
      .filter(Boolean);
    expect(same).toBe(one);
    expect(new Set([one, otherVariables, otherText]).size).toBe(3);
    expect(one).toMatch(/^[0-9a-f]{64}$/);
  });

  it('may come in the payload as well, also on a socket', async () => {
    const body = JSON.stringify({
      query: RENAME,
      variables,
      extensions: { idempotencyKey: 'k-3' },
    });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${test.url}/graphql`, { method: 'POST', headers, body });
    await once(test.connect(), { query: RENAME, variables, extensions: { idempotencyKey: 'k-3' } });
    const [http, socket] = told(test.graph.user);
    expect(http).toEqual({ key: 'k-3', fingerprint: expect.any(String), part: 'rename' });
    expect(socket).toEqual(http);
  });

  it('means nothing to a query', async () => {
    const { status } = await test.post('{ greet }', { headers: header('no key at all: ü') });
    expect([status, told(test.graph.user)]).toEqual([200, [undefined]]);
  });

  it.each([
    ['empty', '', undefined, 'NO_KEY'],
    ['too long', 'x'.repeat(201), undefined, 'NO_KEY'],
    ['with a space', 'a b', undefined, 'NO_KEY'],
    ['not ASCII', 'é', undefined, 'NO_KEY'],
    ['no text', undefined, 7, 'NO_KEY'],
    ['another in the payload', 'one', 'two', 'TWO_KEYS'],
  ])('is refused when it is %s', async (_what, inHeader, inPayload, reason) => {
    const extensions = inPayload === undefined ? undefined : { idempotencyKey: inPayload };
    const response = await fetch(`${test.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...(inHeader === undefined ? {} : header(inHeader)),
      },
      body: JSON.stringify({ query: RENAME, variables, extensions }),
    });
    const { errors } = (await response.json()) as { errors: { extensions: object }[] };
    const path = inHeader === undefined ? ['extensions', 'idempotencyKey'] : ['Idempotency-Key'];
    expect(response.status).toBe(400);
    expect(errors[0]!.extensions).toEqual({ code: 'BAD_USER_INPUT', path, reason });
    expect(test.graph.user.requests).toEqual([]);
  });

  it('in the header is refused for a batch, whose operations have keys of their own', async () => {
    const operation = (key?: string) => ({
      query: RENAME,
      variables,
      extensions: key ? { idempotencyKey: key } : undefined,
    });
    const send = async (batch: object[], headers = {}) => {
      const response = await fetch(`${test.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(batch),
      });
      return (await response.json()) as { errors?: { extensions: { reason: string } }[] }[];
    };
    const [refused] = await send([operation(), operation()], header('k-4'));
    expect(refused!.errors![0]!.extensions.reason).toBe('BATCH');
    await send([operation('k-5'), operation('k-6')]);
    const keys = told(test.graph.user).map((one) => one?.key);
    expect(new Set(keys)).toEqual(new Set(['k-5', 'k-6']));
  });
});

describe('what a subgraph knows of a key', () => {
  it.each([
    [idempotencyConflict(), null],
    [idempotencyInProgress(7), '7'],
  ])('makes a refusal of the whole mutation: %s', async (error, retryAfter) => {
    answers(test.graph.user, { data: null, errors: [error.toJSON()] });
    const { status, headers, body } = await test.post(RENAME, {
      variables,
      headers: header('k-7'),
    });
    expect([status, headers.get('retry-after')]).toEqual([409, retryAfter]);
    expect(body).toEqual({
      errors: [expect.objectContaining({ extensions: error.toJSON().extensions })],
    });
  });

  it('leaves what another part of the mutation did', async () => {
    answers(test.graph.user, { data: null, errors: [idempotencyConflict().toJSON()] });
    const { status, body } = await test.post('mutation { touch pretend }', {
      headers: header('k-8'),
    });
    expect([status, body.data]).toEqual([200, { touch: 'nobody', pretend: null }]);
    expect(body.errors?.map(({ extensions }) => extensions['code'])).toEqual([
      'IDEMPOTENCY_CONFLICT',
    ]);
  });

  it('is said of an answer that is not the first', async () => {
    const first = await test.post('mutation { pretend }', { headers: header('k-9') });
    answers(test.graph.user, { data: { pretend: 'before' }, extensions: { replayed: true } });
    const again = await test.post('mutation { pretend }', { headers: header('k-9') });
    expect([first.headers.get('idempotency-replayed'), first.body.extensions]).toEqual([
      null,
      undefined,
    ]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual({ data: { pretend: 'before' }, extensions: { replayed: true } });
  });

  it('lets a login that is answered again speak for its person until the session ends', async () => {
    const viewer = person();
    answers(test.graph.auth, {
      data: { login: { user: { __typename: 'User', id: viewer.userId } } },
      extensions: { viewer, replayed: true },
    });
    const login = async () => {
      const query = `mutation { login(userId: "x") { user { askedAs } } }`;
      const { body } = await test.post(query, { headers: header('k-10') });
      return (body.data!['login'] as { user: { askedAs: string } }).user.askedAs;
    };
    expect(await login()).toBe(viewer.userId);
    await test.bus.publish({
      id: newId(),
      type: sessionRevoked.type,
      time: new Date().toISOString(),
      aggregateId: viewer.userId,
      organizationId: ORGANIZATION,
      actorId: null,
      correlationId: newId(),
      causationId: null,
      data: { userId: viewer.userId, sessionId: viewer.sessionId, reason: 'LOGOUT' },
    });
    await eventually(async () => expect(await login()).toBe('nobody'));
  });
});

function once(client: Client, payload: Parameters<Client['subscribe']>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    client.subscribe(payload, { next: () => undefined, error: reject, complete: resolve });
  });
}
