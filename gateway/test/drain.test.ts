import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { openAcknowledged } from './raw-socket.js';
import { person } from './test-graph.js';
import { hear, startTestGateway } from './test-gateway.js';

const never = () => new Promise<never>(() => undefined);

describe('a gateway that is told to end', () => {
  it('is not ready at once, and goes on as before until that has been noticed', async () => {
    const test = await startTestGateway({ settings: { DRAIN_DELAY_MS: '2000' } });
    const stopped = test.gateway.stop();
    expect((await fetch(`${test.url}/health/ready`)).status).toBe(503);
    const answer = await test.post('{ whoAmI }');
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    const heard = hear(
      test.connect({ accessToken: await test.token(person()) }),
      'subscription { courseActivity { percent } }',
    );
    await eventually(() => expect(test.gateway.open).toEqual({ sockets: 1, feeds: 1 }));
    await stopped;
    expect(test.closes).toEqual([{ code: 1001, reason: 'Going away' }]);
    expect(heard.error).not.toBeNull();
    await expect(fetch(`${test.url}/health/live`)).rejects.toThrow();
    await test.stop();
  });

  it('answers what it was asked on sockets and streams, before it closes these', async () => {
    const test = await startTestGateway();
    const accessToken = await test.token(person());
    const [asking, idle] = [
      await openAcknowledged(test.url, { accessToken }),
      await openAcknowledged(test.url, { accessToken }),
    ];
    const subscribe = (id: string, query: string) =>
      asking.send({ type: 'subscribe', id, payload: { query } });
    let answer = (): void => undefined;
    const allowed = new Promise<void>((resolve) => (answer = resolve));
    test.graph.auth.before = () => allowed;
    subscribe('live', 'subscription { courseActivity { percent } }');
    subscribe('change', 'mutation { touch }');
    const streamed = fetch(`${test.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'mutation { touch }' }),
    });
    await eventually(() => expect(test.graph.auth.requests).toHaveLength(2));
    const stopped = test.gateway.stop();
    expect(await idle.end()).toEqual({ code: 1001, reason: 'Going away' });
    // Asked again elsewhere by clients whose connection is closed, so it is not to be run here.
    subscribe('late', '{ greet }');
    expect(asking.closed).toBeNull();
    answer();
    expect(await asking.end()).toEqual({ code: 1001, reason: 'Going away' });
    expect(asking.heard).toEqual([
      { type: 'next', id: 'change', payload: { data: { touch: expect.any(String) } } },
      { type: 'complete', id: 'change' },
    ]);
    expect(await (await streamed).text()).toMatch(/data: \{"data":\{"touch":".+"\}\}/);
    await stopped;
    expect(test.graph.user.requests).toHaveLength(0);
    await test.stop();
  });

  it('ends in time although a subgraph hangs: with what is there', async () => {
    const test = await startTestGateway();
    test.graph.auth.before = never;
    const asked = test.post('{ greet whoAmI }');
    await eventually(() => expect(test.graph.auth.requests).toHaveLength(1));
    const started = performance.now();
    await test.gateway.stop();
    expect(performance.now() - started).toBeLessThan(12_000);
    expect((await asked).body.data).toEqual({ greet: 'Hello, you.', whoAmI: null });
    await test.stop();
  });

  it('waits for no request on a connection that was opened beforehand', async () => {
    const test = await startTestGateway();
    const { hostname, port } = new URL(test.url);
    const socket = connect(Number(port), hostname);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('connect', resolve));
    await test.post('{ greet }');
    const started = performance.now();
    await test.gateway.stop();
    expect(performance.now() - started).toBeLessThan(6_000);
    await closed;
    await test.stop();
  });

  it('waits for no client that keeps its side open after it was refused a socket', async () => {
    const test = await startTestGateway();
    const port = Number(new URL(test.url).port);
    const refused = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    refused.on('error', () => undefined);
    refused.write(
      'GET /a HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    await new Promise((resolve) => refused.resume().once('end', resolve));
    await test.stop();
    refused.destroy();
  });

  it('ends in time although a client does not read its answer', async () => {
    const test = await startTestGateway();
    const { hostname, port } = new URL(test.url);
    const socket = connect(Number(port), hostname);
    const query = `{ ${Array.from({ length: 50 }, (_, n) => `a${n}: greet(name: $n)`).join(' ')} }`;
    const body = JSON.stringify({
      query: `query ($n: String!) ${query}`,
      variables: { n: 'x'.repeat(500_000) },
    });
    socket.pause();
    socket.on('error', () => undefined);
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    await eventually(() => expect(test.graph.user.requests).toHaveLength(1));
    const started = performance.now();
    await test.gateway.stop();
    expect(performance.now() - started).toBeLessThan(12_000);
    socket.destroy();
    await test.stop();
  });
});
