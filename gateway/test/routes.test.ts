import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SubgraphConnection } from '@lyceum/platform/subgraph';
import { eventually } from '@lyceum/testkit/eventually';
import { startTestGateway, type TestGateway } from './test-gateway.js';

let test: TestGateway;
let directory: string;
let course: (request: Request) => Promise<Response>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lyceum-explorer-'));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>Explorer</title>');
  await writeFile(join(directory, 'assets', 'main-1.js'), 'export {}');
  test = await startTestGateway({
    connections: (graph) => {
      const connection = (name: string): SubgraphConnection => ({
        name,
        execute: async () => ({}),
        route: (request) => course(request),
        ready: async () => true,
        close: async () => undefined,
      });
      return [...Object.values(graph), connection('course')];
    },
    explorer: {
      directory,
      accounts: async () => [
        { email: 'ada@example.org', password: 'pw', role: 'Learner', description: 'Learns.' },
      ],
    },
  });
});
afterAll(async () => {
  await test.stop();
  await rm(directory, { recursive: true });
});

/** Of a POST whose address is sent as it is. */
function statusOf(sent: { path: string; headers: Record<string, string> }): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest(test.url, { method: 'POST', ...sent }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end('{"query":"{ __typename }"}');
  });
}

describe('routes of services', () => {
  it('hand a body on while it still comes, and the answer while it still goes', async () => {
    const seen: string[] = [];
    const waiting: (() => void)[] = [];
    course = async (request) => {
      const reader = request.body!.getReader();
      const first = await reader.read();
      seen.push(Buffer.from(first.value as Uint8Array).toString());
      return new Response(
        new ReadableStream({
          async start(controller) {
            controller.enqueue(new TextEncoder().encode('got the first;'));
            await new Promise<void>((resolve) => waiting.push(resolve));
            const rest = await reader.read();
            controller.enqueue(rest.value as Uint8Array);
            controller.close();
          },
        }),
        {
          status: 201,
          headers: { 'x-of-service': 'yes', connection: 'x-secret', 'x-lyceum-a': 'b' },
        },
      );
    };
    let pushed: (() => void)[] = [];
    const body = new Readable({ read: () => undefined });
    body.push('first;');
    const [status, headers, answer] = await new Promise<
      [number, NodeJS.Dict<string | string[]>, string]
    >((resolve, reject) => {
      const sent = httpRequest(`${test.url}/uploads/abc`, { method: 'PUT' }, (response) => {
        let received = '';
        response.on('data', (chunk: Buffer) => {
          received += chunk.toString();
          if (received === 'got the first;') pushed.forEach((push) => push());
        });
        response.on('end', () => resolve([response.statusCode ?? 0, response.headers, received]));
      });
      sent.on('error', reject);
      body.pipe(sent);
      pushed = [
        () => {
          body.push('second');
          body.push(null);
          waiting.forEach((go) => go());
        },
      ];
    });
    expect([status, answer, seen]).toEqual([201, 'got the first;second', ['first;']]);
    expect(headers['x-of-service']).toBe('yes');
    expect(headers['x-lyceum-a']).toBeUndefined();
  });

  it('tell the service the path, the correlation, and nothing a client made up', async () => {
    const requests: Request[] = [];
    course = async (request) => {
      requests.push(request);
      return new Response('bytes', { status: 206, headers: { 'content-range': 'bytes 0-4/9' } });
    };
    const answer = await fetch(`${test.url}/media/a%20b?size=2`, {
      headers: {
        ...{ range: 'bytes=0-4', 'x-correlation-id': 'c-1' },
        ...{ 'x-lyceum-viewer': 'me', 'X-Lyceum-Other': 'me', forwarded: 'for=6.6.6.6' },
        ...{ 'x-forwarded-for': '6.6.6.6', 'x-forwarded-host': 'evil.example' },
        ...{ 'x-forwarded-proto': 'gopher', 'x-forwarded-user': 'admin', 'x-real-ip': '6.6.6.6' },
      },
    });
    expect([answer.status, await answer.text()]).toEqual([206, 'bytes']);
    const [request] = requests;
    expect(new URL(request!.url).pathname + new URL(request!.url).search).toBe(
      '/media/a%20b?size=2',
    );
    expect(request!.headers.get('range')).toBe('bytes=0-4');
    expect(request!.headers.get('x-correlation-id')).toBe('c-1');
    const told = [...request!.headers].filter(([name]) => /lyceum|forwarded|real/.test(name));
    expect(told).toEqual([
      ['x-forwarded-for', '127.0.0.1'],
      ['x-forwarded-proto', 'http'],
    ]);
  });

  it.each([
    '/uploads/../graphql',
    '/uploads/%2e%2e/graphql',
    '/uploads/a/.%2E/../graphql',
    '/uploads/..\\graphql',
    '/media/./../metrics',
  ])('lead to no path of a service that is not given away: %s', async (path) => {
    const paths: string[] = [];
    course = async ({ url }) => {
      paths.push(new URL(url).pathname);
      return new Response();
    };
    const status = await statusOf({ path, headers: { 'content-type': 'application/json' } });
    expect([status, paths]).toEqual([400, []]);
  });

  it.each(['a b', '[::1', 'example.org:99999', 'name:word@example.org'])(
    'refuse a host that is none: %s',
    async (host) => {
      course = async () => new Response();
      expect(await statusOf({ path: '/uploads/abc', headers: { host } })).toBe(400);
    },
  );

  it('hide what goes wrong behind them, and know no others', async () => {
    course = async () => {
      throw new Error('disk /var/lib full');
    };
    const answer = await fetch(`${test.url}/media/x`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('/var/lib');
    expect((await fetch(`${test.url}/nothing`)).status).toBe(404);
    expect((await fetch(`${test.url}/.well-known/jwks.json`)).status).toBe(200);
  });
});

describe('health', () => {
  const ready = async () => {
    const answer = await fetch(`${test.url}/health/ready`);
    return [answer.status, await answer.json()];
  };

  it('names what is down, and is ready as long as anything can be served', async () => {
    expect((await fetch(`${test.url}/health/live`)).status).toBe(200);
    await eventually(async () => expect(await ready()).toEqual([200, { status: 'ready' }]));
    test.graph.user.isReady = false;
    const degraded = [200, { status: 'ready', degraded: ['user'] }];
    await eventually(async () => expect(await ready()).toEqual(degraded));
    test.graph.user.isReady = true;
    await eventually(async () => expect(await ready()).toEqual([200, { status: 'ready' }]));
  });

  it('is not ready when no subgraph can be reached', async () => {
    const lost = await startTestGateway({
      prepare: (graph) => Object.values(graph).forEach((subgraph) => (subgraph.isReady = false)),
    });
    const answer = await fetch(`${lost.url}/health/ready`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'not ready', notReady: ['auth', 'user', 'progress'] },
    ]);
    await lost.stop();
  });

  it('asks subgraphs once in a moment, however many ask', async () => {
    const other = await startTestGateway();
    let asked = 0;
    other.graph.user.ready = async () => (asked += 1) > 0;
    await Promise.all(Array.from({ length: 50 }, () => fetch(`${other.url}/health/ready`)));
    expect(asked).toBeLessThanOrEqual(2);
    await other.stop();
  });

  it('keeps numbers in production for who has the token', async () => {
    const token = 'of the collector of metrics, 32 characters';
    const read = async (settings: Record<string, string>, authorization: string) => {
      const other = await startTestGateway({ settings: { NODE_ENV: 'production', ...settings } });
      const { status } = await fetch(`${other.url}/metrics`, { headers: { authorization } });
      await other.stop();
      return status;
    };
    const now = { DRAIN_DELAY_MS: '0' };
    expect(await read(now, '')).toBe(401);
    expect(await read({ ...now, METRICS_TOKEN: token }, 'Bearer guess')).toBe(401);
    expect(await read({ ...now, METRICS_TOKEN: token }, `Bearer ${token}`)).toBe(200);
  });
});

describe('the explorer', () => {
  it('serves its page and its assets, and nothing beside them', async () => {
    const page = await fetch(`${test.url}/`);
    expect(await page.text()).toContain('Explorer');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const asset = await fetch(`${test.url}/explorer/assets/main-1.js`);
    expect(asset.headers.get('content-type')).toContain('text/javascript');
    for (const path of ['..%2Findex.html', '..%2F..%2Fpackage.json', 'nothing.js']) {
      expect((await fetch(`${test.url}/explorer/assets/${path}`)).status).toBe(404);
    }
  });

  it.each<Record<string, string>>([{ EXPLORER: 'off' }, { NODE_ENV: 'production' }])(
    'is not there where it is switched off (%j)',
    async (settings) => {
      const without = await startTestGateway({
        settings: { DRAIN_DELAY_MS: '0', ...settings },
        explorer: { directory },
      });
      const page = await fetch(`${without.url}/`);
      // Mails lead here where there is no frontend, so something has to be here.
      expect(page.status).toBe(200);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(await page.text()).not.toContain('Explorer');
      expect((await fetch(`${without.url}/explorer/accounts`)).status).toBe(404);
      await without.stop();
    },
  );

  it('names demo accounts to its own page alone', async () => {
    const ask = (headers: Record<string, string>) =>
      fetch(`${test.url}/explorer/accounts`, { headers });
    expect(await (await ask({})).json()).toHaveLength(1);
    expect((await ask({ origin: 'https://evil.example' })).status).toBe(404);
  });

  it('names no accounts under a name that someone made to point to this machine', async () => {
    const statusFor = (host: string) =>
      new Promise((resolve, reject) => {
        const headers = { host, 'sec-fetch-site': 'same-origin' };
        httpRequest(`${test.url}/explorer/accounts`, { headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    expect(await statusFor('evil.example:4000')).toBe(404);
    expect(await statusFor('localhost:4000')).toBe(200);
    expect(await statusFor('[::1]:4000')).toBe(200);
  });
});

describe('stopping', () => {
  it('turns readiness red, lets what is under way end, and takes no more', async () => {
    const other = await startTestGateway();
    let answer = (): void => undefined;
    other.graph.auth.before = () => new Promise((resolve) => (answer = resolve));
    const underWay = other.post('{ whoAmI }');
    await eventually(() => expect(other.graph.auth.requests).toHaveLength(1));
    other.gateway.drain();
    expect((await fetch(`${other.url}/health/ready`)).status).toBe(503);
    const stopped = other.stop();
    await eventually(async () => {
      await expect(fetch(`${other.url}/health/live`)).rejects.toThrow();
    });
    answer();
    expect((await underWay).body.data).toEqual({ whoAmI: 'nobody' });
    await stopped;
  });
});
