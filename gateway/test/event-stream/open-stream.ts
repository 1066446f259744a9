import type { SignedIn } from '@lyceum/platform/viewer';
import { Agent, fetch, type Headers } from 'undici';
import type { TestGateway } from '../test-gateway.js';

export const SSE = 'text/event-stream';
export const MULTIPART = 'multipart/mixed;subscriptionSpec=1.0';

/** A response that stays open, as a client reads it. */
export interface OpenStream {
  readonly status: number;
  readonly headers: Headers;
  /** All that has come. */
  readonly text: string;
  readonly done: boolean;
  readonly failed: boolean;
  /** Hangs up. */
  leave(): void;
}

export interface StreamOptions {
  readonly accept?: string;
  readonly as?: SignedIn;
  readonly lifetimeMs?: number;
  readonly headers?: Record<string, string>;
  readonly method?: 'GET';
}

const opened = new Set<OpenStream>();

/** Asks, and goes on reading. */
export async function openStream(
  on: TestGateway,
  request: object,
  { accept = SSE, as, lifetimeMs, headers, method }: StreamOptions = {},
): Promise<OpenStream> {
  const token = as && (await on.token(as, { lifetimeMs }));
  // Of its own: a shared one connects anew when a stream is left, and keeps that connection.
  const dispatcher = new Agent();
  const search = method ? `?${String(new URLSearchParams(request as Record<string, string>))}` : '';
  const response = await fetch(`${on.url}/graphql${search}`, {
    method: method ?? 'POST',
    headers: {
      accept,
      ...(method ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: method ? undefined : JSON.stringify(request),
    dispatcher,
  });
  const stream = {
    status: response.status,
    headers: response.headers,
    text: '',
    done: false,
    failed: false,
    leave: () => void dispatcher.destroy(),
  };
  opened.add(stream);
  void (async () => {
    try {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? [])
        stream.text += decoder.decode(chunk as Uint8Array, { stream: true });
      stream.done = true;
    } catch {
      stream.failed = true;
    }
  })();
  return stream;
}

/** Hangs up all that were opened. */
export function leaveAll(): void {
  for (const stream of opened) stream.leave();
  opened.clear();
}

export interface ServerEvent {
  event?: string;
  id?: string;
  data?: string;
}

export const COMPLETE: ServerEvent = { event: 'complete', data: '' };

/** As a browser reads them; comments left out. */
export function eventsOf({ text }: OpenStream): ServerEvent[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .map((block) => block.split('\n').filter((line) => !line.startsWith(':')))
    .filter((lines) => lines.length > 0)
    .map((lines) =>
      Object.fromEntries(
        lines.map((line) => {
          const at = line.indexOf(':');
          return [line.slice(0, at), line.slice(at + 1).replace(/^ /, '')];
        }),
      ),
    );
}

/** Of Server-Sent Events. */
export function resultsOf<T extends object>(stream: OpenStream): T[] {
  return eventsOf(stream)
    .filter(({ event }) => event === 'next')
    .map(({ data }) => JSON.parse(data ?? '') as T);
}

/** As Apollo's clients read them: a part is whole when the boundary behind it has come. */
export function partsOf({ text }: OpenStream): object[] {
  const [before, ...parts] = text.split('\r\n--graphql');
  if (before !== '') throw new Error(`Something before the first boundary: ${before}`);
  return parts.slice(0, -1).map((part) => {
    const [head, body] = part.split('\r\n\r\n');
    if (head !== '\r\ncontent-type: application/json; charset=utf-8') throw new Error(`${head}`);
    return JSON.parse(body ?? '') as object;
  });
}

export const LAST_BOUNDARY = '\r\n--graphql--\r\n';

/** Parts that say something. */
export function payloadsOf<T extends object>(stream: OpenStream): T[] {
  return partsOf(stream).filter((part) => Object.keys(part).length > 0) as T[];
}
