import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { openAcknowledged, openRaw, type RawSocket } from '../raw-socket.js';
import { person } from '../test-graph.js';
import { startTestGateway, type TestGateway } from '../test-gateway.js';

let test: TestGateway;
const open = new Set<RawSocket>();
beforeAll(async () => {
  test = await startTestGateway({ settings: { SOCKET_INIT_TIMEOUT_MS: '300' } });
});
afterEach(async () => {
  for (const { socket } of open) socket.terminate();
  open.clear();
  await eventually(() => expect(test.gateway.open).toEqual({ sockets: 0, feeds: 0 }));
});
afterAll(() => test.stop());

async function opened(options?: Parameters<typeof openRaw>[1]): Promise<RawSocket> {
  const raw = await openRaw(test.url, options);
  open.add(raw);
  return raw;
}

/** Acknowledged, as someone. */
async function acknowledged(): Promise<RawSocket> {
  const raw = await openAcknowledged(test.url, { accessToken: await test.token(person()) });
  open.add(raw);
  return raw;
}

describe('the sub-protocol', () => {
  it('is graphql-transport-ws', async () => {
    const { socket } = await opened();
    expect(socket.protocol).toBe('graphql-transport-ws');
  });

  it.each([
    ['no other', null],
    ['not its predecessor', 'graphql-ws'],
  ])('is %s', async (_, protocol) => {
    const raw = await opened({ protocol });
    expect(await raw.end()).toEqual({ code: 4406, reason: 'Subprotocol not acceptable' });
  });
});

describe('connection_init', () => {
  it('is acknowledged, with or without a payload', async () => {
    for (const payload of [undefined, {}, { anything: 1 }]) {
      const raw = await opened();
      raw.send({ type: 'connection_init', payload });
      expect(await raw.take({ type: 'connection_ack' })).toEqual({
        type: 'connection_ack',
        payload: { cursor: expect.any(String) },
      });
    }
  });

  it('that does not come in time closes the socket', async () => {
    const raw = await opened();
    expect(await raw.end()).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
  });

  it('that came in time keeps it open', async () => {
    const [early, late] = [await opened(), await opened()];
    early.send({ type: 'connection_init' });
    expect(await late.end()).toMatchObject({ code: 4408 });
    expect(early.closed).toBeNull();
  });

  it.each(['at once', 'after the acknowledgement'])('may not be sent twice, %s', async (when) => {
    const raw = await opened();
    raw.send({ type: 'connection_init' });
    if (when !== 'at once') await raw.take({ type: 'connection_ack' });
    raw.send({ type: 'connection_init' });
    expect(await raw.end()).toEqual({ code: 4429, reason: 'Too many initialisation requests' });
  });
});

describe('an operation before the acknowledgement', () => {
  it.each(['without connection_init', 'right behind it'])('closes the socket, %s', async (how) => {
    const raw = await opened();
    // A token whose keys have to be fetched first.
    const payload = { accessToken: await test.token(person()) };
    if (how !== 'without connection_init') raw.send({ type: 'connection_init', payload });
    raw.send({ type: 'subscribe', id: '1', payload: { query: '{ whoAmI }' } });
    expect(await raw.end()).toEqual({ code: 4401, reason: 'Unauthorized' });
    expect(raw.heard.filter(({ type }) => type === 'next')).toEqual([]);
  });
});

describe('a message that is none of the protocol closes the socket', () => {
  it.each<[string, unknown]>([
    ['no JSON', 'what?'],
    ['empty', ''],
    ['a list', []],
    ['null', 'null'],
    ['without a type', { id: '1' }],
    ['of a type that is no string', { type: 7 }],
    ['of an unknown type', { type: 'start', id: '1', payload: { query: '{ whoAmI }' } }],
    ['only servers send: connection_ack', { type: 'connection_ack' }],
    ['only servers send: next', { type: 'next', id: '1', payload: {} }],
    ['only servers send: error', { type: 'error', id: '1', payload: [{ message: 'no' }] }],
    ['a ping with a text for payload', { type: 'ping', payload: 'text' }],
    ['a pong with a list for payload', { type: 'pong', payload: [] }],
    ['subscribe without id', { type: 'subscribe', payload: { query: '{ whoAmI }' } }],
    ['subscribe with an empty id', { type: 'subscribe', id: '', payload: { query: '{ whoAmI }' } }],
    ['subscribe with a number as id', { type: 'subscribe', id: 1, payload: { query: '{ me }' } }],
    ['subscribe without payload', { type: 'subscribe', id: '1' }],
    ['subscribe without query', { type: 'subscribe', id: '1', payload: {} }],
    [
      'subscribe with a query of another kind',
      { type: 'subscribe', id: '1', payload: { query: 1 } },
    ],
    [
      'variables that are a list',
      { type: 'subscribe', id: '1', payload: { query: '{ whoAmI }', variables: [] } },
    ],
    [
      'an operation name that is no string',
      { type: 'subscribe', id: '1', payload: { query: '{ whoAmI }', operationName: 1 } },
    ],
    [
      'extensions that are a text',
      { type: 'subscribe', id: '1', payload: { query: '{ whoAmI }', extensions: 'x' } },
    ],
    ['complete without id', { type: 'complete' }],
  ])('%s', async (_, message) => {
    const raw = await acknowledged();
    raw.send(message);
    expect(await raw.end()).toEqual({ code: 4400, reason: 'Invalid message' });
  });

  it('a binary one, even if its bytes are a message', async () => {
    const raw = await acknowledged();
    raw.socket.send(Buffer.from(JSON.stringify({ type: 'ping' })));
    expect(await raw.end()).toMatchObject({ code: 4400 });
  });

  it('before the acknowledgement as well', async () => {
    const raw = await opened();
    raw.send('{"type":');
    expect(await raw.end()).toMatchObject({ code: 4400 });
  });
});

describe('ping', () => {
  it('is answered with pong and the same payload, before the acknowledgement too', async () => {
    const raw = await opened();
    raw.send({ type: 'ping' });
    expect(await raw.take({ type: 'pong' })).toEqual({ type: 'pong' });
    raw.send({ type: 'connection_init' });
    await raw.take({ type: 'connection_ack' });
    raw.send({ type: 'ping', payload: { at: 7 } });
    expect(await raw.take({ type: 'pong' })).toEqual({ type: 'pong', payload: { at: 7 } });
  });

  it('needs none: a pong nobody asked for is taken', async () => {
    const raw = await acknowledged();
    raw.send({ type: 'pong' });
    raw.send({ type: 'pong', payload: { at: 7 } });
    raw.send({ type: 'ping' });
    await raw.take({ type: 'pong' });
    expect(raw.closed).toBeNull();
  });
});
