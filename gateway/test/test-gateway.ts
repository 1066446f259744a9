import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCESS_TOKEN } from '@lyceum/platform/access-token';
import { createInProcessBus } from '@lyceum/platform/bus/in-process-bus';
import type { Bus } from '@lyceum/platform/bus/bus';
import { newId } from '@lyceum/platform/ids';
import type { SubgraphConnection } from '@lyceum/platform/subgraph';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { createMetrics, type Metrics } from '@lyceum/platform/telemetry/metrics';
import type { SignedIn } from '@lyceum/platform/viewer';
import { createClient, type Client } from 'graphql-ws';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { readGatewayEnv } from '../src/env.js';
import { createGateway, type Gateway, type GatewayOptions } from '../src/gateway.js';
import { testGraph, testSupergraph, type TestSubgraph } from './test-graph.js';

/** A folder that is not there. */
const NO_MANIFESTS = join(tmpdir(), 'lyceum-no-manifests');

export interface GraphQLAnswer {
  status: number;
  headers: Headers;
  body: {
    data?: Record<string, unknown> | null;
    errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[];
    extensions?: unknown;
  };
}

export interface TestGateway {
  url: string;
  gateway: Gateway;
  bus: Bus;
  metrics: Metrics;
  graph: Record<'auth' | 'user' | 'progress', TestSubgraph>;
  /** An access token for a person, good for ten minutes unless told. */
  token(person: SignedIn, options?: { lifetimeMs?: number; keyId?: string }): Promise<string>;
  post(
    query: string,
    options?: { token?: string; variables?: object; headers?: Record<string, string> },
  ): Promise<GraphQLAnswer>;
  connect(params?: Record<string, unknown>): Client;
  /** What clients saw of their connection's end. */
  closes: { code: number; reason: string }[];
  stop(): Promise<void>;
}

/** A gateway on a free port before three small services in this process. */
export async function startTestGateway(
  options: {
    settings?: Record<string, string>;
    supergraphSdl?: string;
    /** Takes the place of the connections in this process. */
    connections?: (graph: TestGateway['graph']) => SubgraphConnection[];
    /** Runs before the gateway does. */
    prepare?: (graph: TestGateway['graph']) => void;
    explorer?: GatewayOptions['explorer'];
  } = {},
): Promise<TestGateway> {
  const graph = testGraph();
  const keys = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  graph.auth.routes = async () => Response.json({ keys: [jwk] });
  options.prepare?.(graph);
  const bus = createInProcessBus({ log: silentLogger });
  const metrics = createMetrics({ defaults: false });
  const connections = options.connections?.(graph) ?? Object.values(graph);
  const gateway = createGateway({
    env: readGatewayEnv({
      PORT: '0',
      NODE_ENV: 'test',
      // Tests count points of cost by ones.
      RATE_LIMIT_NEW_TEXT: '0',
      OPERATIONS_DIR: NO_MANIFESTS,
      ...options.settings,
    }),
    supergraphSdl: options.supergraphSdl ?? testSupergraph(),
    connections: new Map(connections.map((connection) => [connection.name, connection])),
    bus,
    log: silentLogger,
    metrics,
    explorer: options.explorer,
  });
  const { port } = await gateway.listen();
  const url = `http://127.0.0.1:${port}`;
  const clients = new Set<Client>();
  const closes: TestGateway['closes'] = [];

  return {
    url,
    gateway,
    bus,
    metrics,
    graph,
    closes,
    async token(person, { lifetimeMs = 600_000, keyId = 'k1' } = {}) {
      return new SignJWT({ sid: person.sessionId, org: person.organizationId, roles: person.roles })
        .setProtectedHeader({ alg: ACCESS_TOKEN.algorithm, typ: 'at+jwt', kid: keyId })
        .setIssuer(ACCESS_TOKEN.issuer)
        .setAudience(ACCESS_TOKEN.audience)
        .setSubject(person.userId)
        .setJti(newId())
        .setIssuedAt()
        .setExpirationTime(Math.floor((Date.now() + lifetimeMs) / 1000))
        .sign(keys.privateKey);
    },
    async post(query, { token, variables, headers } = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...headers,
        },
        body: JSON.stringify({ query, variables }),
      });
      const body = (await response.json()) as GraphQLAnswer['body'];
      return { status: response.status, headers: response.headers, body };
    },
    connect(params) {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: params,
        retryAttempts: 0,
        lazy: true,
        onNonLazyError: () => undefined,
        on: {
          closed: (event) => {
            const { code, reason } = event as { code: number; reason: string };
            closes.push({ code, reason });
          },
        },
      });
      clients.add(client);
      return client;
    },
    async stop() {
      for (const client of clients) await client.dispose();
      await gateway.stop();
      await bus.close();
    },
  };
}

export interface Heard {
  messages: {
    data?: Record<string, unknown> | null;
    errors?: readonly { extensions?: object }[];
  }[];
  error: unknown;
  done: boolean;
  stop(): void;
}

/** Subscribes and keeps what comes. */
export function hear(
  client: Client,
  query: string,
  variables?: Record<string, unknown>,
  extensions?: Record<string, unknown>,
): Heard {
  const heard: Heard = { messages: [], error: null, done: false, stop: () => undefined };
  heard.stop = client.subscribe(
    { query, variables, extensions },
    {
      next: (message) => heard.messages.push(message as Heard['messages'][number]),
      error: (error) => {
        heard.error = error;
      },
      complete: () => {
        heard.done = true;
      },
    },
  );
  return heard;
}
