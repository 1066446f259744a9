import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { roleRevoked, sessionRevoked } from '@lyceum/events/auth';
import { newId } from '@lyceum/platform/ids';
import type { RoleAssignment, SignedIn } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
import { createClient } from 'graphql-sse';
import { person, progressEvent } from './test-graph.js';
import { startTestGateway, type TestGateway } from './test-gateway.js';

const ACTIVITY = 'subscription { courseActivity { percent } }';

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway({
    settings: { HEARTBEAT_MS: '50', SUBSCRIPTIONS_PER_VIEWER: '2' },
  });
});
afterAll(() => test.stop());
const aborts = new Set<AbortController>();
afterEach(async () => {
  for (const abort of aborts) abort.abort();
  aborts.clear();
  await feeds(0);
});

const feeds = (count: number) => eventually(() => expect(test.gateway.open.feeds).toBe(count));
const happen = (percent = 1) =>
  test.bus.publish(progressEvent({ courseId: newId(), learnerId: newId(), percent }));

interface OpenStream {
  readonly status: number;
  readonly headers: Headers;
  /** All that has come. */
  readonly text: string;
  readonly done: boolean;
  readonly failed: boolean;
}

/** Asks, and goes on reading. */
async function stream(
  query: string,
  options: {
    as?: SignedIn;
    lifetimeMs?: number;
    headers?: Record<string, string>;
    on?: TestGateway;
    method?: 'GET';
  } = {},
): Promise<OpenStream> {
  const { as, lifetimeMs, headers, on = test, method = 'POST' } = options;
  const token = as && (await on.token(as, { lifetimeMs }));
  const abort = new AbortController();
  aborts.add(abort);
  const search = method === 'GET' ? `?query=${encodeURIComponent(query)}` : '';
  const response = await fetch(`${on.url}/graphql${search}`, {
    method,
    headers: {
      accept: 'text/event-stream',
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: method === 'POST' ? JSON.stringify({ query }) : undefined,
    signal: abort.signal,
  });
  const seen = {
    status: response.status,
    headers: response.headers,
    text: '',
    done: false,
    failed: false,
  };
  void (async () => {
    try {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? [])
        seen.text += decoder.decode(chunk as Uint8Array);
      seen.done = true;
    } catch {
      seen.failed = true;
    }
  })();
  return seen;
}

interface ServerEvent {
  event?: string;
  id?: string;
  data?: string;
}

/** As a browser reads them; comments left out. */
function eventsOf({ text }: OpenStream): ServerEvent[] {
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

const resultsOf = (open: OpenStream) =>
  eventsOf(open)
    .filter(({ event }) => event === 'next')
    .map(({ data }) => JSON.parse(data ?? '') as { data?: object; errors?: object[] });
const COMPLETE = { event: 'complete', data: '' };

const revoke = (who: SignedIn) =>
  test.bus.publish({
    ...progressEvent({ courseId: newId(), learnerId: who.userId, percent: 0 }),
    type: sessionRevoked.type,
    data: { userId: who.userId, sessionId: who.sessionId, reason: 'LOGOUT' },
  });

describe('graphql-sse’s own client', () => {
  const client = async (as: SignedIn) =>
    createClient({
      url: `${test.url}/graphql`,
      headers: { authorization: `Bearer ${await test.token(as)}` },
      retryAttempts: 0,
    });

  it('gets the one answer to a query, a mutation, and what is wrong with an operation', async () => {
    const ada = person();
    const sse = await client(ada);
    const ask = async (query: string, variables?: Record<string, unknown>) => {
      const answers = [];
      for await (const answer of sse.iterate({ query, variables })) answers.push(answer);
      return answers;
    };
    expect(await ask('query ($n: String!) { greet(name: $n) }', { n: 'Ada' })).toEqual([
      { data: { greet: 'Hello, Ada.' } },
    ]);
    expect(await ask('mutation { rename(name: "x") { askedAs } }')).toEqual([
      { data: { rename: { askedAs: ada.userId } } },
    ]);
    for (const [query, code] of [
      ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      ['{', 'GRAPHQL_PARSE_FAILED'],
      [
        'subscription ($c: ID!) { courseProgressUpdated(courseId: $c) { percent } }',
        'BAD_USER_INPUT',
      ],
    ]) {
      expect(await ask(query!)).toMatchObject([{ errors: [{ extensions: { code } }] }]);
    }
    sse.dispose();
  });

  it('subscribes, hears each event, and stops', async () => {
    const sse = await client(person());
    const heard: unknown[] = [];
    const stop = sse.subscribe(
      { query: ACTIVITY },
      { next: (message) => heard.push(message), error: () => undefined, complete: () => undefined },
    );
    await feeds(1);
    for (const percent of [1, 2, 3]) await happen(percent);
    await eventually(() =>
      expect(heard).toMatchObject(
        [1, 2, 3].map((percent) => ({ data: { courseActivity: { percent } } })),
      ),
    );
    stop();
    await feeds(0);
    sse.dispose();
  });
});

describe('an event stream', () => {
  it('is opened at once, lives by comments, and ends with complete', async () => {
    const open = await stream(ACTIVITY, { as: person() });
    expect(open.status).toBe(200);
    expect(open.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(open.headers.get('cache-control')).toContain('no-cache');
    expect(open.headers.get('x-correlation-id')).toBeTruthy();
    expect(open.headers.get('x-content-type-options')).toBe('nosniff');
    await eventually(() => expect(open.text.split(':\n\n').length).toBeGreaterThan(3));
    await feeds(1);
    await happen(7);
    await eventually(() =>
      expect(resultsOf(open)).toMatchObject([{ data: { courseActivity: { percent: 7 } } }]),
    );
    expect(open.done).toBe(false);
    const query = await stream('{ greet }');
    await eventually(() => expect(query.done).toBe(true));
    expect(eventsOf(query)).toEqual([
      { event: 'next', data: '{"data":{"greet":"Hello, you."}}' },
      COMPLETE,
    ]);
  });

  it('goes on after the id of the last event that its client heard', async () => {
    const ada = person();
    const first = await stream(ACTIVITY, { as: ada });
    await feeds(1);
    await happen(1);
    await eventually(() => expect(resultsOf(first)).toHaveLength(1));
    const id = eventsOf(first)[0]?.id ?? '';
    expect(resultsOf(first)).toMatchObject([{ extensions: { cursor: id } }]);
    for (const abort of aborts) abort.abort();
    await feeds(0);
    for (const percent of [2, 3]) await happen(percent);
    const second = await stream(ACTIVITY, { as: ada, headers: { 'last-event-id': id } });
    await feeds(1);
    await happen(4);
    await eventually(() =>
      expect(resultsOf(second)).toMatchObject(
        [2, 3, 4].map((percent) => ({ data: { courseActivity: { percent } } })),
      ),
    );
    const lost = await stream(ACTIVITY, { as: ada, headers: { 'last-event-id': 'unheard-of' } });
    await eventually(() =>
      expect(resultsOf(lost)).toMatchObject([
        { errors: [{ extensions: { code: 'RESYNC_REQUIRED' } }] },
      ]),
    );
  });

  it('is to be had by GET, but never for a mutation', async () => {
    const query = await stream('{ greet }', { method: 'GET' });
    await eventually(() => expect(eventsOf(query)).toHaveLength(2));
    await stream(ACTIVITY, { method: 'GET', as: person() });
    await feeds(1);
    const mutation = await stream('mutation { touch }', { method: 'GET' });
    expect(mutation.status).toBe(405);
    expect(mutation.headers.get('content-type')).toContain('application/json');
  });

  it('is for subscriptions alone where the client takes one answer as well', async () => {
    const accept = 'application/json, text/event-stream';
    const query = await stream('{ greet }', { headers: { accept } });
    expect(query.headers.get('content-type')).toContain('application/json');
    const open = await stream(ACTIVITY, { as: person(), headers: { accept } });
    expect(open.headers.get('content-type')).toContain('text/event-stream');
    const unasked = await stream(ACTIVITY, { as: person(), headers: { accept: '*/*' } });
    expect(unasked.status).toBe(400);
  });

  it('is refused in the ordinary way before it begins', async () => {
    const statusOf = async (...ask: Parameters<typeof stream>) => {
      const open = await stream(...ask);
      await eventually(() => expect(open.done).toBe(true));
      expect(open.headers.get('content-type')).toContain('application/json');
      const { errors } = JSON.parse(open.text) as { errors: { extensions: { code: string } }[] };
      return [open.status, errors[0]?.extensions.code];
    };
    expect(await statusOf(ACTIVITY)).toEqual([401, 'UNAUTHENTICATED']);
    const forged = { headers: { authorization: 'Bearer abc.def.ghi' } };
    expect(await statusOf(ACTIVITY, forged)).toEqual([401, 'UNAUTHENTICATED']);
    expect(await statusOf('')).toEqual([400, 'BAD_REQUEST']);
  });

  it('counts among the subscriptions of its viewer, with those of sockets', async () => {
    const ada = person();
    const socket = test.connect({ accessToken: await test.token(ada) });
    const stop = socket.subscribe(
      { query: ACTIVITY },
      { next: () => undefined, error: () => undefined, complete: () => undefined },
    );
    await feeds(1);
    await stream(ACTIVITY, { as: ada });
    const third = await stream(ACTIVITY, { as: ada });
    expect(third.status).toBe(429);
    await eventually(() => expect(third.text).toContain('SUBSCRIPTIONS_PER_VIEWER'));
    stop();
    for (const abort of aborts) abort.abort();
    await feeds(0);
    expect((await stream(ACTIVITY, { as: ada })).status).toBe(200);
  });

  it('leaves nothing behind when its client goes away', async () => {
    await stream(ACTIVITY, { as: person() });
    await feeds(1);
    for (const abort of aborts) abort.abort();
    await feeds(0);
  });
});

describe('an event stream says why its viewer is no longer answered, and completes:', () => {
  const ended = async (open: OpenStream, reason: string) => {
    await eventually(() => expect(open.done).toBe(true));
    expect(resultsOf(open)).toMatchObject([
      { errors: [{ extensions: { code: 'UNAUTHENTICATED', reason } }] },
    ]);
    expect(eventsOf(open).at(-1)).toEqual(COMPLETE);
    await feeds(0);
  };

  it('the token has expired', async () => {
    await ended(await stream(ACTIVITY, { as: person(), lifetimeMs: 1_500 }), 'EXPIRED');
  });

  it('the session was revoked', async () => {
    const ada = person();
    const open = await stream(ACTIVITY, { as: ada });
    await feeds(1);
    await revoke(ada);
    await ended(open, 'REVOKED');
  });

  it('a role was lost', async () => {
    const role: RoleAssignment = { role: 'INSTRUCTOR', scope: 'COURSE', scopeId: newId() };
    const ada = person({ roles: [role] });
    const open = await stream(ACTIVITY, { as: ada });
    await feeds(1);
    await test.bus.publish({
      ...progressEvent({ courseId: newId(), learnerId: ada.userId, percent: 0 }),
      type: roleRevoked.type,
      data: { userId: ada.userId, assignment: role },
    });
    await ended(open, 'ROLE_REVOKED');
  });
});

describe('Apollo’s multipart form', () => {
  const headers = {
    accept: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json',
  };

  /** As its clients read it: a part is whole when the boundary behind it has come. */
  function partsOf({ text }: OpenStream): unknown[] {
    const parts = text.split('\r\n--graphql');
    expect(parts[0]).toBe('');
    return parts.slice(1, -1).map((part) => {
      const [head, body] = part.split('\r\n\r\n');
      expect(head).toBe('\r\ncontent-type: application/json; charset=utf-8');
      return JSON.parse(body ?? '') as unknown;
    });
  }
  const payloadsOf = (open: OpenStream) =>
    partsOf(open).filter((part) => Object.keys(part as object).length > 0);

  it('wraps each answer, and lives by empty parts', async () => {
    const open = await stream(ACTIVITY, { as: person(), headers });
    expect(open.headers.get('content-type')).toBe(
      'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0',
    );
    await feeds(1);
    await eventually(() => expect(partsOf(open).length).toBeGreaterThan(2));
    await happen(9);
    await eventually(() =>
      expect(payloadsOf(open)).toMatchObject([
        { payload: { data: { courseActivity: { percent: 9 } } } },
      ]),
    );
  });

  it('tells what is wrong with an operation in a payload, and ends', async () => {
    const open = await stream(ACTIVITY.replace('percent', 'nothing'), {
      as: person(),
      headers: { accept: 'multipart/mixed;subscriptionSpec=1.0' },
    });
    await eventually(() => expect(open.done).toBe(true));
    expect(payloadsOf(open)).toMatchObject([
      { payload: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] } },
    ]);
    expect(open.text.endsWith('\r\n--graphql--\r\n')).toBe(true);
  });

  it('ends with an error of the transport when its viewer is no longer answered', async () => {
    const ada = person();
    const open = await stream(ACTIVITY, { as: ada, headers });
    await feeds(1);
    await revoke(ada);
    await eventually(() => expect(open.done).toBe(true));
    expect(payloadsOf(open)).toMatchObject([
      { payload: null, errors: [{ extensions: { code: 'UNAUTHENTICATED', reason: 'REVOKED' } }] },
    ]);
    expect(open.text.endsWith('\r\n--graphql--\r\n')).toBe(true);
  });
});

describe('streams of one gateway', () => {
  it('count among the connections of their network', async () => {
    const small = await startTestGateway({ settings: { CONNECTIONS_PER_NETWORK: '1' } });
    const ada = person();
    await stream(ACTIVITY, { as: ada, on: small });
    const second = await stream(ACTIVITY, { as: ada, on: small });
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '30']);
    await small.stop();
  });

  it('end without complete when it stops, so that clients ask again elsewhere', async () => {
    const other = await startTestGateway();
    const ada = person();
    const events = await stream(ACTIVITY, { as: ada, on: other });
    const accept = 'multipart/mixed;subscriptionSpec=1.0';
    const parts = await stream(ACTIVITY, { as: ada, on: other, headers: { accept } });
    await eventually(() => expect(other.gateway.open.feeds).toBe(1));
    await other.stop();
    await eventually(() => expect([events.done, parts.done]).toEqual([true, true]));
    expect(eventsOf(events)).toEqual([]);
    expect(parts.text).toContain('"payload":null,"errors":[{"message":"This gateway stops');
    expect(other.gateway.open.feeds).toBe(0);
  });
});
