import {
  Agent,
  createServer,
  request as ask,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** Between two looks at who is ready. */
const LOOK_EVERY_MS = 300;
const LOOK_PATIENCE_MS = 2_000;
/** Of one connection, not of what is said over it. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/** A load balancer, as there is one before several gateways. */
export interface Balancer {
  readonly url: string;
  /** Those it sends to at the moment. */
  readonly ready: readonly string[];
  stop(): Promise<void>;
}

interface Target {
  readonly url: string;
  readonly agent: Agent;
  isReady: boolean;
}

/**
 * Sends requests and WebSocket upgrades in turn to those that say they are ready, over connections
 * that are kept. It asks nobody twice: what one gateway loses, the client has lost.
 */
export async function startBalancer(urls: readonly string[]): Promise<Balancer> {
  const targets = urls.map((url): Target => ({
    url,
    agent: new Agent({ keepAlive: true }),
    isReady: false,
  }));
  const tunnels = new Set<Duplex>();
  let turn = 0;
  let isStopped = false;

  async function look(target: Target): Promise<void> {
    const signal = AbortSignal.timeout(LOOK_PATIENCE_MS);
    const answer = await fetch(`${target.url}/health/ready`, { signal }).catch(() => null);
    await answer?.body?.cancel();
    target.isReady = answer?.ok ?? false;
  }

  async function watch(target: Target): Promise<void> {
    while (!isStopped) {
      await pause(LOOK_EVERY_MS);
      await look(target);
    }
  }

  function next(): Target | undefined {
    const ready = targets.filter(({ isReady }) => isReady);
    return ready[(turn += 1) % ready.length];
  }

  function forward(request: IncomingMessage, response: ServerResponse): void {
    const target = next();
    if (!target) return void response.writeHead(503).end('Nobody is ready.\n');
    const { method, url = '/', headers } = request;
    const { agent } = target;
    const onward = ask(target.url + url, { method, agent, headers: endToEnd(headers) });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
      response.flushHeaders();
      pipeline(answer, response, () => undefined);
    });
    onward.on('error', (error) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end(`${target.url}: ${error.message}\n`);
    });
    response.once('close', () => onward.destroy());
    request.pipe(onward);
  }

  function tunnel(request: IncomingMessage, near: Duplex, head: Buffer): void {
    const target = next();
    near.on('error', () => near.destroy());
    if (!target) return void near.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
    const onward = ask(target.url + request.url, { headers: request.headers, agent: false });
    onward.on('upgrade', (answer, far, farHead) => {
      const lines = ['HTTP/1.1 101 Switching Protocols'];
      for (let at = 0; at < answer.rawHeaders.length; at += 2) {
        lines.push(answer.rawHeaders.slice(at, at + 2).join(': '));
      }
      near.write(`${lines.join('\r\n')}\r\n\r\n`);
      near.write(farHead);
      far.write(head);
      for (const end of [near, far]) {
        tunnels.add(end);
        end.once('close', () => tunnels.delete(end));
      }
      pipeline(near, far, near, () => undefined);
    });
    onward.on('response', ({ statusCode }) => near.end(`HTTP/1.1 ${statusCode} Refused\r\n\r\n`));
    onward.on('error', () => near.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    onward.end();
  }

  await Promise.all(targets.map(look));
  const watching = targets.map(watch);
  const server = createServer(forward).on('upgrade', tunnel);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get ready() {
      return targets.filter(({ isReady }) => isReady).map(({ url }) => url);
    },
    async stop() {
      isStopped = true;
      await Promise.all(watching);
      for (const end of tunnels) end.destroy();
      for (const { agent } of targets) agent.destroy();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}
