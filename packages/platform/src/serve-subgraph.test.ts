import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { newId } from './ids.js';
import { serveSubgraph } from './serve-subgraph.js';
import type { RunningService } from './service.js';
import type { SubgraphRequest } from './subgraph.js';
import { createMetrics } from './telemetry/metrics.js';
import { ANONYMOUS } from './viewer.js';
import { signViewer } from './viewer-token.js';

const SECRET = 'shared with the gateway, 32 chars';
const requests: SubgraphRequest[] = [];
const logged: string[] = [];
let databaseUp = true;
let busUp = true;

const service: RunningService = {
  name: 'course',
  async execute(request) {
    requests.push(request);
    if (request.query?.includes('bug')) throw new Error('secret detail');
    return { data: { answer: 42 } };
  },
  routes: [
    {
      method: 'PUT',
      path: '/uploads/:uploadId',
      async handle(request, params) {
        // Answers with the body as it comes in, before it has ended.
        const headers = { 'x-upload': params['uploadId']!, 'content-type': 'text/plain' };
        return new Response(request.body, { status: 201, headers });
      },
    },
    {
      method: 'GET',
      path: '/media/:mediaId',
      handle: () => Promise.reject(new Error('secret detail')),
    },
  ],
  route: async () => new Response(null, { status: 404 }),
  ready: async () => databaseUp,
  close: async () => {},
};
let server: { url: string; close(): Promise<void> };

beforeAll(async () => {
  server = await serveSubgraph(service, {
    host: '127.0.0.1',
    port: 0,
    secret: SECRET,
    metrics: createMetrics({ defaults: false }),
    log: pino({}, { write: (line) => void logged.push(line) }),
    busHealthy: () => busUp,
  });
});
afterAll(() => server.close());

async function post(body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: await response.json() };
}
const signed = async (subgraph = 'course') => ({
  'x-lyceum-viewer': await signViewer(ANONYMOUS, subgraph, SECRET),
});

describe('a subgraph over HTTP', () => {
  it('answers nobody without the gateway’s token, whatever they ask', async () => {
    const asked = requests.length;
    const bodies = [
      { query: '{ _service { sdl } }' },
      { query: '{ _entities(representations: []) { __typename } }' },
      { query: '{ __typename }' },
    ].map((body) => JSON.stringify(body));
    for (const body of [...bodies, '{malformed', '', '"text"']) {
      const attempts: Record<string, string>[] = [
        {},
        { 'x-lyceum-viewer': '' },
        { 'x-lyceum-viewer': 'forged' },
        { 'x-lyceum-viewer': '{"kind":"anonymous"}' },
        await signed('auth'),
        { 'content-type': 'text/plain' },
      ];
      for (const headers of attempts) {
        const { status, body: answer } = await post(body, headers);
        expect(status).toBe(401);
        expect(answer).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
      }
    }
    expect(requests.length).toBe(asked);
  });

  it('executes what the gateway sends, with all that comes along', async () => {
    const event = { id: newId(), type: 'test.thing.happened.v1' };
    const idempotency = { key: 'of the client', fingerprint: 'of the input', part: 'answer' };
    const operation = {
      query: 'query Q($a: Int) { answer(a: $a) }',
      operationName: 'Q',
      variables: { a: 1 },
      extensions: { event, network: '10.0.0.1', idempotency },
    };
    const answer = await post(JSON.stringify(operation), {
      ...(await signed()),
      'x-correlation-id': 'c-1',
    });
    expect(answer).toEqual({ status: 200, body: { data: { answer: 42 } } });
    expect(requests.at(-1)).toEqual({
      query: operation.query,
      operationName: 'Q',
      variables: { a: 1 },
      viewer: ANONYMOUS,
      correlationId: 'c-1',
      event,
      network: '10.0.0.1',
      idempotency,
    });
  });

  it('refuses what is malformed, and shows nothing of its own faults', async () => {
    for (const body of [
      '{malformed',
      '{}',
      '"text"',
      '{"query":1}',
      '{"query":"{ a }","extensions":{"idempotency":{}}}',
    ]) {
      expect((await post(body, await signed())).status).toBe(400);
    }
    const answer = await post('{"query":"{ bug }"}', {
      ...(await signed()),
      'x-correlation-id': 'c-2',
    });
    expect(answer.status).toBe(500);
    const route = await fetch(`${server.url}/media/1`);
    expect(route.status).toBe(500);
    expect(JSON.stringify(answer) + (await route.text())).not.toContain('secret detail');
    expect(logged.filter((line) => line.includes('secret detail')).length).toBe(2);
    expect(logged.join()).toContain('"correlationId":"c-2"');
  });

  it('streams the bodies of its routes both ways', async () => {
    const { port, hostname } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const head =
      'PUT /uploads/a%20b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
    socket.write(`${head}5\r\nfirst\r\n`);
    let received = '';
    // What follows would only be sent once the first part has come back.
    for await (const chunk of socket) {
      received += String(chunk);
      if (received.includes('first')) break;
    }
    expect(received).toMatch(/^HTTP\/1\.1 201/);
    expect(received).toContain('x-upload: a b');

    const response = await fetch(`${server.url}/uploads/x`, { method: 'PUT', body: 'whole' });
    expect([response.status, await response.text()]).toEqual([201, 'whole']);
    expect((await fetch(`${server.url}/uploads/x`, { method: 'POST' })).status).toBe(404);
  });

  it('says whether it lives and is ready', async () => {
    const ready = async () => (await fetch(`${server.url}/health/ready`)).status;
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect(await ready()).toBe(200);
    databaseUp = false;
    expect(await ready()).toBe(503);
    [databaseUp, busUp] = [true, false];
    expect(await ready()).toBe(503);
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    busUp = true;
  });

  it('measures requests by the pattern of their route', async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const label = (route: string, method: string, status: number) =>
      `service="course",method="${method}",route="${route}",status="${status}"`;
    expect(metrics).toContain(label('/graphql', 'POST', 401));
    expect(metrics).toContain(label('/graphql', 'POST', 200));
    expect(metrics).toContain(label('/uploads/:uploadId', 'PUT', 201));
    expect(metrics).not.toContain('a%20b');
  });
});
