import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { signViewer, verifyViewer } from '@lyceum/platform/viewer-token';
import { LyceumError } from '@lyceum/platform/errors';
import { eventually } from '@lyceum/testkit/eventually';
import { createHttpConnection } from '../src/connections/http-connection.js';
import { person, progressEvent, type TestSubgraph } from './test-graph.js';
import { hear, startTestGateway, type TestGateway } from './test-gateway.js';

const SECRET = 'a secret of the test, long enough to count';

/** Serves a subgraph of the test over HTTP, for those whose viewer token holds. */
async function serve(subgraph: TestSubgraph, seen: Record<string, unknown>[]): Promise<Server> {
  const server = createServer(async (request, response) => {
    seen.push({ url: request.url, ...request.headers });
    if (request.url === '/health/ready') return response.writeHead(200).end();
    if (request.url !== '/graphql') {
      const answer = await subgraph.route(new Request(`http://${subgraph.name}${request.url}`));
      return response
        .writeHead(answer.status, Object.fromEntries(answer.headers))
        .end(await answer.text());
    }
    try {
      const token = request.headers['x-lyceum-viewer'] as string | undefined;
      const viewer = await verifyViewer(token, subgraph.name, SECRET);
      const { query, operationName, variables, extensions } = JSON.parse(await text(request)) as {
        query: string;
        operationName?: string;
        variables?: object;
        extensions: object;
      };
      const correlationId = String(request.headers['x-correlation-id']);
      const answer = await subgraph.execute({
        query,
        operationName,
        variables: variables as never,
        viewer,
        correlationId,
        ...extensions,
      });
      return response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    } catch (error) {
      return response.writeHead(error instanceof LyceumError ? 401 : 500).end('refused');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const urlOf = (server: Server) =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;

let test: TestGateway;
const servers: Server[] = [];
const seen: Record<string, unknown>[] = [];
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const urls = new Map<string, string>();
  const start = async (subgraph: TestSubgraph) => {
    const server = await serve(subgraph, seen);
    servers.push(server);
    urls.set(subgraph.name, urlOf(server));
  };
  let starting: Promise<void[]> = Promise.resolve([]);
  const late = (name: string) => {
    const connected = () =>
      createHttpConnection({ name, url: urls.get(name) ?? '', secret: SECRET, timeoutMs: 2_000 });
    let connection: ReturnType<typeof connected> | undefined;
    const made = async () => {
      await starting;
      return (connection ??= connected());
    };
    closing.push(async () => connection?.close());
    return {
      name,
      execute: async (request: never) => (await made()).execute(request),
      route: async (request: Request) => (await made()).route(request),
      ready: async () => (await made()).ready(),
      close: async () => undefined,
    };
  };
  test = await startTestGateway({
    connections: (graph) => {
      starting = Promise.all(Object.values(graph).map(start));
      return Object.keys(graph).map(late);
    },
  });
});

afterAll(async () => {
  await test.stop();
  for (const close of closing) await close();
  for (const server of servers) server.close();
});

it('asks subgraphs as a viewer that they can verify, and reuses the signature', async () => {
  const ada = person();
  const token = await test.token(ada);
  for (let i = 0; i < 2; i += 1) {
    const { body } = await test.post('{ me { name askedAs } whoAmI }', {
      token,
      headers: { 'x-correlation-id': 'over-http' },
    });
    expect(body.data).toEqual({
      me: { name: `Name of ${ada.userId}`, askedAs: ada.userId },
      whoAmI: ada.userId,
    });
  }
  // The gateway asks auth something of its own besides.
  const graphql = seen.filter(
    (headers) => headers.url === '/graphql' && headers['x-correlation-id'] === 'over-http',
  );
  expect(graphql).toHaveLength(4);
  expect(new Set(graphql.map((headers) => headers['x-lyceum-viewer'])).size).toBe(2);
});

it('refuses those who are not the gateway, and tokens for another subgraph', async () => {
  const ask = (headers: Record<string, string>) =>
    fetch(urlOf(servers[0]!), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: '{ _service { sdl } }', extensions: {} }),
    });
  expect((await ask({})).status).toBe(401);
  const other = await signViewer(person(), 'user', SECRET);
  expect((await ask({ 'x-lyceum-viewer': other })).status).toBe(401);
});

it('leads along no route to the graph of a subgraph', async () => {
  const before = seen.length;
  const url = urlOf(servers[0]!);
  const connection = createHttpConnection({ name: 'user', url, secret: SECRET });
  const { pathname } = new URL(url);
  const response = await connection.route(
    new Request(`http://user${pathname}`, { method: 'POST', body: '{"query":"{ greet }"}' }),
  );
  expect([response.status, seen.length]).toEqual([404, before]);
  await connection.close();
});

it('carries a login, events of subscriptions and skips', async () => {
  const id = newId();
  const login = await test.post('mutation ($id: ID!) { login(userId: $id) { user { askedAs } } }', {
    variables: { id },
  });
  expect(login.body.data).toEqual({ login: { user: { askedAs: id } } });
  const client = test.connect({ accessToken: await test.token(person()) });
  const heard = hear(client, 'subscription { courseActivity { percent learner { name } } }');
  await eventually(() => expect(test.gateway.open.feeds).toBe(1));
  const data = { courseId: newId(), learnerId: id, percent: 3 };
  await test.bus.publish(progressEvent({ ...data, hidden: 'skip' }));
  await test.bus.publish(progressEvent(data));
  await eventually(() => expect(heard.messages).toHaveLength(1));
  expect(heard.messages[0]?.data).toEqual({
    courseActivity: { percent: 3, learner: { name: `Name of ${id}` } },
  });
});

it('gives an error for the part of a subgraph that refuses, hangs or talks nonsense', async () => {
  const connection = (url: string, secret = SECRET) =>
    createHttpConnection({ name: 'auth', url, secret, timeoutMs: 300 });
  const ask = async (url: string, secret?: string) => {
    const made = connection(url, secret);
    try {
      return await made.execute({
        query: '{ whoAmI }',
        viewer: { kind: 'anonymous' },
        correlationId: 'x',
      });
    } finally {
      await made.close();
    }
  };
  await expect(ask(urlOf(servers[0]!), 'another secret, long enough to be one')).rejects.toThrow(
    '401',
  );
  const odd = createServer((request, response) => {
    if (request.url === '/html') response.end('<html>');
  });
  await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
  const origin = new URL(urlOf(odd)).origin;
  await expect(ask(`${origin}/html`)).rejects.toThrow('did not answer in JSON');
  await expect(ask(`${origin}/silent`)).rejects.toThrow(/timeout/i);
  odd.closeAllConnections();
  odd.close();
});
