import { randomBytes } from 'node:crypto';
import { Session } from '../session.js';
import { inParallel } from '../in-parallel.js';
import type { Dataset } from './dataset.js';

export interface Staff {
  readonly administrator: Session;
  readonly instructor: Session;
  readonly slug: string;
}

export interface Learner {
  readonly userId: string;
  readonly enrollmentId: string;
}

/** Hashing a password takes a core for a while: more at a time are not faster. */
const REGISTRATIONS_AT_A_TIME = 4;

const ASSIGN = `mutation ($input: RoleInput!) { assignRole(input: $input) { id } }`;
const ENROLL = `mutation ($courseId: ID!) { enrollInCourse(input: { courseId: $courseId }) {
  __typename ... on Enrolled { enrollment { id } } } }`;

const password = () => randomBytes(24).toString('base64url');

/** An organization of the replay's own, with who runs it and who teaches. */
export async function foundOrganization(url: string): Promise<Staff> {
  const slug = `oulad-${randomBytes(5).toString('hex')}`;
  const administrator = await Session.register(url, {
    email: `administrator@${slug}.example`,
    password: password(),
    name: 'Administrator of the replay',
    newOrganization: { name: 'Open University (replay)', slug },
  });
  const instructor = await Session.register(url, {
    email: `instructor@${slug}.example`,
    password: password(),
    name: 'Instructor of the replay',
    organizationSlug: slug,
  });
  await administrator.request(ASSIGN, {
    input: { userId: instructor.userId, role: 'INSTRUCTOR' },
  });
  await instructor.refresh();
  return { administrator, instructor, slug };
}

/** Registers every student and has them enroll themselves. */
export async function enrollStudents(
  url: string,
  slug: string,
  courseId: string,
  { students }: Dataset,
  onStep: (done: number, all: number) => void,
): Promise<Map<string, Learner>> {
  const learners = new Map<string, Learner>();
  await inParallel(students, REGISTRATIONS_AT_A_TIME, async (student) => {
    const session = await Session.register(url, {
      email: `student-${student}@${slug}.example`,
      password: password(),
      name: `Student ${student}`,
      organizationSlug: slug,
    });
    const { enrollInCourse } = await session.request<{
      enrollInCourse: { __typename: string; enrollment?: { id: string } };
    }>(ENROLL, { courseId });
    const { enrollment } = enrollInCourse;
    if (!enrollment) throw new Error(`Enrolling gave ${enrollInCourse.__typename}`);
    learners.set(student, { userId: session.userId, enrollmentId: enrollment.id });
    onStep(learners.size, students.length);
  });
  return learners;
}
