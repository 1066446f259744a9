import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answer, enroll, publishTestCourse, view } from './courses.js';
import { callsWithIds, publicSchema, selectEverything } from './every-field.js';
import { administrator, instructor, learner, type Person } from './people.js';
import { settled, startTopology, type Topology } from './topology.js';

/** Stands in every name and text of the first organization. */
const MARK = 'ZEBRA';

let topology: Topology;
let admin: Person;
let stranger: Person;
let ids: Record<string, string>;

beforeAll(async () => {
  topology = await startTopology();
  admin = await administrator(topology, 'zebra-school', `${MARK} Admin`);
  const teacher = await instructor(topology, 'zebra-school', admin, `${MARK} Teacher`);
  const pupil = await learner(topology, 'zebra-school', `${MARK} Pupil`);
  const course = await publishTestCourse(teacher.client, MARK);
  const enrollmentId = await enroll(pupil.client, course.id);
  await view(pupil.client, enrollmentId, course.pageTopicId, course.pageBlockId);
  await answer(pupil.client, enrollmentId, course);
  const { createTeam } = await admin.client.request<{ createTeam: { id: string } }>(
    `mutation { createTeam(input: { name: "${MARK} team" }) { id } }`,
  );
  const { createLearningPath } = await teacher.client.request<{
    createLearningPath: { id: string };
  }>(`mutation { createLearningPath(input: { title: "${MARK} path" }) { id } }`);
  await settled(topology);
  const notification = await topology.sql<{ id: string }>(
    'notification',
    'SELECT id FROM notification WHERE recipient_id = $1 LIMIT 1',
    [pupil.id],
  );
  ids = {
    courseId: course.id,
    moduleId: course.moduleId,
    lessonId: course.lessonId,
    topicId: course.quizTopicId,
    blockId: course.quizBlockId,
    enrollmentId,
    userId: pupil.id,
    learnerId: pupil.id,
    organizationId: admin.organizationId,
    teamId: createTeam.id,
    learningPathId: createLearningPath.id,
    notificationId: notification[0]?.id ?? '',
  };
  stranger = await administrator(topology, 'lion-school', 'Leo Stranger');
}, 180_000);
afterAll(() => topology?.stop(), 60_000);

/** Everything the stranger's call brings back, errors included. */
async function asStranger(query: string, variables: Record<string, unknown> = {}): Promise<string> {
  const response = await fetch(`${topology.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${stranger.client.accessToken}`,
    },
    body: JSON.stringify({ query, variables }),
  });
  return response.text();
}

/** What the first organization looks like to its own administrator. */
async function wholeCourse(): Promise<unknown> {
  return admin.client.request(
    `query ($id: ID!, $enrollment: ID!) {
      course(id: $id) { id slug title summary status capacity publishedVersion enrolledCount paymentRequired
        offers { id } prerequisites { id }
        modules(version: DRAFT) { id title position lessons { id title position topics { id title position blocks { id title } } } } }
      enrollment(id: $enrollment) { id status progress { percent completedTopics } }
      organization { name registration teams { nodes { name members { nodes { id } } } } }
    }`,
    { id: ids['courseId'], enrollment: ids['enrollmentId'] },
  );
}

describe('another organization', () => {
  it('sees nothing through any query that takes an id', async () => {
    const schema = await publicSchema(stranger.client);
    const query = schema.getQueryType();
    if (!query) throw new Error('no queries');
    const calls = callsWithIds(query, 'query', ids, 2);
    expect(calls.length).toBeGreaterThan(30);
    for (const call of calls) {
      const answered = await asStranger(call.operation, call.variables);
      expect({ call: call.field, answered }).not.toMatchObject({
        answered: expect.stringContaining(MARK),
      });
    }
  }, 120_000);

  it('sees nothing through any query that takes none', async () => {
    const schema = await publicSchema(stranger.client);
    for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
      if (field.args.some((argument) => String(argument.type).endsWith('!'))) continue;
      const answered = await asStranger(`{ ${field.name} ${selectEverything(field.type, 3)} }`);
      expect({ field: field.name, answered }).not.toMatchObject({
        answered: expect.stringContaining(MARK),
      });
      // A query that fails as a whole would show nothing either, and prove nothing.
      expect({ field: field.name, answered }).toMatchObject({
        answered: expect.stringContaining('"data":{'),
      });
    }
  }, 120_000);

  it('changes nothing through any mutation that takes an id', async () => {
    const before = await wholeCourse();
    const schema = await publicSchema(stranger.client);
    const mutation = schema.getMutationType();
    if (!mutation) throw new Error('no mutations');
    const calls = callsWithIds(mutation, 'mutation', ids, 2);
    expect(calls.length).toBeGreaterThan(100);
    for (const call of calls) {
      const answered = await asStranger(call.operation, call.variables);
      expect({ call: call.field, answered }).not.toMatchObject({
        answered: expect.stringContaining(MARK),
      });
    }
    await settled(topology);
    expect(await wholeCourse()).toEqual(before);
  }, 180_000);

  it('hears nothing through any subscription', async () => {
    const heard: unknown[] = [];
    const stops = [
      `subscription ($courseId: ID!) { courseActivity(courseId: $courseId) { kind } }`,
      `subscription ($courseId: ID!) { courseProgressUpdated(courseId: $courseId) { percent } }`,
    ].map((query) =>
      stranger.client.subscribe(query, { courseId: ids['courseId'] }, (data) => heard.push(data)),
    );
    const seen: unknown[] = [];
    const own = admin.client.subscribe(
      `subscription ($courseId: ID!) { courseActivity(courseId: $courseId) { kind } }`,
      { courseId: ids['courseId'] },
      (data) => seen.push(data),
    );
    const newcomer = await learner(topology, 'zebra-school', `${MARK} Newcomer`);
    const enrollmentId = await enroll(newcomer.client, ids['courseId'] as string);
    // What the administrator hears proves that there was something to hear.
    for (let i = 0; i < 100 && seen.length === 0; i += 1) {
      await view(newcomer.client, enrollmentId, ids['topicId'] as string, ids['blockId'] as string);
      await settled(topology);
    }
    expect(seen.length).toBeGreaterThan(0);
    expect(heard).toEqual([]);
    for (const stop of [...stops, own]) stop();
  }, 60_000);
});
