import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { eventually } from '@lyceum/testkit/eventually';
import { holdAnswers } from '../held-answers.js';
import { openAcknowledged, type RawSocket } from '../raw-socket.js';
import { person, progressEvent } from '../test-graph.js';
import { startTestGateway, type TestGateway } from '../test-gateway.js';

const ACTIVITY = 'subscription { courseActivity { percent } }';

let test: TestGateway;
const open = new Set<RawSocket>();
beforeAll(async () => {
  test = await startTestGateway();
});
afterEach(async () => {
  for (const { socket } of open) socket.terminate();
  open.clear();
  test.graph.auth.before = null;
  await eventually(() => expect(test.gateway.open).toEqual({ sockets: 0, feeds: 0 }));
});
afterAll(() => test.stop());

/** Acknowledged, as someone. */
async function acknowledged(): Promise<RawSocket> {
  const raw = await openAcknowledged(test.url, { accessToken: await test.token(person()) });
  open.add(raw);
  return raw;
}

const subscribe = (raw: RawSocket, id: string, query: string, rest: object = {}): void =>
  raw.send({ type: 'subscribe', id, payload: { query, ...rest } });
const feeds = (count: number) => eventually(() => expect(test.gateway.open.feeds).toBe(count));
const happen = (percent: number) =>
  test.bus.publish(progressEvent({ courseId: newId(), learnerId: newId(), percent }));
const percentOf = ({ payload }: { payload?: unknown }) =>
  (payload as { data: { courseActivity: { percent: number } } }).data.courseActivity.percent;

describe('a query or mutation', () => {
  it('gives one next, then complete, both with its id', async () => {
    const raw = await acknowledged();
    subscribe(raw, 'q', 'query Q($n: String!) { greet(name: $n) } query R { whoAmI }', {
      operationName: 'Q',
      variables: { n: 'Ada' },
    });
    await raw.take({ type: 'complete', id: 'q' });
    expect(raw.heard).toEqual([
      { id: 'q', type: 'next', payload: { data: { greet: 'Hello, Ada.' } } },
    ]);
    subscribe(raw, 'm', 'mutation { rename(name: "x") { id } }', {
      variables: null,
      operationName: null,
    });
    expect(await raw.take({ type: 'next', id: 'm' })).toMatchObject({
      payload: { data: { rename: {} } },
    });
    await raw.take({ type: 'complete', id: 'm' });
  });

  it('that fails while it is executed gives next with the errors, then complete', async () => {
    const raw = await acknowledged();
    subscribe(raw, '1', '{ broken }');
    expect(await raw.take({ type: 'next', id: '1' })).toMatchObject({
      payload: { data: { broken: null }, errors: [{ path: ['broken'] }] },
    });
    await raw.take({ type: 'complete', id: '1' });
  });

  it('runs beside others, each answered under its own id', async () => {
    const raw = await acknowledged();
    const answers = holdAnswers(test.graph.auth);
    subscribe(raw, 'slow', '{ whoAmI }');
    subscribe(raw, 'fast', '{ greet }');
    await raw.take({ type: 'complete', id: 'fast' });
    expect(raw.heard.map(({ id }) => id)).toEqual(['fast']);
    answers.letGoAll();
    await raw.take({ type: 'complete', id: 'slow' });
  });

  it('that the client completes is not answered any more', async () => {
    const raw = await acknowledged();
    const answers = holdAnswers(test.graph.auth);
    test.graph.auth.requests.length = 0;
    subscribe(raw, '1', '{ whoAmI }');
    await eventually(() => expect(test.graph.auth.requests).toHaveLength(1));
    raw.send({ type: 'complete', id: '1' });
    raw.send({ type: 'ping' });
    await raw.take({ type: 'pong' });
    answers.letGoAll();
    subscribe(raw, '2', '{ whoAmI }');
    await raw.take({ type: 'complete', id: '2' });
    expect(raw.heard.map(({ id }) => id)).toEqual(['2']);
  });
});

describe('error', () => {
  it.each([
    ['a syntax error', '{', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a subscription with an unknown field',
      'subscription { nothing }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('is the whole answer to %s: no complete follows', async (_, query, code) => {
    const raw = await acknowledged();
    subscribe(raw, '1', query);
    const { payload } = await raw.take({ type: 'error', id: '1' });
    expect(payload).toEqual([
      expect.objectContaining({
        message: expect.any(String),
        extensions: expect.objectContaining({ code }),
      }),
    ]);
    subscribe(raw, '2', '{ greet }');
    await raw.take({ type: 'complete', id: '2' });
    expect(raw.heard.filter(({ id }) => id === '1')).toEqual([]);
  });

  it('leaves the connection and its other operations alone, and frees the id', async () => {
    const raw = await acknowledged();
    subscribe(raw, 'stays', ACTIVITY);
    await feeds(1);
    subscribe(raw, '1', '{ nothing }');
    await raw.take({ type: 'error', id: '1' });
    subscribe(raw, '1', '{ greet }');
    await raw.take({ type: 'complete', id: '1' });
    await happen(3);
    expect(percentOf(await raw.take({ type: 'next', id: 'stays' }))).toBe(3);
  });
});

describe('a subscription', () => {
  it('gives next for each event, in order, until the client completes it', async () => {
    const raw = await acknowledged();
    subscribe(raw, 's', ACTIVITY);
    await feeds(1);
    for (const percent of [1, 2, 3]) await happen(percent);
    await eventually(() => expect(raw.heard.map(percentOf)).toEqual([1, 2, 3]));
    raw.send({ type: 'complete', id: 's' });
    await feeds(0);
    await happen(4);
    raw.send({ type: 'ping' });
    await raw.take({ type: 'pong' });
    expect(raw.heard).toHaveLength(3);
  });

  it('may be completed more than once, and an unknown one as well', async () => {
    const raw = await acknowledged();
    subscribe(raw, 's', ACTIVITY);
    for (const id of ['s', 's', 'never']) raw.send({ type: 'complete', id });
    raw.send({ type: 'ping' });
    await raw.take({ type: 'pong' });
    expect(raw.closed).toBeNull();
    expect(raw.heard).toEqual([]);
  });

  it('ends with its connection', async () => {
    const raw = await acknowledged();
    subscribe(raw, 's', ACTIVITY);
    await feeds(1);
    raw.socket.close(1000, 'Normal Closure');
    await feeds(0);
    expect(await raw.end()).toMatchObject({ code: 1000 });
  });
});

describe('an id', () => {
  it.each([
    ['a subscription', ACTIVITY],
    ['a query', '{ whoAmI }'],
  ])('that is taken by %s closes the socket', async (_, query) => {
    const raw = await acknowledged();
    holdAnswers(test.graph.auth);
    subscribe(raw, 'same', query);
    subscribe(raw, 'same', '{ greet }');
    expect(await raw.end()).toEqual({ code: 4409, reason: 'Subscriber for same already exists' });
  });

  it('of any length is told in a reason that fits', async () => {
    const raw = await acknowledged();
    const id = 'é'.repeat(200);
    subscribe(raw, id, ACTIVITY);
    subscribe(raw, id, ACTIVITY);
    expect(await raw.end()).toEqual({ code: 4409, reason: 'Subscriber already exists' });
  });

  it('is free again when the server has completed', async () => {
    const raw = await acknowledged();
    for (let i = 0; i < 3; i += 1) {
      subscribe(raw, '1', '{ greet }');
      await raw.take({ type: 'next', id: '1' });
      await raw.take({ type: 'complete', id: '1' });
    }
  });

  it('is free as soon as the client completes, whatever is still under way for it', async () => {
    const raw = await acknowledged();
    const answers = holdAnswers(test.graph.auth);
    subscribe(raw, '1', '{ whoAmI }');
    raw.send({ type: 'complete', id: '1' });
    subscribe(raw, '1', ACTIVITY);
    raw.send({ type: 'complete', id: '1' });
    subscribe(raw, '1', ACTIVITY);
    await feeds(1);
    answers.letGoAll();
    await happen(8);
    expect(percentOf(await raw.take({ type: 'next', id: '1' }))).toBe(8);
    expect(raw.heard).toEqual([]);
  });

  it('is the client’s own: two connections may use the same', async () => {
    const [a, b] = [await acknowledged(), await acknowledged()];
    for (const raw of [a, b]) subscribe(raw, '1', ACTIVITY);
    await feeds(2);
    a.send({ type: 'complete', id: '1' });
    await feeds(1);
    await happen(5);
    expect(percentOf(await b.take({ type: 'next', id: '1' }))).toBe(5);
    expect(a.heard).toEqual([]);
  });

  it('may be any text', async () => {
    const raw = await acknowledged();
    for (const id of ['__proto__', 'constructor', '"\\', ' ', '\u2028']) {
      subscribe(raw, id, '{ greet }');
      await raw.take({ type: 'complete', id });
    }
  });
});
