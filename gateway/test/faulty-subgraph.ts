import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { SubgraphRequest } from '@lyceum/platform/subgraph';
import { ANONYMOUS } from '@lyceum/platform/viewer';
import type { TestSubgraph } from './test-graph.js';

export const FAULTS = ['hang', 'reset', '500', '502', '503', 'nonsense', 'half'] as const;
export type Fault = (typeof FAULTS)[number];

export interface FaultySubgraph {
  readonly url: string;
  /** What goes wrong with each request from now on; null: nothing. */
  fault: Fault | null;
  /** Requests that arrived. */
  arrived: number;
  /** Requests of which the one who asked hung up before the answer. */
  hungUp: number;
  close(): Promise<void>;
}

/** Serves a subgraph of the test over HTTP, with whatever may go wrong there. */
export async function serveFaulty(subgraph: TestSubgraph): Promise<FaultySubgraph> {
  const server = createServer((request, response) => {
    faulty.arrived += 1;
    response.once('close', () => {
      if (!response.writableFinished) faulty.hungUp += 1;
    });
    void answer(request, response);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => '');
    if (request.url === '/health/ready') return void response.end('{}');
    const { fault } = faulty;
    if (fault === 'hang') return;
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    if (fault === 'nonsense') return void response.end('<html>at /app/secret.ts</html>');
    if (fault === 'half') {
      response.writeHead(200, { 'content-length': 1_000 }).write('{"data":{');
      return void setImmediate(() => request.socket.resetAndDestroy());
    }
    if (fault) return void response.writeHead(Number(fault)).end('at /app/secret.ts');
    const { query, operationName, variables } = JSON.parse(body) as SubgraphRequest;
    const asked = { query, operationName, variables, viewer: ANONYMOUS, correlationId: 'x' };
    const answered = await subgraph.execute(asked);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answered));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const faulty: FaultySubgraph = {
    url: `http://127.0.0.1:${port}/graphql`,
    fault: null,
    arrived: 0,
    hungUp: 0,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return faulty;
}
