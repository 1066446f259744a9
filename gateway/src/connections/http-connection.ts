import { Readable } from 'node:stream';
import type {
  SubgraphConnection,
  SubgraphRequest,
  SubgraphResponse,
} from '@lyceum/platform/subgraph';
import { injectTrace } from '@lyceum/platform/telemetry/tracing';
import { signViewer } from '@lyceum/platform/viewer-token';
import type { Viewer } from '@lyceum/platform/viewer';
import { Pool } from 'undici';
import { CORRELATION_HEADER } from '../pipeline/correlation-id.js';

/** A signed viewer is good for a minute; one is used for a part of that. */
const SIGNATURE_REUSE_MS = 20_000;
const CONNECTIONS = 64;

export interface HttpConnectionOptions {
  name: string;
  /** The subgraph's GraphQL endpoint, such as `http://course:4000/graphql`. */
  url: string;
  /** The subgraph's own secret, by which it knows the gateway. */
  secret: string;
  /** Milliseconds to wait for the answer to one fetch. */
  timeoutMs?: number;
}

/** A subgraph in another process: HTTP with keep-alive, as a viewer that the gateway vouches for. */
export function createHttpConnection(options: HttpConnectionOptions): SubgraphConnection {
  const { name, secret, timeoutMs = 30_000 } = options;
  const endpoint = new URL(options.url);
  const path = endpoint.pathname + endpoint.search;
  const pool = new Pool(endpoint.origin, {
    connections: CONNECTIONS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 30_000,
  });
  // By viewer object: the same access token gives the same one, so this is once per token and subgraph.
  const signatures = new WeakMap<Viewer, { token: Promise<string>; until: number }>();

  function signatureOf(viewer: Viewer): Promise<string> {
    const known = signatures.get(viewer);
    if (known && known.until > Date.now()) return known.token;
    const token = signViewer(viewer, name, secret);
    signatures.set(viewer, { token, until: Date.now() + SIGNATURE_REUSE_MS });
    return token;
  }

  return {
    name,

    async execute(request: SubgraphRequest): Promise<SubgraphResponse> {
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        accept: 'application/json',
        'x-lyceum-viewer': await signatureOf(request.viewer),
        [CORRELATION_HEADER]: request.correlationId,
      };
      injectTrace(headers);
      const { query, operationName, variables, event, network, idempotency } = request;
      const response = await pool.request({
        method: 'POST',
        path,
        headers,
        body: JSON.stringify({
          query,
          operationName,
          variables,
          extensions: { event, network, idempotency },
        }),
      });
      const text = await response.body.text();
      if (response.statusCode >= 500 || response.statusCode === 401) {
        throw new Error(`${name} answered ${response.statusCode}: ${text.slice(0, 200)}`);
      }
      return parseResponse(name, text);
    },

    async route(request: Request): Promise<Response> {
      const url = new URL(request.url);
      const response = await pool.request({
        method: request.method,
        path: url.pathname + url.search,
        headers: Object.fromEntries(request.headers),
        body: request.body ? Readable.fromWeb(request.body) : null,
        // Uploads and videos take as long as they take; only silence is bounded.
        headersTimeout: Math.max(timeoutMs, 120_000),
        bodyTimeout: Math.max(timeoutMs, 120_000),
      });
      const headers = new Headers();
      for (const [field, value] of Object.entries(response.headers)) {
        for (const one of Array.isArray(value) ? value : [value]) {
          if (one !== undefined) headers.append(field, one);
        }
      }
      const hasBody = ![204, 205, 304].includes(response.statusCode);
      if (!hasBody) await response.body.dump();
      const body = hasBody ? (Readable.toWeb(response.body) as ReadableStream) : null;
      return new Response(body, { status: response.statusCode, headers });
    },

    async ready(): Promise<boolean> {
      try {
        const response = await pool.request({
          method: 'GET',
          path: '/health/ready',
          headersTimeout: 2_000,
          bodyTimeout: 2_000,
        });
        await response.body.dump();
        return response.statusCode === 200;
      } catch {
        return false;
      }
    },

    close: () => pool.close(),
  };
}

function parseResponse(name: string, text: string): SubgraphResponse {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error(`${name} did not answer in JSON: ${text.slice(0, 200)}`);
  }
  // A subscription that skips an event has extensions alone.
  const isGraphQL =
    typeof parsed === 'object' &&
    parsed !== null &&
    ['data', 'errors', 'extensions'].some((part) => part in parsed);
  if (!isGraphQL) throw new Error(`${name} did not answer in GraphQL: ${text.slice(0, 200)}`);
  return parsed as SubgraphResponse;
}
