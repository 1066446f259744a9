/**
 * Serves the three subgraphs over HTTP, to every contender alike. They are not what is measured: an
 * answer is computed once for each body and then known, so that they do not become the bottleneck of
 * the fast ones.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createExecutor, type SubgraphRequest } from '@lyceum/platform/subgraph';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { ANONYMOUS } from '@lyceum/platform/viewer';
import { verifyViewer } from '@lyceum/platform/viewer-token';
import { LRUCache } from 'lru-cache';
import { answers } from '../child/answers.js';
import { SUBGRAPHS, subgraphSchema, type SubgraphName } from './graph.js';

const KEEP_ALIVE_MS = 120_000;

/** Fetches since the start, by subgraph: proof that nobody answers from a cache of their own. */
const fetches: Record<SubgraphName, number> = { products: 0, reviews: 0, users: 0 };

async function serve(name: SubgraphName, secret: string): Promise<string> {
  const execute = createExecutor(subgraphSchema(name), silentLogger);
  const known = new LRUCache<string, string>({ max: 100 });
  const viewers = new LRUCache<string, true>({ max: 100 });

  async function answer(body: string, token: string | undefined): Promise<string> {
    // Only ours says who asks; its signature is verified once, as it is used for many fetches.
    if (token !== undefined && !viewers.has(token)) {
      await verifyViewer(token, name, secret);
      viewers.set(token, true);
    }
    const made = known.get(body);
    if (made !== undefined) return made;
    const { query, operationName, variables } = JSON.parse(body) as SubgraphRequest;
    const request = { query, operationName, variables, viewer: ANONYMOUS, correlationId: 'bench' };
    const text = JSON.stringify(await execute(request));
    known.set(body, text);
    return text;
  }

  const server = createServer(async (request, response) => {
    fetches[name] += 1;
    const body = (await buffer(request)).toString('utf8');
    const token = request.headers['x-lyceum-viewer'] as string | undefined;
    try {
      const text = await answer(body, token);
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      });
      response.end(text);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return listen(server);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

answers({
  start: async ({ secret }: { secret: string }) => {
    const urls = await Promise.all(
      SUBGRAPHS.map(async (name) => [name, await serve(name, secret)] as const),
    );
    return Object.fromEntries(urls);
  },
  fetches: () => fetches,
});
