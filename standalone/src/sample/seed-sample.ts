import { GraphError, type GraphClient } from '../graph-client.js';
import type { Home } from '../home.js';
import { answerKeys, courseContent } from '../story/course-content.js';
import { eventually } from '../story/eventually.js';
import { completeCourse, enroll } from '../story/learn.js';
import { register, signIn, type SignedInPerson } from '../story/people.js';
import { ensureDemoAccounts, type DemoAccount } from './demo-accounts.js';
import { OPERATORS_COURSE } from './operators-content.js';
import { ensureCourse } from './sample-course.js';
import { SAMPLE_COURSE } from './sample-content.js';
import { readSampleRecord, writeSampleRecord } from './sample-record.js';

export const SAMPLE_ORGANIZATION = { name: 'Sample Academy', slug: 'sample-academy' } as const;
const PATH_TITLE = 'From learner to operator';

/**
 * Puts in the sample organization through the public graph, as any client would. Interrupted at any
 * point it goes on where it was; once complete, a further call does nothing.
 */
export async function seedSample(
  url: string,
  home: Home,
  onProgress: (message: string) => void = () => undefined,
): Promise<void> {
  if (await readSampleRecord(home)) return;
  onProgress('Putting in the sample organization');
  const accounts = await ensureDemoAccounts(home);
  const people = await arrive(url, accounts);
  const { instructor, learners } = people;

  onProgress('Writing the sample courses');
  const courseId = await ensureCourse(instructor.client, SAMPLE_COURSE);
  const operatorsCourseId = await ensureCourse(instructor.client, OPERATORS_COURSE);
  const courseIds = [courseId, operatorsCourseId];
  const learningPathId = await ensureLearningPath(instructor.client, courseIds);

  onProgress('Learning a little');
  const keys = await answerKeys(instructor.client, courseId);
  const [finished, halfway] = learners as [SignedInPerson, SignedInPerson];
  await learn(finished.client, courseId, { keys, mistakes: 1 }, SAMPLE_TOPICS);
  await finished.client.request(
    'mutation Join($id: ID!) { joinLearningPath(id: $id) { learningPath { id } } }',
    { id: learningPathId },
  );
  const manual = MANUAL_TOPIC;
  const half = await learn(halfway.client, courseId, { keys, mistakes: 2 }, manual);

  await writeSampleRecord(home, {
    organizationId: people.organizationId,
    ...{ courseId, operatorsCourseId, learningPathId },
    enrollmentId: half.enrollmentId,
    manualTopicId: half.content.topics[manual]!.id,
    certificateCode: await certificateCode(finished.client, courseId),
  });
}

const topicsOfCourse = SAMPLE_COURSE.modules.flatMap(({ lessons }) =>
  lessons.flatMap(({ topics }) => topics),
);
const SAMPLE_TOPICS = topicsOfCourse.length;
/** Place of the first topic that a learner completes by saying so. */
const MANUAL_TOPIC = topicsOfCourse.findIndex(({ completionRule }) => completionRule === 'MANUAL');

async function arrive(url: string, accounts: readonly DemoAccount[]) {
  const [administrator] = accounts.filter(({ role }) => role === 'Administrator');
  const [teacher] = accounts.filter(({ role }) => role === 'Instructor');
  if (!administrator || !teacher) throw new Error('demo-accounts.json lacks an account.');
  const admin = await comeIn(url, administrator, { newOrganization: SAMPLE_ORGANIZATION });
  const { organization } = await admin.client.request<{ organization: { id: string } }>(
    'query { organization { id } }',
  );
  const joining = { organizationSlug: SAMPLE_ORGANIZATION.slug };
  const { id: userId } = await comeIn(url, teacher, joining);
  await admin.client.request(
    'mutation Assign($input: RoleInput!) { assignRole(input: $input) { id } }',
    { input: { userId, role: 'INSTRUCTOR' } },
  );
  // Roles are in the access token: a new one holds the new role.
  const instructor = await signIn(url, teacher);
  const learners: SignedInPerson[] = [];
  for (const learner of accounts.filter(({ role }) => role === 'Learner')) {
    learners.push(await comeIn(url, learner, joining));
  }
  return { organizationId: organization.id, instructor, learners };
}

/** Registers, or signs in who registered at an earlier try. */
async function comeIn(
  url: string,
  account: DemoAccount,
  where: Parameters<typeof register>[2],
): Promise<SignedInPerson> {
  try {
    return await register(url, account, where);
  } catch (error) {
    if (!(error instanceof GraphError) || error.code !== 'CONFLICT') throw error;
  }
  try {
    return await signIn(url, account);
  } catch (error) {
    throw new Error(
      `${account.email} is registered with another password than demo-accounts.json holds. Start with an empty folder, or without the sample (SAMPLE=off).`,
      { cause: error },
    );
  }
}

async function ensureLearningPath(client: GraphClient, courseIds: string[]): Promise<string> {
  const { learningPaths } = await client.request<{
    learningPaths: { nodes: { id: string; title: string; status: string }[] };
  }>('query { learningPaths(first: 100) { nodes { id title status } } }');
  const known = learningPaths.nodes.find(({ title }) => title === PATH_TITLE);
  if (known?.status === 'PUBLISHED') return known.id;
  const id = known?.id ?? (await createLearningPath(client));
  await client.request(
    `mutation Courses($input: SetLearningPathCoursesInput!) {
      setLearningPathCourses(input: $input) { id }
    }`,
    { input: { learningPathId: id, courseIds } },
  );
  await client.request('mutation Open($id: ID!) { publishLearningPath(id: $id) { id } }', { id });
  return id;
}

async function createLearningPath(client: GraphClient): Promise<string> {
  const summary = 'Take the platform as a learner first, then learn to keep it running.';
  const { createLearningPath: made } = await client.request<{
    createLearningPath: { id: string };
  }>(
    'mutation Path($input: CreateLearningPathInput!) { createLearningPath(input: $input) { id } }',
    { input: { title: PATH_TITLE, summary } },
  );
  return made.id;
}

/** Enrolls and completes the first topics of a course; done again, it changes nothing. */
async function learn(
  client: GraphClient,
  courseId: string,
  knowledge: Pick<Parameters<typeof completeCourse>[2], 'keys' | 'mistakes'>,
  topics: number,
) {
  const enrollmentId = await enroll(client, courseId);
  const content = await courseContent(client, courseId);
  const first = { topics: content.topics.slice(0, topics) };
  await completeCourse(client, first, { enrollmentId, ...knowledge });
  return { enrollmentId, content };
}

async function certificateCode(client: GraphClient, courseId: string): Promise<string> {
  const { course } = await eventually(
    'The certificate',
    () =>
      client.request<{
        course: { myProgress: { certificate: { verificationCode: string } | null } | null };
      }>(
        'query Code($id: ID!) { course(id: $id) { myProgress { certificate { verificationCode } } } }',
        { id: courseId },
      ),
    ({ course: { myProgress } }) => Boolean(myProgress?.certificate),
  );
  return course.myProgress!.certificate!.verificationCode;
}
