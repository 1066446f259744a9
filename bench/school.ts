import { randomBytes } from 'node:crypto';
import { Session } from './session.js';

export interface Staff {
  readonly administrator: Session;
  readonly instructor: Session;
  readonly slug: string;
}

const ASSIGN = `mutation ($input: RoleInput!) { assignRole(input: $input) { id } }`;

const password = (): string => randomBytes(24).toString('base64url');

/** An organization of the measurement's own, with who runs it and who teaches. */
export async function foundSchool(url: string, name: string): Promise<Staff> {
  const slug = `${name}-${randomBytes(5).toString('hex')}`;
  const administrator = await Session.register(url, {
    email: `administrator@${slug}.example`,
    password: password(),
    name: 'Administrator',
    newOrganization: { name: `The ${name} school`, slug },
  });
  const instructor = await join(url, slug, 'instructor');
  await administrator.request(ASSIGN, {
    input: { userId: instructor.userId, role: 'INSTRUCTOR' },
  });
  await instructor.refresh();
  return { administrator, instructor, slug };
}

/** Registers somebody. @param name unique within the organization, fit for an address */
export function join(url: string, slug: string, name: string): Promise<Session> {
  return Session.register(url, {
    email: `${name}@${slug}.example`,
    password: password(),
    name: `${name[0]!.toUpperCase()}${name.slice(1)}`,
    organizationSlug: slug,
  });
}

/** Runs a mutation that takes an input and makes something. @returns the id of what was made */
export async function create(
  session: Session,
  mutation: string,
  input: Record<string, unknown>,
): Promise<string> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const answer = await session.request<Record<string, { id: string }>>(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { id } }`,
    { input },
  );
  return answer[mutation]!.id;
}

export async function publish(session: Session, courseId: string): Promise<void> {
  await session.request('mutation ($id: ID!) { publishCourse(courseId: $id) { id } }', {
    id: courseId,
  });
}

const ENROLL = `mutation ($courseId: ID!) { enrollInCourse(input: { courseId: $courseId }) {
  __typename ... on Enrolled { enrollment { id } } } }`;

/** Enrolls the person themself. @returns the enrollment's id */
export async function enroll(learner: Session, courseId: string): Promise<string> {
  const { enrollInCourse } = await learner.request<{
    enrollInCourse: { __typename: string; enrollment?: { id: string } };
  }>(ENROLL, { courseId });
  const { __typename, enrollment } = enrollInCourse;
  if (!enrollment) throw new Error(`Enrolling gave ${__typename}`);
  return enrollment.id;
}

/** A course of pages in one lesson, each completed by viewing. @returns its id and its topics' */
export async function publishPages(
  instructor: Session,
  title: string,
  pages: number,
  onPage: (done: number, all: number) => void = () => undefined,
): Promise<{ courseId: string; topicIds: string[] }> {
  const courseId = await create(instructor, 'createCourse', { title });
  const moduleId = await create(instructor, 'addModule', { courseId, title: 'Module' });
  const lessonId = await create(instructor, 'addLesson', { moduleId, title: 'Lesson' });
  const topicIds: string[] = [];
  for (let number = 1; number <= pages; number += 1) {
    const topicTitle = `Page ${number}`;
    const topicId = await create(instructor, 'addTopic', { lessonId, title: topicTitle });
    await create(instructor, 'addBlock', {
      topicId,
      title: topicTitle,
      page: { html: `<p>Page ${number} of ${pages}.</p>` },
    });
    topicIds.push(topicId);
    onPage(number, pages);
  }
  await publish(instructor, courseId);
  return { courseId, topicIds };
}
