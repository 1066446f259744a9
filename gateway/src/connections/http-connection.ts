import { Readable } from 'node:stream';
import type {
  SubgraphConnection,
  SubgraphRequest,
  SubgraphResponse,
} from '@lyceum/platform/subgraph';
import { injectTrace } from '@lyceum/platform/telemetry/tracing';
import { signViewer } from '@lyceum/platform/viewer-token';
import { ANONYMOUS, type Viewer } from '@lyceum/platform/viewer';
import { Pool } from 'undici';
import { CORRELATION_HEADER } from '../pipeline/correlation-id.js';
import { post } from './post.js';
import { SubgraphFailure, type FailureKind } from './subgraph-failure.js';

const VIEWER_HEADER = 'x-lyceum-viewer';
/** Said by a proxy before the subgraph, or by a subgraph that is not ready: it has done nothing. */
const BUSY = new Set([502, 503, 504]);

/** A signed viewer is good for a minute; one is used for a part of that. */
const SIGNATURE_REUSE_MS = 20_000;
/** Uploads and downloads have connections of their own: slow ones are not to keep operations waiting. */
const ROUTE_CONNECTIONS = 64;
/** Uploads and videos take as long as they take; only silence is bounded. */
const ROUTE_SILENCE_MS = 120_000;
const CONNECT_MS = 2_000;
const READY_MS = 2_000;
/** What is under way when the connection is closed gets this long. */
const CLOSE_MS = 3_000;

export interface HttpConnectionOptions {
  name: string;
  /** The subgraph's GraphQL endpoint, such as `http://course:4000/graphql`. */
  url: string;
  /** The subgraph's own secret, by which it knows the gateway. */
  secret: string;
  /** Milliseconds to wait for an answer, whatever those who ask say. */
  timeoutMs?: number;
  /** Connections at a time: as many as fetches. */
  connections?: number;
}

/** A subgraph in another process: HTTP with keep-alive, as a viewer that the gateway vouches for. */
export function createHttpConnection(options: HttpConnectionOptions): SubgraphConnection {
  const { name, secret, timeoutMs = 30_000, connections = 64 } = options;
  const endpoint = new URL(options.url);
  const path = endpoint.pathname + endpoint.search;
  const common = { keepAliveTimeout: 30_000, connect: { timeout: CONNECT_MS } };
  const pool = new Pool(endpoint.origin, {
    ...common,
    connections,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const routes = new Pool(endpoint.origin, {
    ...common,
    connections: ROUTE_CONNECTIONS,
    headersTimeout: ROUTE_SILENCE_MS,
    bodyTimeout: ROUTE_SILENCE_MS,
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
        [VIEWER_HEADER]: await signatureOf(request.viewer),
        [CORRELATION_HEADER]: request.correlationId,
      };
      injectTrace(headers);
      const { query, operationName, variables, event, network, idempotency } = request;
      const extensions = { event, network, idempotency };
      const { status, text } = await post(pool, {
        path,
        headers,
        body: JSON.stringify({ query, operationName, variables, extensions }),
        signal: request.signal,
        failure: (error, hasBegun) => failureOf(name, error, hasBegun ? 'failed' : 'unreachable'),
      });
      if (status >= 500 || status === 401) {
        const kind = BUSY.has(status) ? 'busy' : 'failed';
        throw new SubgraphFailure(kind, `${name} answered ${status}: ${text.slice(0, 200)}`);
      }
      return parseResponse(name, text);
    },

    async route(request: Request): Promise<Response> {
      const url = new URL(request.url);
      // What is asked for there is vouched for as nobody's: of the graph, only `execute` asks.
      if (url.pathname === endpoint.pathname) return new Response(null, { status: 404 });
      const response = await routes.request({
        method: request.method,
        path: url.pathname + url.search,
        headers: {
          ...Object.fromEntries(request.headers),
          // What the route does is its service's own to decide; that the gateway asks is vouched for.
          [VIEWER_HEADER]: await signatureOf(ANONYMOUS),
        },
        body: request.body ? Readable.fromWeb(request.body) : null,
        signal: request.signal,
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
        const response = await routes.request({
          method: 'GET',
          path: '/health/ready',
          headersTimeout: READY_MS,
          bodyTimeout: READY_MS,
        });
        await response.body.dump();
        return response.statusCode === 200;
      } catch {
        return false;
      }
    },

    async close() {
      const cut = setTimeout(() => void Promise.all([pool.destroy(), routes.destroy()]), CLOSE_MS);
      await Promise.allSettled([pool.close(), routes.close()]);
      clearTimeout(cut);
    },
  };
}

/** What undici threw: `kind`, unless it was told to stop or lost patience. */
function failureOf(name: string, error: Error, kind: FailureKind): SubgraphFailure {
  // The reason of the signal, as those gave it who aborted.
  if (error instanceof SubgraphFailure) return error;
  const { name: type, code } = error as Error & { code?: string };
  const isTimeout = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
  const actual = isTimeout ? 'timed-out' : type === 'AbortError' ? 'cancelled' : kind;
  return new SubgraphFailure(actual, `${name}: ${error.message}`, { cause: error });
}

function parseResponse(name: string, text: string): SubgraphResponse {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new SubgraphFailure('failed', `${name} did not answer in JSON: ${text.slice(0, 200)}`);
  }
  // A subscription that skips an event has extensions alone.
  const isGraphQL =
    typeof parsed === 'object' &&
    parsed !== null &&
    ['data', 'errors', 'extensions'].some((part) => part in parsed);
  if (!isGraphQL) {
    throw new SubgraphFailure('failed', `${name} did not answer in GraphQL: ${text.slice(0, 200)}`);
  }
  return parsed as SubgraphResponse;
}
