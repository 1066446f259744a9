import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { pino } from 'pino';
import { newId } from './ids.js';
import { serveSubgraph } from './serve-subgraph.js';
import type { RunningService } from './service.js';
import { Stop, type StopSignal } from './stop-signal.js';
import type { SubgraphRequest } from './subgraph.js';
import { createMetrics } from './telemetry/metrics.js';
import { ANONYMOUS } from './viewer.js';
import { signViewer } from './viewer-token.js';

const SECRET = 'shared with the gateway, 32 chars';
const requests: SubgraphRequest[] = [];
const logged: string[] = [];
const seenByRoutes: Request[] = [];
let hangs: StopSignal | undefined;
let databaseUp = true;
let readyChecks = 0;

const service: RunningService = {
  name: 'course',
  async execute(request) {
    requests.push(request);
    if (request.query?.includes('bug')) throw new Error('secret detail');
    if (request.query?.includes('hang')) {
      hangs = request.signal;
      await new Promise<void>((resolve) => request.signal?.addEventListener('abort', resolve));
    }
    return { data: { answer: 42 } };
  },
  routes: [
    {
      method: 'PUT',
      path: '/uploads/:uploadId',
      async handle(request, params) {
        seenByRoutes.push(request);
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
  ready: async () => {
    readyChecks += 1;
    return databaseUp;
  },
  close: async () => {},
};
let server: { url: string; close(): Promise<void> };

beforeAll(async () => {
  server = await serveSubgraph(service, {
    host: '127.0.0.1',
    port: 0,
    secret: SECRET,
    metrics: createMetrics({ defaults: false }),
    metricsAccess: { token: null, isProduction: false },
    log: pino({}, { write: (line) => void logged.push(line) }),
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

  it('answers nobody else on any other route either, whether it is there or not', async () => {
    const routes = seenByRoutes.length;
    const ask = async (method: string, path: string, headers: Record<string, string> = {}) =>
      (await fetch(server.url + path, { method, headers })).status;
    const places = [
      ['PUT', '/uploads/x'],
      ['GET', '/media/1'],
      ['GET', '/nothing'],
      ['GET', '/graphql'],
      ['OPTIONS', '/uploads/x'],
      ['GET', '/health/other'],
    ] as const;
    for (const [method, path] of places) {
      expect([path, await ask(method, path)]).toEqual([path, 401]);
      expect(await ask(method, path, await signed('auth'))).toBe(401);
      expect(await ask(method, path, { 'x-lyceum-viewer': 'forged' })).toBe(401);
    }
    expect(seenByRoutes.length).toBe(routes);
  });

  it('keeps the gateway’s own headers from what handles a route', async () => {
    const headers = { ...(await signed()), 'x-lyceum-other': '1', range: 'bytes=0-' };
    await fetch(`${server.url}/uploads/x`, { method: 'PUT', body: 'b', headers });
    const names = [...(seenByRoutes.at(-1)?.headers.keys() ?? [])];
    expect(names).toContain('range');
    expect(names.filter((name) => name.startsWith('x-lyceum'))).toEqual([]);
  });

  it('tells what executes when the gateway has hung up', async () => {
    const abort = new AbortController();
    const headers = { 'content-type': 'application/json', ...(await signed()) };
    const body = JSON.stringify({ query: '{ hang }' });
    const { signal } = abort;
    const asked = fetch(`${server.url}/graphql`, { method: 'POST', headers, body, signal });
    await eventually(() => expect(hangs?.aborted).toBe(false));
    abort.abort();
    await expect(asked).rejects.toThrow();
    await eventually(() => expect(hangs?.aborted).toBe(true));
    await post('{"query":"{ answer }"}', await signed());
    expect(requests.at(-1)?.signal?.aborted).toBe(false);
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
      signal: expect.any(Stop),
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
    const route = await fetch(`${server.url}/media/1`, { headers: await signed() });
    expect(route.status).toBe(500);
    expect(JSON.stringify(answer) + (await route.text())).not.toContain('secret detail');
    expect(logged.filter((line) => line.includes('secret detail')).length).toBe(2);
    expect(logged.join()).toContain('"correlationId":"c-2"');
  });

  it('streams the bodies of its routes both ways', async () => {
    const { port, hostname } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const head = [
      'PUT /uploads/a%20b HTTP/1.1',
      ...['Host: x', 'Connection: close', 'Transfer-Encoding: chunked'],
      `X-Lyceum-Viewer: ${(await signed())['x-lyceum-viewer']}`,
    ].join('\r\n');
    socket.write(`${head}\r\n\r\n5\r\nfirst\r\n`);
    let received = '';
    // What follows would only be sent once the first part has come back.
    for await (const chunk of socket) {
      received += String(chunk);
      if (received.includes('first')) break;
    }
    expect(received).toMatch(/^HTTP\/1\.1 201/);
    expect(received).toContain('x-upload: a b');

    const headers = await signed();
    const response = await fetch(`${server.url}/uploads/x`, {
      ...{ method: 'PUT', body: 'whole', headers },
    });
    expect([response.status, await response.text()]).toEqual([201, 'whole']);
    const other = await fetch(`${server.url}/uploads/x`, { method: 'POST', headers });
    expect(other.status).toBe(404);
  });

  it('says whether it lives and is ready, to everybody, and no more than that', async () => {
    const ready = async () => {
      const response = await fetch(`${server.url}/health/ready`);
      return [response.status, await response.json()];
    };
    const isReady = [200, { status: 'ok' }];
    const isNot = [503, { status: 'unavailable' }];
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect(await ready()).toEqual(isReady);
    databaseUp = false;
    await eventually(async () => expect(await ready()).toEqual(isNot));
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    databaseUp = true;
    await eventually(async () => expect(await ready()).toEqual(isReady));
    expect(logged.join()).toContain('"msg":"not ready"');
  });

  it('asks its database once in a moment, however many ask whether it is ready', async () => {
    const before = readyChecks;
    await Promise.all(Array.from({ length: 50 }, () => fetch(`${server.url}/health/ready`)));
    expect(readyChecks - before).toBeLessThanOrEqual(2);
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

describe('metrics', () => {
  const reading = async (token: string | null, isProduction: boolean, authorization?: string) => {
    const other = await serveSubgraph(service, {
      ...{ host: '127.0.0.1', port: 0, secret: SECRET, log: pino({ level: 'silent' }) },
      metrics: createMetrics({ defaults: false }),
      metricsAccess: { token, isProduction },
    });
    const headers: Record<string, string> = authorization ? { authorization } : {};
    const { status } = await fetch(`${other.url}/metrics`, { headers });
    await other.close();
    return status;
  };

  it('are for who has the token, and in production for nobody without one', async () => {
    expect(await reading(null, false)).toBe(200);
    expect(await reading(null, true)).toBe(401);
    expect(await reading(null, true, 'Bearer null')).toBe(401);
    expect(await reading('of the collector', true, 'Bearer of the collector')).toBe(200);
    expect(await reading('of the collector', false)).toBe(401);
    expect(await reading('of the collector', false, 'Bearer of the')).toBe(401);
  });
});

describe('a subgraph that ends', () => {
  it('is not ready at once, goes on answering, and ends connections that are kept', async () => {
    const ending = await serveSubgraph(service, {
      ...{ host: '127.0.0.1', port: 0, secret: SECRET, log: pino({ level: 'silent' }) },
      metrics: createMetrics({ defaults: false }),
      metricsAccess: { token: null, isProduction: false },
    });
    const headers = { 'content-type': 'application/json', ...(await signed()) };
    const ask = (query: string) =>
      fetch(`${ending.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    expect((await ask('{ answer }')).headers.get('connection')).toBe('keep-alive');
    ending.drain();
    expect((await fetch(`${ending.url}/health/ready`)).status).toBe(503);
    const answered = await ask('{ answer }');
    expect([answered.status, answered.headers.get('connection')]).toEqual([200, 'close']);
    await ending.close();
    await expect(ask('{ answer }')).rejects.toThrow();
  });
});
