import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
import { createClient } from 'graphql-sse';
import { person, progressEvent } from '../test-graph.js';
import { hear, startTestGateway, type TestGateway } from '../test-gateway.js';
import {
  COMPLETE,
  eventsOf,
  leaveAll,
  openStream,
  resultsOf,
  type StreamOptions,
} from './open-stream.js';

const ACTIVITY = 'subscription { courseActivity { percent } }';

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway({ settings: { SUBSCRIPTIONS_PER_VIEWER: '2' } });
});
afterAll(() => test.stop());
afterEach(async () => {
  leaveAll();
  await feeds(0);
});

const feeds = (count: number) => eventually(() => expect(test.gateway.open.feeds).toBe(count));
const happen = (percent = 1) =>
  test.bus.publish(progressEvent({ courseId: newId(), learnerId: newId(), percent }));
const stream = (query: string, options?: StreamOptions) => openStream(test, { query }, options);

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
  it('lives by comments', async () => {
    const beating = await startTestGateway({ settings: { HEARTBEAT_MS: '50' } });
    const open = await openStream(beating, { query: ACTIVITY }, { as: person() });
    await eventually(() => expect(open.text.split(':\n\n').length).toBeGreaterThan(3));
    expect(eventsOf(open)).toEqual([]);
    await beating.stop();
  });

  it('is opened at once, and ends with complete', async () => {
    const open = await stream(ACTIVITY, { as: person() });
    expect(open.status).toBe(200);
    expect(open.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(open.headers.get('cache-control')).toContain('no-cache');
    expect(open.headers.get('x-correlation-id')).toBeTruthy();
    expect(open.headers.get('x-content-type-options')).toBe('nosniff');
    await eventually(() => expect(open.text).toBe(':\n\n'));
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
    leaveAll();
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
    const query = await stream('{ greet }', { accept });
    expect(query.headers.get('content-type')).toContain('application/json');
    const open = await stream(ACTIVITY, { as: person(), accept });
    expect(open.headers.get('content-type')).toContain('text/event-stream');
    const unasked = await stream(ACTIVITY, { as: person(), accept: '*/*' });
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
    const heard = hear(test.connect({ accessToken: await test.token(ada) }), ACTIVITY);
    await feeds(1);
    await stream(ACTIVITY, { as: ada });
    const third = await stream(ACTIVITY, { as: ada });
    expect(third.status).toBe(429);
    await eventually(() => expect(third.text).toContain('SUBSCRIPTIONS_PER_VIEWER'));
    heard.stop();
    leaveAll();
    await feeds(0);
    expect((await stream(ACTIVITY, { as: ada })).status).toBe(200);
  });

  it('leaves nothing behind when its client goes away', async () => {
    await stream(ACTIVITY, { as: person() });
    await feeds(1);
    leaveAll();
    await feeds(0);
  });
});
