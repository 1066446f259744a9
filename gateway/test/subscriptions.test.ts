import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { roleAssigned, roleRevoked, sessionRevoked } from '@lyceum/events/auth';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { newId } from '@lyceum/platform/ids';
import type { RoleAssignment } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
import type { Client } from 'graphql-ws';
import { LESSON_READ, ORGANIZATION, person, progressEvent } from './test-graph.js';
import { hear, startTestGateway, type TestGateway } from './test-gateway.js';

const MINE = `subscription ($courseId: ID!) {
  courseProgressUpdated(courseId: $courseId) { percent learner { name askedAs } }
}`;
const ACTIVITY = 'subscription ($courseId: ID) { courseActivity(courseId: $courseId) { percent } }';

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway();
});
afterAll(() => test.stop());
afterEach(async () => {
  for (const subgraph of Object.values(test.graph)) {
    subgraph.requests.length = 0;
    subgraph.before = null;
    subgraph.answer = null;
  }
  test.closes.length = 0;
});

const as = async (who = person()): Promise<Client> =>
  test.connect({ accessToken: await test.token(who) });
const feeds = (count: number) => eventually(() => expect(test.gateway.open.feeds).toBe(count));
const publish = (...events: EventEnvelope[]) => Promise.all(events.map((e) => test.bus.publish(e)));
const percents = ({ messages }: { messages: { data?: object | null }[] }) =>
  messages.map(({ data }) => (Object.values(data ?? {})[0] as { percent?: number })?.percent);

describe('a subscription', () => {
  it('resolves each event as the viewer, with fields of other subgraphs', async () => {
    const ada = person();
    const client = await as(ada);
    const [courseId, other] = [newId(), newId()];
    const heard = hear(client, MINE, { courseId });
    await feeds(1);
    const data = { courseId, learnerId: ada.userId, percent: 40 };
    await publish(
      progressEvent({ ...data, learnerId: newId() }),
      progressEvent({ ...data, courseId: other }),
      progressEvent(data, newId()),
      progressEvent(data),
    );
    await eventually(() => expect(heard.messages).toHaveLength(1));
    expect(heard.messages[0]).toEqual({
      data: {
        courseProgressUpdated: {
          percent: 40,
          learner: { name: `Name of ${ada.userId}`, askedAs: ada.userId },
        },
      },
      extensions: { cursor: expect.any(String) },
    });
    expect(test.graph.progress.requests).toHaveLength(1);
    heard.stop();
    await feeds(0);
  });

  it('may leave an optional argument out, and hears of several types of event', async () => {
    const heard = hear(await as(), ACTIVITY);
    await feeds(1);
    const data = { courseId: newId(), learnerId: newId(), percent: 1 };
    await publish(
      progressEvent(data),
      progressEvent({ ...data, percent: 2 }, ORGANIZATION, LESSON_READ),
    );
    await eventually(() => expect(percents(heard)).toEqual([1, 2]));
    heard.stop();
  });

  it('may stand in fragments, under an alias', async () => {
    const query = `subscription { ...F } fragment F on Subscription { ... { it: courseActivity { percent } } }`;
    const heard = hear(await as(), query);
    await feeds(1);
    await publish(progressEvent({ courseId: newId(), learnerId: newId(), percent: 3 }));
    await eventually(() =>
      expect(heard.messages).toMatchObject([{ data: { it: { percent: 3 } } }]),
    );
    heard.stop();
  });

  it('delivers in order, however long each event takes', async () => {
    const waits = [30, 1, 20, 0, 10];
    test.graph.progress.before = () =>
      new Promise((resolve) => setTimeout(resolve, waits.shift() ?? 0));
    const heard = hear(await as(), ACTIVITY);
    await feeds(1);
    const data = { courseId: newId(), learnerId: newId() };
    for (const percent of [1, 2, 3, 4, 5]) await publish(progressEvent({ ...data, percent }));
    await eventually(() => expect(percents(heard)).toEqual([1, 2, 3, 4, 5]));
    heard.stop();
  });

  it('is refused without any role, before there is an event', async () => {
    const client = await as(person({ roles: [] }));
    const heard = hear(client, ACTIVITY);
    await eventually(() =>
      expect(heard.error).toMatchObject([
        { extensions: { code: 'PERMISSION_DENIED', reason: 'ROLE_REQUIRED' } },
      ]),
    );
    await feeds(0);
    expect(test.graph.progress.requests).toEqual([]);
  });

  it('is executed once for all who ask the same with the same rights', async () => {
    const ada = person();
    const clients = [await as(ada), await as({ ...ada, sessionId: newId() })];
    const [courseId] = [newId()];
    const same = clients.flatMap((client) =>
      [1, 2].map(() => hear(client, ACTIVITY, { courseId })),
    );
    const role: RoleAssignment = { role: 'INSTRUCTOR', scope: 'COURSE', scopeId: courseId };
    const different = [
      hear(await as(), ACTIVITY, { courseId }),
      hear(await as({ ...ada, roles: [role] }), ACTIVITY, { courseId }),
      hear(clients[0]!, ACTIVITY),
    ];
    await feeds(4);
    await eventually(async () => {
      const text = await test.metrics.registry.metrics();
      expect(text).toContain('lyceum_subscriptions{field="courseActivity"} 7');
    });
    await publish(progressEvent({ courseId, learnerId: newId(), percent: 5 }));
    for (const heard of [...same, ...different]) {
      await eventually(() => expect(percents(heard)).toEqual([5]));
    }
    expect(test.graph.progress.requests).toHaveLength(4);
    for (const heard of [...same, ...different]) heard.stop();
    await feeds(0);
  });

  it('does not hand one execution what another has changed', async () => {
    const courseId = newId();
    const heard = [hear(await as(), ACTIVITY), hear(await as(), ACTIVITY, { courseId })];
    await feeds(2);
    test.graph.progress.before = async ({ event }) => {
      (event as EventEnvelope<{ percent: number }>).data.percent += 1;
    };
    await publish(progressEvent({ courseId, learnerId: newId(), percent: 5 }));
    for (const one of heard) await eventually(() => expect(percents(one)).toEqual([6]));
    for (const one of heard) one.stop();
  });

  it('delivers nothing that its subgraph skips or hides, and the error of what it denies', async () => {
    const heard = hear(await as(), ACTIVITY);
    await feeds(1);
    const data = { courseId: newId(), learnerId: newId(), percent: 1 };
    for (const hidden of ['skip', 'not-found', 'denied'])
      await publish(progressEvent({ ...data, hidden }));
    await publish(progressEvent({ ...data, percent: 2 }));
    await eventually(() => expect(heard.messages).toHaveLength(2));
    expect(heard.messages[0]).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'PERMISSION_DENIED' } }],
    });
    expect(percents(heard)[1]).toBe(2);
    heard.stop();
  });

  it('goes on after an event for which a subgraph did not answer', async () => {
    const heard = hear(await as(), ACTIVITY);
    await feeds(1);
    const data = { courseId: newId(), learnerId: newId(), percent: 1 };
    test.graph.progress.answer = () => Promise.reject(new Error('down'));
    await publish(progressEvent(data));
    await eventually(() => expect(heard.messages).toHaveLength(1));
    expect(heard.messages[0]?.errors?.[0]?.extensions).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    test.graph.progress.answer = null;
    await publish(progressEvent({ ...data, percent: 9 }));
    await eventually(() => expect(percents(heard)[1]).toBe(9));
    heard.stop();
  });
});

describe('a subscription is refused', () => {
  const refused = async (client: Client, query: string, variables?: Record<string, unknown>) => {
    const heard = hear(client, query, variables);
    await eventually(() => expect(heard.error).not.toBeNull());
    return (heard.error as { extensions: { code: string } }[])[0]?.extensions.code;
  };

  it('to those who have not signed in', async () => {
    expect(await refused(test.connect(), ACTIVITY)).toBe('UNAUTHENTICATED');
  });

  it.each([
    ['a syntax error', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'two fields',
      'subscription { courseActivity { percent } b: courseActivity { percent } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      '@include on its field',
      'subscription ($v: Boolean!) { courseActivity @include(if: $v) { percent } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a missing variable', MINE, 'BAD_USER_INPUT'],
  ])('with %s', async (_, query, code) => {
    expect(await refused(await as(), query, query.includes('$v') ? { v: true } : {})).toBe(code);
    expect(test.gateway.open.feeds).toBe(0);
  });
});

describe('a socket', () => {
  it('takes queries and mutations as well, with the token or a header of its own', async () => {
    const ada = person();
    const token = await test.token(ada);
    const client = test.connect({ Authorization: `Bearer ${token}` });
    const query = hear(client, '{ me { id name } }');
    const mutation = hear(client, 'mutation { rename(name: "x") { askedAs } }');
    const failing = hear(client, '{ broken }');
    await eventually(() => expect([query, mutation, failing].every(({ done }) => done)).toBe(true));
    expect(query.messages).toEqual([
      { data: { me: { id: ada.userId, name: `Name of ${ada.userId}` } } },
    ]);
    expect(mutation.messages).toEqual([{ data: { rename: { askedAs: ada.userId } } }]);
    expect(failing.messages[0]?.errors?.[0]?.extensions).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
    });
  });

  it('is closed for a token that is no good', async () => {
    const heard = hear(test.connect({ accessToken: 'abc.def.ghi' }), ACTIVITY);
    await eventually(() => expect(heard.error).not.toBeNull());
    expect(test.closes).toContainEqual({ code: 4401, reason: 'Invalid access token' });
  });

  it('is closed when its token expires', async () => {
    const token = await test.token(person(), { lifetimeMs: 1_500 });
    const heard = hear(test.connect({ accessToken: token }), ACTIVITY);
    await eventually(() =>
      expect(test.closes).toContainEqual({ code: 4403, reason: 'Access token expired' }),
    );
    expect(heard.messages).toEqual([]);
    await feeds(0);
  });

  it('is closed when its session is revoked, and the token is refused from then on', async () => {
    const [ada, bob] = [person(), person()];
    const token = await test.token(ada);
    const heard = hear(test.connect({ accessToken: token }), ACTIVITY);
    const other = hear(await as(bob), ACTIVITY);
    await feeds(2);
    await publish({
      ...progressEvent({ courseId: newId(), learnerId: ada.userId, percent: 0 }),
      type: sessionRevoked.type,
      data: { userId: ada.userId, sessionId: ada.sessionId, reason: 'LOGOUT' },
    });
    await eventually(() =>
      expect(test.closes).toContainEqual({ code: 4401, reason: 'Session revoked' }),
    );
    await feeds(1);
    expect(heard.error).not.toBeNull();
    expect(other.error).toBeNull();
    expect((await test.post('{ whoAmI }', { token })).status).toBe(401);
    other.stop();
  });

  it('is closed when a role of its token is lost; one given again is good again', async () => {
    const role: RoleAssignment = { role: 'INSTRUCTOR', scope: 'COURSE', scopeId: newId() };
    const ada = person({ roles: [role] });
    const token = await test.token(ada);
    hear(test.connect({ accessToken: token }), ACTIVITY);
    await feeds(1);
    const event = (type: string): EventEnvelope => ({
      ...progressEvent({ courseId: newId(), learnerId: ada.userId, percent: 0 }),
      type,
      data: { userId: ada.userId, assignment: role },
    });
    await publish(event(roleRevoked.type));
    await eventually(() =>
      expect(test.closes).toContainEqual({ code: 4403, reason: 'Roles changed' }),
    );
    expect((await test.post('{ whoAmI }', { token })).status).toBe(401);
    const fresh = await test.token({ ...ada, roles: [] });
    expect((await test.post('{ whoAmI }', { token: fresh })).status).toBe(200);
    await publish(event(roleAssigned.type));
    expect((await test.post('{ whoAmI }', { token })).status).toBe(200);
  });

  it('leaves nothing behind when its client goes away', async () => {
    const client = await as();
    for (let i = 0; i < 20; i += 1) hear(client, ACTIVITY, { courseId: newId() });
    await feeds(20);
    client.terminate();
    await feeds(0);
    await eventually(async () => {
      const text = await test.metrics.registry.metrics();
      expect(text).toContain('lyceum_subscriptions{field="courseActivity"} 0');
    });
  });
});

describe('the gateway', () => {
  it('tells its sockets to go elsewhere when it stops', async () => {
    const other = await startTestGateway();
    const client = other.connect({ accessToken: await other.token(person()) });
    hear(client, ACTIVITY);
    await eventually(() => expect(other.gateway.open.feeds).toBe(1));
    await other.gateway.stop();
    expect(other.closes).toEqual([{ code: 1001, reason: 'Going away' }]);
    expect(other.gateway.open).toEqual({ sockets: 0, feeds: 0 });
    await other.stop();
  });
});
