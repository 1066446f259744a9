import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { GraphClient } from '@lyceum/standalone/graph-client';
import type { Program } from '@lyceum/standalone/distributed/program';
import { eventually } from '@lyceum/testkit/eventually';
import { ask } from './ask.js';
import { startBalancer, type Balancer } from './balancer.js';
import { enroll, publishTestCourse, type TestCourse } from './courses.js';
import { describeDistributed } from './only-distributed.js';
import { administrator, instructor, learner, type Person } from './people.js';
import { subscribeBySocket, subscribeByStream, type Subscriber } from './subscribers.js';
import { lockTable } from './table-lock.js';
import { startTraffic } from './traffic.js';
import { settled, startTopology, type Topology } from './topology.js';

type Asked = Parameters<typeof ask> extends [string, string | null, ...infer Rest] ? Rest : never;

const ACTIVITY = `subscription ($courseId: ID!) {
  courseActivity(courseId: $courseId) { kind occurredAt enrollment { id } }
}`;
const CREATE = 'mutation ($input: CreateCourseInput!) { createCourse(input: $input) { id } }';
const QUERY = 'query ($id: ID!) { me { id name } course(id: $id) { title } }';
const WITHDRAW = 'mutation ($id: ID!) { withdrawFromCourse(enrollmentId: $id) { id } }';
const NOTIFIED = 'subscription { notificationReceived { id } }';
const LONG = { timeout: 30_000 };

describeDistributed('several gateways', () => {
  let topology: Topology;
  let balancer: Balancer;
  let first: Program;
  let second: Program;
  let admin: Person;
  let teacher: Person;
  let pupil: Person;
  let course: TestCourse;

  beforeAll(async () => {
    // What is asked without pause is not to be refused for its number.
    topology = await startTopology({ DRAIN_DELAY_MS: '2000', RATE_LIMIT_VIEWER: '10000000' });
    first = topology.program('gateway');
    second = await topology.addGateway();
    balancer = await startBalancer([first.url, second.url]);
    admin = await administrator(topology, 'gateways');
    teacher = await instructor(topology, 'gateways', admin);
    pupil = await learner(topology, 'gateways', 'Pupil Between');
    course = await publishTestCourse(teacher.client, 'Rolling');
    await settled(topology);
  }, 240_000);
  afterAll(async () => {
    await balancer?.stop();
    await topology?.stop();
  }, 60_000);

  const askAs = ({ client }: Person, url: string, ...asked: Asked) =>
    ask(url, client.accessToken, ...asked);
  const subscribed = (who: Person, url: string) => ({
    url,
    accessToken: who.client.accessToken,
    query: ACTIVITY,
    variables: { courseId: course.id },
  });

  it('restarted one after the other lose no request, and no event of who was subscribed', async () => {
    const heard: Subscriber[] = [
      await subscribeBySocket(subscribed(teacher, balancer.url)),
      await subscribeBySocket(subscribed(teacher, balancer.url)),
      await subscribeByStream(subscribed(teacher, balancer.url)),
      await subscribeByStream(subscribed(teacher, balancer.url)),
    ];
    const succeeding = async (query: string, variables: Record<string, unknown>) => {
      const { status, body } = await askAs(teacher, balancer.url, query, variables);
      if (status !== 200 || body.errors) throw new Error(JSON.stringify([status, body]));
      return body.data!;
    };
    const pupilAnywhere = new GraphClient(balancer.url);
    pupilAnywhere.accessToken = pupil.client.accessToken;
    const created: string[] = [];
    const traffic = startTraffic([
      () => succeeding(QUERY, { id: course.id }),
      async (turn) => {
        const title = `Rolling on ${turn}`;
        await succeeding(CREATE, { input: { title, language: 'en' } });
        created.push(title);
      },
      async () => {
        const enrollmentId = await enroll(pupilAnywhere, course.id);
        await pupilAnywhere.request(WITHDRAW, { id: enrollmentId });
      },
    ]);
    await eventually(() => {
      for (const { messages } of heard) expect(messages.length).toBeGreaterThan(2);
    }, LONG);

    for (const gateway of [first, second]) {
      const before = traffic.done;
      const ending = await gateway.terminate();
      expect(ending.code).toBe(0);
      expect(ending.ms).toBeLessThan(30_000);
      await eventually(() => expect(balancer.ready).toHaveLength(2), LONG);
      expect(traffic.done).toBeGreaterThan(before);
    }
    const counts = heard.map(({ messages }) => messages.length);
    await eventually(() => {
      heard.forEach(({ messages }, n) => expect(messages.length).toBeGreaterThan(counts[n]! + 2));
    }, LONG);
    await traffic.end();
    expect(traffic.failures).toEqual([]);

    await settled(topology);
    const events = await topology.sql<{ type: string; time: Date }>(
      'course',
      `SELECT type, time FROM outbox WHERE type LIKE 'course.enrollment.%'
       AND data->>'courseId' = $1::text ORDER BY seq`,
      [course.id],
    );
    const expected = events.map(({ type, time }) => ({
      kind: type === 'course.enrollment.created.v1' ? 'ENROLLED' : 'WITHDRAWN',
      occurredAt: time.toISOString(),
    }));
    for (const { messages } of heard) {
      await eventually(() => {
        const told = messages
          .map(
            (message) => message.data?.['courseActivity'] as { kind: string; occurredAt: string },
          )
          .filter(({ kind }) => kind === 'ENROLLED' || kind === 'WITHDRAWN')
          .map(({ kind, occurredAt }) => ({ kind, occurredAt }));
        expect(told).toEqual(expected);
      }, LONG);
    }
    const ends = heard.map((subscriber) => subscriber.ends);
    expect(ends.flat().every((end) => end === '1001 Going away' || end === '')).toBe(true);
    for (const own of ends) expect(own.length).toBeGreaterThanOrEqual(1);
    for (const subscriber of heard) await subscriber.stop();

    const rows = await topology.sql<{ title: string }>(
      'course',
      `SELECT title FROM course WHERE title LIKE 'Rolling on %' ORDER BY id`,
    );
    expect(rows.map(({ title }) => title).toSorted()).toEqual(created.toSorted());
  }, 180_000);

  it('know of each other’s revocations within ten seconds, on connections as well', async () => {
    const leaver = await learner(topology, 'gateways', 'Lea Leaves');
    const demoted = await instructor(topology, 'gateways', admin, 'Dora Demoted');
    const [ofLeaver, ofDemoted] = [
      await subscribeBySocket({
        ...subscribed(leaver, second.url),
        query: NOTIFIED,
        variables: {},
      }),
      await subscribeBySocket(subscribed(demoted, second.url)),
    ];
    await leaver.client.request('mutation { logout }');
    await admin.client.request(
      'mutation ($input: RoleInput!) { revokeRole(input: $input) { id } }',
      {
        input: { userId: demoted.id, role: 'INSTRUCTOR' },
      },
    );
    await eventually(
      () => {
        expect(ofLeaver.ends[0]).toBe('4401 Session revoked');
        expect(ofDemoted.ends[0]).toBe('4403 Roles changed');
      },
      { timeout: 10_000 },
    );
    for (const [who, reason] of [
      [leaver, 'REVOKED'],
      [demoted, 'ROLE_REVOKED'],
    ] as const) {
      const { status, body } = await askAs(who, second.url, '{ me { id } }');
      const extensions = expect.objectContaining({ code: 'UNAUTHENTICATED', reason });
      expect([status, body.errors]).toEqual([401, [expect.objectContaining({ extensions })]]);
    }
    await ofDemoted.stop();
    await ofLeaver.stop();
  }, 60_000);

  it('charge one account for what is asked of any of them', async () => {
    const who = await learner(topology, 'gateways', 'Rita Rated');
    const remaining: number[] = [];
    // Seen by each of them before, so that it costs the same.
    for (const { url } of [first, second]) await askAs(who, url, '{ me { id } }');
    for (const { url } of [first, second, first, second]) {
      const { headers } = await askAs(who, url, '{ me { id } }');
      remaining.push(Number(headers.get('ratelimit-remaining')));
    }
    const cost = remaining[0]! - remaining[1]!;
    expect(cost).toBeGreaterThan(0);
    expect(remaining).toEqual([0, 1, 2, 3].map((times) => remaining[0]! - times * cost));
  }, 60_000);

  it('run a change once that is asked for again of another one', async () => {
    const variables = { input: { title: 'Keyed between gateways', language: 'en' } };
    const key = { 'idempotency-key': crypto.randomUUID() };
    const answer = await askAs(teacher, first.url, CREATE, variables, key);
    const again = await askAs(teacher, second.url, CREATE, variables, key);
    expect(again.body).toEqual({ ...answer.body, extensions: { replayed: true } });
    const replayed = [answer, again].map(({ headers }) => headers.get('idempotency-replayed'));
    expect(replayed).toEqual([null, 'true']);
    const several = Array.from({ length: 10 }, (_, n) =>
      askAs(
        teacher,
        [first, second][n % 2]!.url,
        CREATE,
        { input: { title: 'Keyed at once between gateways', language: 'en' } },
        { 'idempotency-key': `${key['idempotency-key']}-2` },
      ),
    );
    const made = (await Promise.all(several)).map(({ body }) => JSON.stringify(body.data));
    expect(new Set(made).size).toBe(1);
    const rows = await topology.sql(
      'course',
      `SELECT title FROM course WHERE title LIKE 'Keyed%between gateways'`,
    );
    expect(rows).toHaveLength(2);
  }, 60_000);

  it('refuse what is too much at once, and answer all that was accepted', async () => {
    const small = await topology.addGateway({
      OPERATIONS_CONCURRENCY: '4',
      OPERATIONS_QUEUE: '4',
      OPERATIONS_WAIT_MS: '20000',
    });
    const timed = async (path: string, body: string | null): Promise<[Response, number]> => {
      const begun = performance.now();
      const response = await fetch(
        small.url + path,
        body
          ? { method: 'POST', headers: { 'content-type': 'application/json' }, body }
          : { method: 'GET' },
      );
      await response.clone().arrayBuffer();
      return [response, performance.now() - begun];
    };
    const idle: number[] = [];
    for (let n = 0; n < 50; n += 1) idle.push((await timed('/health/live', null))[1]);

    const lock = await lockTable(topology, 'course', 'course');
    const asked = Array.from({ length: 8 }, () =>
      askAs(teacher, small.url, 'query ($id: ID!) { course(id: $id) { title } }', {
        id: course.id,
      }),
    );
    await lock.waitedForBy(1);
    const refusals: number[] = [];
    const refused = async (): Promise<void> => {
      for (let n = 0; n < 50; n += 1) {
        const [response, ms] = await timed('/graphql', '{"query":"{ me { id } }"}');
        refusals.push(ms);
        expect(response.status).toBe(503);
        expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
        const extensions = expect.objectContaining({ reason: 'OVERLOADED' });
        expect(await response.json()).toEqual({
          errors: [expect.objectContaining({ extensions })],
        });
      }
    };
    await eventually(async () => {
      const [response] = await timed('/graphql', '{"query":"{ __typename }"}');
      expect(response.status).toBe(503);
    });
    await Promise.all([refused(), refused(), refused(), refused()]);
    await lock.release();
    const data = { course: { title: 'Rolling' } };
    for (const answer of await Promise.all(asked)) expect(answer).toMatchObject({ body: { data } });
    expect(median(refusals)).toBeLessThan(Math.max(50, 8 * median(idle)));
  }, 60_000);
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
