import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';
import { eventually } from '@lyceum/testkit/eventually';
import { ask } from './ask.js';
import { enroll, publishTestCourse, type TestCourse } from './courses.js';
import { describeDistributed } from './only-distributed.js';
import { administrator, instructor, learner, type Person } from './people.js';
import { subscribeBySocket, subscribeByStream } from './subscribers.js';
import { lockTable } from './table-lock.js';
import { startTraffic } from './traffic.js';
import { startTopology, type Topology } from './topology.js';

const ACTIVITY = 'subscription ($courseId: ID!) { courseActivity(courseId: $courseId) { kind } }';
const CREATE = 'mutation ($input: CreateCourseInput!) { createCourse(input: $input) { id } }';
const ENDED = { code: 0, ms: expect.any(Number) };
const MOST_MS = 30_000;

let topology: Topology;
let admin: Person;
let teacher: Person;
let pupil: Person;
let course: TestCourse;

beforeAll(async () => {
  topology = await startTopology({ DRAIN_DELAY_MS: '2000' });
  admin = await administrator(topology, 'operations-school');
  teacher = await instructor(topology, 'operations-school', admin);
  pupil = await learner(topology, 'operations-school', 'Otto Operated');
  course = await publishTestCourse(teacher.client, 'Operations');
}, 180_000);
afterAll(() => topology?.stop(), 60_000);

async function post(
  query: string,
  variables: Record<string, unknown>,
  headers: Record<string, string>,
): Promise<Response> {
  return fetch(`${topology.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
}

it('a request’s correlation id is on every event it leads to, over all services', async () => {
  const correlationId = 'journey-of-one-request';
  const response = await post(
    `mutation ($input: EnrollInCourseInput!) { enrollInCourse(input: $input) { __typename } }`,
    { input: { courseId: course.id } },
    {
      authorization: `Bearer ${pupil.client.accessToken}`,
      'x-correlation-id': correlationId,
    },
  );
  expect(response.headers.get('x-correlation-id')).toBe(correlationId);
  await eventually(async () => {
    const [enrolled] = await topology.sql<{ id: string; type: string }>(
      'course',
      'SELECT id, type FROM outbox WHERE correlation_id = $1',
      [correlationId],
    );
    expect(enrolled?.type).toBe('course.enrollment.created.v1');
    const [told] = await topology.sql<{ causation_id: string }>(
      'notification',
      `SELECT causation_id FROM outbox WHERE correlation_id = $1 AND type = 'notification.notification.created.v1'`,
      [correlationId],
    );
    expect(told?.causation_id).toBe(enrolled?.id);
  });
});

it('a client cannot speak as the gateway', async () => {
  const response = await post(
    '{ me { id } }',
    {},
    {
      'x-lyceum-viewer': JSON.stringify({ kind: 'person', userId: admin.id }),
    },
  );
  const answer = (await response.json()) as { data: { me: unknown } | null };
  expect(answer.data?.me ?? null).toBeNull();
});

it('a forged or stale access token is refused as such', async () => {
  const [header, payload] = (pupil.client.accessToken ?? '').split('.');
  const response = await post(
    '{ me { id } }',
    {},
    { authorization: `Bearer ${header}.${payload}.c2lnbmF0dXJl` },
  );
  expect(response.status).toBe(401);
  expect(JSON.stringify(await response.json())).toContain('UNAUTHENTICATED');
});

it('logging out ends the session everywhere, at once', async () => {
  const leaver = await learner(topology, 'operations-school', 'Lea Leaver');
  await leaver.client.request('mutation { logout }');
  await eventually(async () => {
    const response = await post(
      '{ me { id } }',
      {},
      { authorization: `Bearer ${leaver.client.accessToken}` },
    );
    expect(response.status).toBe(401);
  });
});

it('what anybody may see goes by the id of a listed operation, and may be kept by caches', async () => {
  const path = projectPath('schema', 'operations', 'manifests', 'first-party.json');
  const { operations } = JSON.parse(await readFile(path, 'utf8')) as {
    operations: { id: string; name: string }[];
  };
  const { id } = operations.find(({ name }) => name === 'VerifyCertificate')!;
  const parameters = new URLSearchParams({
    extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash: id } }),
    variables: JSON.stringify({ code: 'NOBODY-HAS-THIS' }),
  });
  const response = await fetch(`${topology.url}/graphql?${String(parameters)}`);
  expect(response.headers.get('cache-control')).toBe('public, max-age=30');
  expect(await response.json()).toEqual({ data: { verifyCertificate: null } });
});

it('what asks for too much is refused with its cost, and costs points', async () => {
  const page = 'catalog(first: 100) { nodes { modules { lessons { topics { id } } } } }';
  const four = ['a', 'b', 'c', 'd'].map((alias) => `${alias}: ${page}`).join(' ');
  const { accessToken } = pupil.client;
  const { status, headers, body } = await ask(topology.url, accessToken, `{ ${four} }`);
  expect([status, body.errors?.[0]?.extensions]).toEqual([
    400,
    { code: 'OPERATION_TOO_EXPENSIVE', cost: expect.any(Number), max: 20_000 },
  ]);
  const limit = Number(headers.get('ratelimit-limit'));
  expect(limit - Number(headers.get('ratelimit-remaining'))).toBeGreaterThanOrEqual(20_000);
});

it('operators find health, metrics and public keys where they expect them', async () => {
  const at = (path: string) => fetch(`${topology.url}${path}`);
  expect((await at('/health/live')).status).toBe(200);
  expect((await at('/health/ready')).status).toBe(200);
  const metrics = await (await at('/metrics')).text();
  for (const name of ['lyceum_graphql_operation_seconds', 'lyceum_subgraph_fetch_seconds']) {
    expect(metrics).toContain(name);
  }
  const { keys } = (await (await at('/.well-known/jwks.json')).json()) as {
    keys: Record<string, unknown>[];
  };
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.every((key) => !('d' in key))).toBe(true);
});

it('what is recorded survives the loss of the process', async () => {
  const second = await learner(topology, 'operations-school', 'Rita Restart');
  const enrollmentId = await enroll(second.client, course.id);
  const program = topology.program('progress');
  await program.crash();
  await program.ready(60_000);
  await eventually(
    async () => {
      const { enrollment } = await second.client.request<{
        enrollment: { progress: { percent: number; totalTopics: number } };
      }>(`query ($id: ID!) { enrollment(id: $id) { progress { percent totalTopics } } }`, {
        id: enrollmentId,
      });
      expect(enrollment.progress).toEqual({ percent: 0, totalTopics: 2 });
    },
    { timeout: 30_000 },
  );
}, 120_000);

const asTeacher = async (query: string, variables?: Record<string, unknown>) => {
  const { status, body } = await ask(topology.url, teacher.client.accessToken, query, variables);
  return { status, ...body };
};
const newCourse = (title: string) => ({ input: { title, language: 'en' } });
const made = { createCourse: { id: expect.any(String) } };
const readiness = async () => (await fetch(`${topology.url}/health/ready`)).status;

async function coursesCalled(pattern: string): Promise<string[]> {
  const rows = await topology.sql<{ title: string }>(
    'course',
    'SELECT title FROM course WHERE title LIKE $1 ORDER BY title',
    [pattern],
  );
  return rows.map(({ title }) => title);
}

it('on SIGTERM readiness goes first, all that was asked is answered, and clients are sent elsewhere', async () => {
  const asSubscriber = {
    url: topology.url,
    accessToken: teacher.client.accessToken,
    query: ACTIVITY,
    variables: { courseId: course.id },
  };
  const socket = await subscribeBySocket(asSubscriber);
  const stream = await subscribeByStream(asSubscriber);
  const lock = await lockTable(topology, 'course', 'course');
  const overHttp = asTeacher(CREATE, newCourse('Ended over HTTP'));
  const overSocket = new Promise((resolve, reject) => {
    teacher.client.subscribe(CREATE, newCourse('Ended over a socket'), resolve, reject);
  });
  await lock.waitedForBy(2);

  const program = topology.program('gateway');
  const ended = program.terminate();
  await eventually(async () => expect(await readiness()).toBe(503));
  expect(await asTeacher('{ __typename }')).toEqual({ status: 200, data: { __typename: 'Query' } });
  expect([...socket.ends, ...stream.ends]).toEqual([]);

  await eventually(() => expect([socket.ends[0], stream.ends[0]]).toEqual(['1001 Going away', '']));
  await lock.release();
  expect(await overHttp).toEqual({ status: 200, data: made });
  expect(await overSocket).toEqual(made);
  const ending = await ended;
  expect(ending).toEqual(ENDED);
  expect(ending.ms).toBeLessThan(MOST_MS);

  await program.ready(60_000);
  expect(await coursesCalled('Ended over %')).toEqual(['Ended over HTTP', 'Ended over a socket']);
  expect([socket.isOver, stream.isOver]).toEqual([false, false]);
  await socket.stop();
  await stream.stop();
}, 120_000);

describeDistributed('a service that is told to end', () => {
  const QUERY = 'query ($id: ID!) { me { id } course(id: $id) { title } }';

  it('answers what it was asked; meanwhile the rest is answered without it', async () => {
    const lock = await lockTable(topology, 'course', 'course');
    const change = asTeacher(CREATE, newCourse('Asked before the end'));
    await lock.waitedForBy(1);
    const answers: Awaited<ReturnType<typeof asTeacher>>[] = [];
    const look = async () => answers.push(await asTeacher(QUERY, { id: course.id }));
    const traffic = startTraffic([look, look, look]);
    const program = topology.program('course');
    const ended = program.terminate();
    await eventually(() => expect(fetch(`${program.url}/health/live`)).rejects.toThrow());
    await lock.release();
    expect(await change).toEqual({ status: 200, data: made });
    const ending = await ended;
    expect(ending).toEqual(ENDED);
    expect(ending.ms).toBeLessThan(MOST_MS);
    await program.ready(60_000);
    const whole = { me: { id: teacher.id }, course: { title: 'Operations' } };
    await eventually(async () => {
      expect(await asTeacher(QUERY, { id: course.id })).toEqual({ status: 200, data: whole });
    });
    await traffic.end();
    expect(traffic.failures).toEqual([]);
    const unavailable = { extensions: expect.objectContaining({ code: 'SERVICE_UNAVAILABLE' }) };
    for (const answer of answers) {
      expect(answer).toMatchObject(
        answer.errors
          ? { status: 200, data: { ...whole, course: null }, errors: [unavailable] }
          : { status: 200, data: whole },
      );
    }
    expect(answers.some(({ errors }) => !errors)).toBe(true);
    expect(await coursesCalled('Asked before%')).toEqual(['Asked before the end']);
  }, 120_000);
});
