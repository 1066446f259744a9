import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphError } from '@lyceum/standalone/graph-client';
import { Live } from '@lyceum/standalone/story/live';
import { eventually } from '@lyceum/testkit/eventually';
import { simpleParser } from 'mailparser';
import { answer, enroll, publishTestCourse, view, type TestCourse } from './courses.js';
import { administrator, instructor, learner, type Person } from './people.js';
import { settled, startTopology, type Topology } from './topology.js';

let topology: Topology;
let admin: Person;
let teacher: Person;
let colleague: Person;

beforeAll(async () => {
  topology = await startTopology();
  admin = await administrator(topology, 'override-school');
  teacher = await instructor(topology, 'override-school', admin);
  colleague = await instructor(topology, 'override-school', admin, 'Cem Colleague');
}, 240_000);
afterAll(() => topology?.stop(), 60_000);

const GRANT = `mutation ($input: GrantAttemptsInput!) {
  grantAttempts(input: $input) { attemptsAllowed attemptsLeft grants { reason } } }`;
const COMPLETE_FOR = `mutation ($input: CompleteTopicForInput!) {
  completeTopicFor(input: $input) { percent certificate { verificationCode } } }`;

interface Stuck {
  readonly pupil: Person;
  readonly course: TestCourse;
  readonly enrollmentId: string;
}

/** Somebody who did everything, and failed the only attempt at the quiz. */
async function stuck(title: string): Promise<Stuck> {
  const course = await publishTestCourse(teacher.client, title, { attemptsAllowed: 1 });
  const pupil = await learner(topology, 'override-school', `Pupil of ${title}`);
  const enrollmentId = await enroll(pupil.client, course.id);
  await view(pupil.client, enrollmentId, course.pageTopicId, course.pageBlockId);
  expect((await answer(pupil.client, enrollmentId, course, false)).passed).toBe(false);
  await expect(answer(pupil.client, enrollmentId, course)).rejects.toThrow('No attempts');
  return { pupil, course, enrollmentId };
}

async function codeOf(request: Promise<unknown>): Promise<string | undefined> {
  try {
    await request;
    return undefined;
  } catch (error) {
    return error instanceof GraphError ? error.code : String(error);
  }
}

/** Subjects of the mails to a person, once none is on its way any more. */
async function subjectsTo({ email }: Person): Promise<string[]> {
  await eventually(
    async () => {
      await settled(topology);
      const waiting = `SELECT 1 FROM delivery WHERE state = 'PENDING'`;
      expect(await topology.sql('notification', waiting)).toEqual([]);
    },
    { timeout: 30_000 },
  );
  const mails = await Promise.all((await topology.mails()).map((mail) => simpleParser(mail)));
  return mails
    .filter(({ to }) => JSON.stringify(to).includes(email))
    .map(({ subject }) => subject ?? '')
    .toSorted();
}

describe('a learner who failed the only attempt at a quiz', () => {
  it('gets another one from the teacher, passes, and has the certificate', async () => {
    const { pupil, course, enrollmentId } = await stuck('Knots');
    const input = { enrollmentId, blockId: course.quizBlockId, attempts: 1, reason: 'Power cut' };
    for (const person of [pupil, colleague]) {
      expect(await codeOf(person.client.request(GRANT, { input }))).toBe('PERMISSION_DENIED');
    }
    const stranger = await administrator(topology, 'override-elsewhere', 'Eve Elsewhere');
    expect(await codeOf(stranger.client.request(GRANT, { input }))).toBe('NOT_FOUND');

    const live = await Live.open<
      { courseProgressUpdated: { quizzes: { attemptsLeft: number }[] } },
      { quizzes: { attemptsLeft: number }[] }
    >(pupil.client, {
      query: `subscription ($courseId: ID!) {
        courseProgressUpdated(courseId: $courseId) { quizzes { attemptsLeft } } }`,
      variables: { courseId: course.id },
      pick: (data) => data.courseProgressUpdated,
    });
    // Sent twice with the same key, as after a broken connection.
    const key = crypto.randomUUID();
    for (const replayed of [null, 'true']) {
      const response = await fetch(`${topology.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': key,
          authorization: `Bearer ${teacher.client.accessToken}`,
        },
        body: JSON.stringify({ query: GRANT, variables: { input } }),
      });
      expect(await response.json()).toMatchObject({
        data: {
          grantAttempts: {
            ...{ attemptsAllowed: 2, attemptsLeft: 1, grants: [{ reason: 'Power cut' }] },
          },
        },
      });
      expect(response.headers.get('idempotency-replayed')).toBe(replayed);
    }
    await live.until('the granted attempt', ({ quizzes }) => quizzes[0]?.attemptsLeft === 1);
    live.close();

    expect((await answer(pupil.client, enrollmentId, course)).passed).toBe(true);
    await expect(answer(pupil.client, enrollmentId, course)).rejects.toThrow('No attempts');
    const { enrollment } = await pupil.client.request<{
      enrollment: { progress: { percent: number; certificate: { verificationCode: string } } };
    }>(
      `query ($id: ID!) { enrollment(id: $id) {
        progress { percent certificate { verificationCode } } } }`,
      { id: enrollmentId },
    );
    expect(enrollment.progress).toMatchObject({
      ...{ percent: 100, certificate: { verificationCode: expect.any(String) } },
    });
    expect(await subjectsTo(pupil)).toEqual([
      'Welcome to The override-school school',
      'You are enrolled in Knots',
      'You completed Knots: here is your certificate',
      'You have been granted more attempts: Knots quiz',
    ]);
  }, 120_000);

  it('has the topic completed by the teacher, with one mail: the certificate', async () => {
    const { pupil, course, enrollmentId } = await stuck('Sails');
    const input = { enrollmentId, topicId: course.quizTopicId, reason: 'Passed on paper' };
    for (const person of [pupil, colleague]) {
      expect(await codeOf(person.client.request(COMPLETE_FOR, { input }))).toBe(
        'PERMISSION_DENIED',
      );
    }
    const done = await teacher.client.request(COMPLETE_FOR, { input });
    expect(done).toMatchObject({
      completeTopicFor: { percent: 100, certificate: { verificationCode: expect.any(String) } },
    });
    expect(await teacher.client.request(COMPLETE_FOR, { input })).toEqual(done);
    await eventually(async () => {
      const { enrollment, topic } = await pupil.client.request<Record<string, object>>(
        `query ($id: ID!, $course: ID!) {
          enrollment(id: $id) { status }
          topic: course(id: $course) { modules { lessons { topics { myProgress {
            completionReason completedBy { name } } } } } }
        }`,
        { id: enrollmentId, course: course.id },
      );
      expect(enrollment).toEqual({ status: 'COMPLETED' });
      const byTeacher = {
        completionReason: 'Passed on paper',
        completedBy: { name: 'Ines Instructor' },
      };
      expect(topic).toMatchObject({
        modules: [
          {
            lessons: [
              {
                topics: [
                  { myProgress: { completionReason: null, completedBy: null } },
                  { myProgress: byTeacher },
                ],
              },
            ],
          },
        ],
      });
    });
    expect(await subjectsTo(pupil)).toEqual([
      'Welcome to The override-school school',
      'You are enrolled in Sails',
      'You completed Sails: here is your certificate',
    ]);
    const { me } = await pupil.client.request<{
      me: { notifications: { nodes: { template: string; body: string }[] } };
    }>('{ me { notifications(first: 20) { nodes { template body } } } }');
    const told = me.notifications.nodes.filter(
      ({ template }) => template === 'topic-completed-for',
    );
    expect(told.map(({ body }) => body)).toEqual([expect.stringContaining('Passed on paper')]);
  }, 120_000);
});
