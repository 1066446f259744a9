import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { enroll, publishTestCourse, type TestCourse } from './courses.js';
import { administrator, instructor, learner, type Person } from './people.js';
import { startTopology, type Topology } from './topology.js';

let topology: Topology;
let admin: Person;
let pupil: Person;
let course: TestCourse;

beforeAll(async () => {
  topology = await startTopology();
  admin = await administrator(topology, 'operations-school');
  const teacher = await instructor(topology, 'operations-school', admin);
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
