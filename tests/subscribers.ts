import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type ExecutionResult } from 'graphql-ws';
import { WebSocket } from 'ws';

const RETRY_MS = 50;
const RETRIES = 1_000;

export interface Message {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { extensions: Record<string, unknown> }[];
  readonly extensions?: { readonly cursor?: string };
}

/** Someone who subscribed, and goes on after the last message whenever the connection has ended. */
export interface Subscriber {
  readonly messages: readonly Message[];
  /** How connections ended, one after the other: for a stream, its last words. */
  readonly ends: readonly string[];
  /** Whether the server said that it is over. */
  readonly isOver: boolean;
  stop(): Promise<void>;
}

interface Subscription {
  readonly url: string;
  readonly accessToken: string | null;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** By graphql-ws as it comes: it connects again by itself. Resolves when the server has subscribed it. */
export async function subscribeBySocket(asked: Subscription): Promise<Subscriber> {
  const { url, accessToken, query, variables } = asked;
  const messages: Message[] = [];
  const ends: string[] = [];
  let isOver = false;
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { accessToken },
    retryAttempts: RETRIES,
    retryWait: () => pause(RETRY_MS),
    // Also when nobody listens for a moment.
    shouldRetry: () => true,
    on: {
      closed(event) {
        const { code, reason } = event as { code: number; reason: string };
        ends.push(`${code} ${reason}`);
      },
    },
  });
  // Sent as it is whenever the client subscribes, and so with the newest cursor.
  const extensions: { resumeAfter?: string } = {};
  client.subscribe(
    { query, variables, extensions },
    {
      next(result: ExecutionResult<Record<string, unknown>, unknown>) {
        const message = result as Message;
        messages.push(message);
        if (message.extensions?.cursor) extensions.resumeAfter = message.extensions.cursor;
      },
      error: () => void (isOver = true),
      complete: () => void (isOver = true),
    },
  );
  // Messages of one connection are read in their order.
  for await (const _answer of client.iterate({ query: '{ __typename }' })) break;
  return {
    messages,
    ends,
    get isOver() {
      return isOver;
    },
    async stop() {
      // It throws what refused the connection that it was just trying.
      await Promise.resolve(client.dispose()).catch(() => undefined);
    },
  };
}

/** By Server-Sent Events, as browsers do. Resolves when the server has subscribed it. */
export async function subscribeByStream(asked: Subscription): Promise<Subscriber> {
  const { url, accessToken, query, variables } = asked;
  const messages: Message[] = [];
  const ends: string[] = [];
  const abort = new AbortController();
  let isOver = false;
  let cursor = '';

  const connect = (): Promise<Response> =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
        ...(cursor ? { 'last-event-id': cursor } : {}),
      },
      body: JSON.stringify({ query, variables }),
      signal: abort.signal,
    });

  function hear(event: string): void {
    const fields = new Map(
      event.split('\n').map((line) => line.split(/: ?(.*)/, 2) as [string, string]),
    );
    cursor = fields.get('id') ?? cursor;
    if (fields.get('event') === 'complete') isOver = true;
    if (fields.get('event') === 'next') messages.push(JSON.parse(fields.get('data')!) as Message);
  }

  async function read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const bytes of response.body!) {
      text += decoder.decode(bytes as Uint8Array, { stream: true });
      const events = text.split('\n\n');
      text = events.pop()!;
      events.forEach(hear);
    }
    ends.push(text);
  }

  const first = await connect();
  const reading = (async () => {
    await read(first);
    while (!isOver) {
      const response = await connect().catch(() => null);
      if (response?.ok) await read(response);
      else await pause(RETRY_MS, undefined, { signal: abort.signal });
    }
  })().catch((error: unknown) => {
    if (!abort.signal.aborted) ends.push(String(error));
  });
  return {
    messages,
    ends,
    get isOver() {
      return isOver;
    },
    async stop() {
      abort.abort();
      await reading;
    },
  };
}
