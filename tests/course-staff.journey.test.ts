import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { enroll, publishTestCourse, type TestCourse } from './courses.js';
import { administrator, instructor, learner, type Person } from './people.js';
import { startTopology, type Topology } from './topology.js';

let topology: Topology;
let author: Person;
let colleague: Person;
let course: TestCourse;
let enrollmentId: string;

beforeAll(async () => {
  topology = await startTopology();
  const admin = await administrator(topology, 'staffed');
  author = await instructor(topology, 'staffed', admin, 'Ann Author');
  colleague = await instructor(topology, 'staffed', admin, 'Cem Colleague');
  const pupil = await learner(topology, 'staffed', 'Pia Pupil');
  course = await publishTestCourse(author.client, 'Staffed');
  enrollmentId = await enroll(pupil.client, course.id);
}, 240_000);
afterAll(() => topology?.stop(), 60_000);

const SEEN = `query ($id: ID!) { course(id: $id) {
  hasUnpublishedChanges insights { enrolled } enrollments(first: 5) { nodes { id progress { percent } } } } }`;
interface Seen {
  course: {
    hasUnpublishedChanges: boolean | null;
    insights: object | null;
    enrollments: { nodes: { id: string; progress: object | null }[] } | null;
  };
}

/** What each of the services opens to the colleague: course, analytics, progress, billing. */
async function opened(): Promise<boolean[]> {
  const { course: seen } = await colleague.client.request<Seen>(SEEN, { id: course.id });
  const price = { courseId: course.id, amountMinor: 100, currency: 'EUR' };
  const sold = await colleague.client
    .request('mutation ($i: SetCoursePriceInput!) { setCoursePrice(input: $i) { id } }', {
      i: price,
    })
    .then(
      () => true,
      () => false,
    );
  const [node] = seen.enrollments?.nodes ?? [];
  const follows = node?.id === enrollmentId && node.progress !== null;
  return [seen.hasUnpublishedChanges !== null, seen.insights !== null, follows, sold];
}

const staff = (mutation: string, type: string, more: object = {}) =>
  author.client.request(
    `mutation ($i: ${type}!) { ${mutation}(input: $i) { staff { user { name } } } }`,
    {
      i: { courseId: course.id, userId: colleague.id, ...more },
    },
  );

it('a course is its staff’s, in every service, from being added until being removed', async () => {
  expect(await opened()).toEqual([false, false, false, false]);
  expect(await staff('addCourseStaff', 'AddCourseStaffInput', { role: 'INSTRUCTOR' })).toEqual({
    addCourseStaff: {
      staff: [{ user: { name: 'Ann Author' } }, { user: { name: 'Cem Colleague' } }],
    },
  });
  await eventually(async () => expect(await opened()).toEqual([true, true, true, true]));
  await staff('removeCourseStaff', 'RemoveCourseStaffInput');
  await eventually(async () => expect(await opened()).toEqual([false, false, false, false]));
}, 60_000);
