import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Someone to sign in as by one click, on a platform that is only for trying. */
export interface DemoAccount {
  readonly email: string;
  readonly password: string;
  /** Such as `Instructor`. */
  readonly role: string;
  readonly description: string;
}

/** A value that depends on who is signed in: the page asks for it before it runs the example. */
export interface ExampleLookup {
  /** The string in the example's variables that the value takes the place of. */
  readonly placeholder: string;
  readonly operation: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Where the value is in the answer's data. */
  readonly path: readonly string[];
  /** What is said where there is no such value. */
  readonly otherwise: string;
}

/** An operation that is ready to run. */
export interface ExampleOperation {
  readonly title: string;
  readonly operation: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** E-mail addresses of the demo accounts it works for; absent where no account is needed. */
  readonly as?: readonly string[];
  /** Whether a tab holds it from the start. */
  readonly openFirst?: boolean;
  readonly lookups?: readonly ExampleLookup[];
}

export interface ExplorerOptions {
  /** Where `npm run build:explorer` put the page and its assets. */
  directory: string;
  /** Given on development platforms alone: it hands out passwords. */
  accounts?(): Promise<readonly DemoAccount[]>;
  examples?(): Promise<readonly ExampleOperation[]>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
};

/** Nothing from elsewhere. The editor sets styles of its own, and runs its workers from blobs or files. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "worker-src 'self' blob:",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A page to explore the graph with, its assets served from here. */
export function registerExplorer(app: FastifyInstance, options: ExplorerOptions): void {
  const { directory, accounts, examples } = options;

  void app.register(async (scope) => {
    scope.get('/', async (_request, reply) =>
      reply
        .header('content-security-policy', POLICY)
        .header('cache-control', 'no-cache')
        .type(TYPES['.html']!)
        .send(createReadStream(join(directory, 'index.html'))),
    );

    const files = new Set(await readdir(join(directory, 'assets')));
    scope.get<{ Params: { file: string } }>('/explorer/assets/:file', async (request, reply) => {
      const { file } = request.params;
      // Only what was there at start: a name can lead nowhere else.
      if (!files.has(file)) return reply.callNotFound();
      const compressed = `${file}.gz`;
      const asCompressed =
        files.has(compressed) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
      if (asCompressed) reply.header('content-encoding', 'gzip');
      return reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('vary', 'Accept-Encoding')
        .type(TYPES[extname(file)] ?? 'application/octet-stream')
        .send(createReadStream(join(directory, 'assets', asCompressed ? compressed : file)));
    });

    scope.get('/explorer/accounts', async (request, reply) => {
      if (!isFromThisPage(request)) return reply.callNotFound();
      return reply.header('cache-control', 'no-store').send((await accounts?.()) ?? []);
    });

    scope.get('/explorer/examples', async (_request, reply) =>
      reply.header('cache-control', 'no-store').send((await examples?.()) ?? []),
    );
  });
}

const LOCAL_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Other sites are not to read the demo accounts, even where CORS lets all in, or where a name of
 * theirs is made to point to this machine.
 */
function isFromThisPage({ headers, hostname }: FastifyRequest): boolean {
  if (!LOCAL_NAME.test(hostname)) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined;
}
