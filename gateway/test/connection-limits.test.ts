import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { leaveAll, openStream } from './event-stream/open-stream.js';
import { openAcknowledged, openRaw, refusedUpgrade } from './raw-socket.js';
import { person } from './test-graph.js';
import { TRANSPORTS } from './transports/ask.js';
import { startTestGateway, type TestGateway } from './test-gateway.js';

const ACTIVITY = 'subscription { courseActivity { percent } }';
const subscription = (id: string) => ({ type: 'subscribe', id, payload: { query: ACTIVITY } });

let test: TestGateway;
afterEach(async () => {
  leaveAll();
  await test.stop();
});

async function start(settings: Record<string, string>): Promise<void> {
  test = await startTestGateway({ settings });
}

const refusal = (reason: string, limit: number) => [
  expect.objectContaining({ extensions: { code: 'RATE_LIMITED', reason, limit } }),
];

describe('operations on one connection', () => {
  it('are so many and no more; one that ends makes room', async () => {
    await start({ SUBSCRIPTIONS_PER_CONNECTION: '2' });
    const raw = await openAcknowledged(test.url, { accessToken: await test.token(person()) });
    for (const id of ['1', '2', '3']) raw.send(subscription(id));
    const { payload } = await raw.take({ type: 'error', id: '3' });
    expect(payload).toEqual(refusal('SUBSCRIPTIONS_PER_CONNECTION', 2));
    raw.send({ type: 'complete', id: '1' });
    raw.send({ type: 'subscribe', id: '4', payload: { query: '{ greet }' } });
    await raw.take({ type: 'complete', id: '4' });
    expect(raw.closed).toBeNull();
    raw.socket.terminate();
  });
});

describe('subscriptions of one person', () => {
  it('are so many over all connections; others have their own', async () => {
    await start({ SUBSCRIPTIONS_PER_VIEWER: '2' });
    const [ada, bob] = [person(), person()];
    const connect = async (who: typeof ada) =>
      openAcknowledged(test.url, { accessToken: await test.token(who) });
    const [one, two] = [await connect(ada), await connect({ ...ada, sessionId: bob.sessionId })];
    const other = await connect(bob);
    one.send(subscription('1'));
    await eventually(() => expect(test.gateway.open.feeds).toBe(1));
    for (const id of ['1', '2']) two.send(subscription(id));
    const { payload } = await two.take({ type: 'error', id: '2' });
    expect(payload).toEqual(refusal('SUBSCRIPTIONS_PER_VIEWER', 2));
    for (const id of ['1', '2']) other.send(subscription(id));
    await eventually(() => expect(test.gateway.open.feeds).toBe(2));

    // A connection that goes gives back what it took.
    one.socket.terminate();
    await eventually(() => expect(test.gateway.open.sockets).toBe(2));
    two.send(subscription('3'));
    two.send({ type: 'subscribe', id: 'q', payload: { query: '{ greet }' } });
    await two.take({ type: 'complete', id: 'q' });
    expect(two.heard.map(({ id }) => id)).toEqual(['q']);
    two.send(subscription('4'));
    await two.take({ type: 'error', id: '4' });
  });

  it('are not used up by those that are refused', async () => {
    await start({ SUBSCRIPTIONS_PER_VIEWER: '1' });
    const raw = await openAcknowledged(test.url, { accessToken: await test.token(person()) });
    const missing = 'subscription ($c: ID!) { courseProgressUpdated(courseId: $c) { percent } }';
    for (const id of ['1', '2', '3']) {
      raw.send({ type: 'subscribe', id, payload: { query: missing } });
      const { payload } = await raw.take({ type: 'error', id });
      expect(payload).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    raw.send(subscription('4'));
    await eventually(() => expect(test.gateway.open.feeds).toBe(1));
  });
});

describe('connections of one network', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });

  it('are so many and no more; one that goes makes room', async () => {
    await start({ CONNECTIONS_PER_NETWORK: '2', TRUST_PROXY: 'on' });
    const open = (address: string) => openRaw(test.url, { client: { headers: from(address) } });
    const [first] = [await open('198.51.100.1'), await open('198.51.100.1')];
    expect(await refusedUpgrade(test.url, from('198.51.100.1'))).toEqual({
      status: 429,
      retryAfter: '30',
    });
    await open('198.51.100.2');
    first.socket.terminate();
    await eventually(() => expect(test.gateway.open.sockets).toBe(2));
    await open('198.51.100.1');
    await refusedUpgrade(test.url, from('198.51.100.1'));
  });

  it('are counted over all addresses that one household has', async () => {
    await start({ CONNECTIONS_PER_NETWORK: '1', TRUST_PROXY: 'on' });
    const open = (address: string) => openRaw(test.url, { client: { headers: from(address) } });
    await open('2001:db8:1:2::a');
    expect(await refusedUpgrade(test.url, from('2001:db8:1:2:3::b'))).toMatchObject({
      status: 429,
    });
    const streamed = await fetch(`${test.url}/graphql`, {
      method: 'POST',
      headers: {
        ...from('2001:db8:1:2::c'),
        ...{ accept: 'text/event-stream', 'content-type': 'application/json' },
      },
      body: JSON.stringify({ query: ACTIVITY }),
    });
    expect(streamed.status).toBe(429);
    await open('2001:db8:1:3::a');
  });
});

describe.each(TRANSPORTS)('a connection over %s', (_, ask) => {
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const open = async (address: string) =>
    ask(test, { query: ACTIVITY }, { as: person(), headers: from(address) });

  it('counts for its network, of IPv6 for the /64, together with those of other transports', async () => {
    await start({ CONNECTIONS_PER_NETWORK: '2', TRUST_PROXY: 'on' });
    const [first] = [await open('2001:db8:0:1::1'), await open('2001:0db8:0:1:ffff::2')];
    await eventually(() => expect(test.gateway.open.feeds).toBe(2));
    expect(await refusedUpgrade(test.url, from('2001:db8:0:1::3'))).toMatchObject({ status: 429 });
    const options = { as: person(), headers: from('2001:db8:0:1::3') };
    const stream = await openStream(test, { query: ACTIVITY }, options);
    expect([stream.status, stream.headers.get('retry-after')]).toEqual([429, '30']);
    await open('2001:db8:0:2::1');
    await eventually(() => expect(test.gateway.open.feeds).toBe(3));
    first.leave();
    await eventually(() => expect(test.gateway.open.feeds).toBe(2));
    await open('2001:db8:0:1::3');
    await eventually(() => expect(test.gateway.open.feeds).toBe(3));
  });
});

it('open connections are counted for operators, by transport', async () => {
  await start({});
  const counted = async () => {
    const { values } = await test.metrics.connections.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.transport, value]));
  };
  const open = await Promise.all(
    [...TRANSPORTS, ...TRANSPORTS].map(([, ask]) =>
      ask(test, { query: ACTIVITY }, { as: person() }),
    ),
  );
  await eventually(async () => expect(await counted()).toEqual({ ws: 2, sse: 2, multipart: 2 }));
  for (const one of open.slice(0, 4)) one.leave();
  await eventually(async () => expect(await counted()).toEqual({ ws: 0, sse: 1, multipart: 1 }));
  for (const one of open) one.leave();
  await eventually(async () => expect(await counted()).toEqual({ ws: 0, sse: 0, multipart: 0 }));
});

describe('a socket on which nobody has signed in', () => {
  it('makes room for another when there are too many, the oldest first', async () => {
    await start({ UNAUTHENTICATED_SOCKETS: '2' });
    const known = await openAcknowledged(test.url, { accessToken: await test.token(person()) });
    const anonymous = await openAcknowledged(test.url);
    const waiting = await openRaw(test.url);
    const newest = await openRaw(test.url);
    expect(await anonymous.end()).toEqual({ code: 1013, reason: 'Try again later' });
    await openRaw(test.url);
    expect(await waiting.end()).toMatchObject({ code: 1013 });
    expect([known.closed, newest.closed]).toEqual([null, null]);
  });
});

describe('a message', () => {
  it('larger than the limit closes the socket', async () => {
    await start({ SOCKET_MESSAGE_BYTES: '1000' });
    const raw = await openAcknowledged(test.url);
    raw.send({ type: 'ping', payload: { text: 'x'.repeat(900) } });
    await raw.take({ type: 'pong' });
    raw.send({ type: 'ping', payload: { text: 'x'.repeat(1_000) } });
    expect(await raw.end()).toMatchObject({ code: 1009 });
  });
});

describe('a socket with nothing to do', () => {
  it('is closed; one with an operation is not', async () => {
    await start({ SOCKET_IDLE_MS: '1000', HEARTBEAT_MS: '20' });
    const busy = await openAcknowledged(test.url, { accessToken: await test.token(person()) });
    busy.send(subscription('1'));
    await eventually(() => expect(test.gateway.open.feeds).toBe(1));
    const idle = await openAcknowledged(test.url);
    const chatty = setInterval(() => idle.send({ type: 'ping' }), 20);
    expect(await idle.end()).toEqual({ code: 1000, reason: 'Idle' });
    clearInterval(chatty);
    expect(busy.closed).toBeNull();
    busy.send({ type: 'complete', id: '1' });
    expect(await busy.end()).toEqual({ code: 1000, reason: 'Idle' });
  });
});

describe('a client that gives no sign of life', () => {
  it('is disconnected, while one that answers stays', async () => {
    await start({ HEARTBEAT_MS: '50' });
    const dead = await openRaw(test.url, { client: { autoPong: false } });
    const alive = await openRaw(test.url);
    let asked = 0;
    alive.socket.on('ping', () => (asked += 1));
    expect(await dead.end()).toEqual({ code: 1006, reason: '' });
    await eventually(() => expect(asked).toBeGreaterThan(3));
    expect(alive.closed).toBeNull();
  });
});

describe('a page', () => {
  const open = (origin: string) => openRaw(test.url, { client: { headers: { origin } } });

  it('of another origin may not open a socket, unless its origin is listed', async () => {
    await start({ CORS_ORIGINS: 'https://school.test', PUBLIC_URL: 'https://learn.test/' });
    for (const origin of ['https://school.test', 'https://learn.test', test.url]) {
      await open(origin);
    }
    await openRaw(test.url);
    for (const origin of ['https://evil.test', 'null', 'https://school.test.evil.test', '']) {
      expect(await refusedUpgrade(test.url, { origin })).toMatchObject({ status: 403 });
    }
  });

  it('of any origin may where all are allowed', async () => {
    await start({ CORS_ORIGINS: '*' });
    await open('https://anywhere.test');
  });
});
