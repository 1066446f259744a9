import type { SignedIn } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
import {
  eventsOf,
  LAST_BOUNDARY,
  MULTIPART,
  openStream,
  payloadsOf,
  resultsOf,
  SSE,
  type OpenStream,
} from '../event-stream/open-stream.js';
import { openAcknowledged } from '../raw-socket.js';
import type { GraphQLAnswer, TestGateway } from '../test-gateway.js';

export type Answer = GraphQLAnswer['body'];

/** An operation on a connection that stays open. */
export interface Asked {
  /** What was answered so far, in order: refusals as well. */
  readonly answers: readonly Answer[];
  /** Nothing more comes, and the client was told so. */
  readonly isOver: boolean;
  /** Of the response; null on a socket. */
  readonly http: { readonly status: number; readonly headers: Headers } | null;
  /** How the socket was closed, if it was. */
  readonly closed: { code: number; reason: string } | null;
  leave(): void;
}

export interface AskOptions {
  readonly as?: SignedIn;
  /** Of HTTP: for a socket, those of its upgrade. */
  readonly headers?: Record<string, string>;
}

type Ask = (test: TestGateway, request: object, options?: AskOptions) => Promise<Asked>;

const overSocket: Ask = async (test, request, { as, headers } = {}) => {
  const payload = as && { accessToken: await test.token(as) };
  const raw = await openAcknowledged(test.url, payload, { headers });
  raw.send({ type: 'subscribe', id: '1', payload: { query: '', ...request } });
  return {
    http: null,
    get answers() {
      return raw.heard.flatMap(({ type, payload }) => {
        if (type === 'next') return [payload as Answer];
        return type === 'error' ? [{ errors: payload } as Answer] : [];
      });
    },
    get isOver() {
      return raw.heard.some(({ type }) => type === 'error' || type === 'complete');
    },
    get closed() {
      return raw.closed;
    },
    leave: () => raw.socket.terminate(),
  };
};

function overStream(
  accept: string,
  read: (stream: OpenStream) => Answer[],
  isComplete: (stream: OpenStream) => boolean,
): Ask {
  return async (test, request, { as, headers } = {}) => {
    const stream = await openStream(test, request, { accept, as, headers });
    const isJson = stream.headers.get('content-type')?.startsWith('application/json') ?? false;
    return {
      http: stream,
      closed: null,
      get answers() {
        if (!isJson) return read(stream);
        return stream.done ? [JSON.parse(stream.text) as Answer] : [];
      },
      get isOver() {
        return stream.done && (isJson || isComplete(stream));
      },
      leave: stream.leave,
    };
  };
}

const overServerSentEvents = overStream(
  SSE,
  (stream) => resultsOf<Answer>(stream),
  (stream) => eventsOf(stream).at(-1)?.event === 'complete',
);

const overMultipart = overStream(
  MULTIPART,
  (stream) =>
    payloadsOf<{ payload: Answer | null } & Answer>(stream).map(
      ({ payload, errors }) => payload ?? { errors },
    ),
  (stream) => stream.text.endsWith(LAST_BOUNDARY),
);

export const STREAMS: readonly (readonly [string, Ask])[] = [
  ['Server-Sent Events', overServerSentEvents],
  ['the multipart form', overMultipart],
];
export const TRANSPORTS: typeof STREAMS = [['a WebSocket', overSocket], ...STREAMS];

/** The first answer, once it is there. */
export async function firstOf(asked: Asked): Promise<Answer> {
  return eventually(() => {
    const [first] = asked.answers;
    if (!first) throw new Error('There is no answer.');
    return first;
  });
}

/** The only answer to a query, a mutation, or what is refused. */
export async function onlyOf(asking: Promise<Asked>): Promise<Answer> {
  const asked = await asking;
  const answer = await firstOf(asked);
  await eventually(() => asked.isOver);
  if (asked.answers.length > 1) throw new Error('There is more than one answer.');
  asked.leave();
  return answer;
}

export const codeOf = ({ errors }: Answer): unknown => errors?.[0]?.extensions['code'];
