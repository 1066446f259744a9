import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { enroll, publishTestCourse, view } from './courses.js';
import { administrator, instructor, learner, type Person } from './people.js';
import { settled, startTopology, type Topology } from './topology.js';

const COURSES = 20;
/** In all services together; see docs of the main screen in bench/README.md. */
const MOST_STATEMENTS = 9;

const MY_COURSES = `{ me { enrollments(first: 20) { nodes {
  status
  course { title }
  progress { percent completedTopics totalTopics nextTopic { title } }
} } } }`;

interface MyCourses {
  me: {
    enrollments: {
      nodes: {
        status: string;
        course: { title: string };
        progress: { percent: number; totalTopics: number; nextTopic: { title: string } | null };
      }[];
    };
  };
}

let topology: Topology;
let beginner: Person;
let busy: Person;

beforeAll(async () => {
  topology = await startTopology();
  const admin = await administrator(topology, 'screens');
  const teacher = await instructor(topology, 'screens', admin);
  beginner = await learner(topology, 'screens', 'Bea Beginner');
  busy = await learner(topology, 'screens', 'Bo Busy');
  for (let number = 1; number <= COURSES; number += 1) {
    const course = await publishTestCourse(teacher.client, `Course ${number}`);
    const enrollmentId = await enroll(busy.client, course.id);
    if (number === 1) await enroll(beginner.client, course.id);
    // Some are begun, so that not all rows look alike.
    if (number % 3 === 0) {
      await view(busy.client, enrollmentId, course.pageTopicId, course.pageBlockId);
    }
  }
  await settled(topology);
}, 240_000);
afterAll(() => topology?.stop(), 60_000);

it('my courses take the same few statements for 1 and for 20', async () => {
  const one = await beginner.client.request<MyCourses>(MY_COURSES);
  expect(one.me.enrollments.nodes).toHaveLength(1);
  const twenty = await busy.client.request<MyCourses>(MY_COURSES);
  expect(twenty.me.enrollments.nodes).toHaveLength(COURSES);
  expect(
    twenty.me.enrollments.nodes.filter(({ progress }) => progress.percent === 50),
  ).toHaveLength(6);
  for (const { course, progress } of twenty.me.enrollments.nodes) {
    expect(progress.totalTopics).toBe(2);
    const next = progress.percent === 50 ? 'quiz' : 'page';
    expect(progress.nextTopic?.title).toBe(`${course.title} ${next}`);
  }

  const forOne = await topology.statements(() => beginner.client.request(MY_COURSES));
  const forTwenty = await topology.statements(() => busy.client.request(MY_COURSES));
  expect(forTwenty).toBe(forOne);
  expect(forTwenty).toBeGreaterThan(0);
  expect(forTwenty).toBeLessThanOrEqual(MOST_STATEMENTS);
}, 60_000);
