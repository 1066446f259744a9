import { eventually } from '@lyceum/testkit/eventually';
import { WebSocket, type ClientOptions } from 'ws';

export interface Message {
  type: string;
  id?: string;
  payload?: unknown;
}

/** A client that says exactly what it is told to, and keeps what it hears. */
export interface RawSocket {
  readonly socket: WebSocket;
  readonly heard: Message[];
  readonly closed: { code: number; reason: string } | null;
  send(message: unknown): void;
  /** The first message from now on, or already there, that has these fields; taken out of `heard`. */
  take(fields: Partial<Message>): Promise<Message>;
  /** How the server closed it. */
  end(): Promise<{ code: number; reason: string }>;
}

export async function openRaw(
  url: string,
  options: { protocol?: string | null; client?: ClientOptions } = {},
): Promise<RawSocket> {
  const { protocol = 'graphql-transport-ws', client } = options;
  const address = `${url.replace('http', 'ws')}/graphql`;
  const socket = new WebSocket(address, protocol ?? [], client);
  const heard: Message[] = [];
  let closed: RawSocket['closed'] = null;
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as Message));
  socket.once('close', (code, reason) => (closed = { code, reason: reason.toString() }));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    heard,
    get closed() {
      return closed;
    },
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    take: (fields) =>
      eventually(() => {
        const at = heard.findIndex((message) =>
          Object.entries(fields).every(([name, value]) => message[name as keyof Message] === value),
        );
        const [found] = at < 0 ? [] : heard.splice(at, 1);
        if (!found) throw new Error(`no ${JSON.stringify(fields)} in ${JSON.stringify(heard)}`);
        return found;
      }),
    end: () =>
      eventually(() => {
        if (!closed) throw new Error('still open');
        return closed;
      }),
  };
}

/** Opened, and acknowledged. */
export async function openAcknowledged(
  url: string,
  payload?: Record<string, unknown>,
  client?: ClientOptions,
): Promise<RawSocket> {
  const raw = await openRaw(url, { client });
  raw.send({ type: 'connection_init', payload });
  await raw.take({ type: 'connection_ack' });
  return raw;
}

/** The answer to an upgrade that is refused. */
export function refusedUpgrade(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number | undefined; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers,
    });
    socket.once('open', () => {
      socket.terminate();
      reject(new Error('it was not refused'));
    });
    socket.on('error', () => undefined);
    socket.once('unexpected-response', (request, response) => {
      resolve({ status: response.statusCode, retryAfter: response.headers['retry-after'] });
      request.destroy();
    });
  });
}
