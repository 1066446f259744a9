import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import { accountRegistered } from '@lyceum/events/auth';
import { courseCompleted } from '@lyceum/events/progress';
import { person } from '@lyceum/testkit/person';
import { testService, type TestService } from '@lyceum/testkit/service';
import { courseService } from '../src/app.js';

/** The one secret of the sample quiz: no learner may ever find these words in an answer. */
export const SECRET = 'xyzzy-the-accepted-answer';

export interface Scene {
  app: TestService;
  organizationId: string;
  author: SignedIn;
  learner(): SignedIn;
  /** A learner whose registration has reached the service. */
  registered(): Promise<SignedIn>;
  /** A draft with a page, a video, a link, a document and a quiz in two topics. */
  draft(input?: Record<string, unknown>): Promise<DraftIds>;
  /** The same, published. */
  course(input?: Record<string, unknown>): Promise<DraftIds>;
  /** Published, of one topic without content: for tests of everything but content. */
  outline(input?: Record<string, unknown>): Promise<{ courseId: string }>;
  publish(courseId: string): Promise<void>;
  enroll(viewer: SignedIn, courseId: string, learnerId?: string): Promise<EnrollAnswer>;
  complete(learner: SignedIn, courseId: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * How many SQL statements the work takes. The relay works beside it through the same pool and can
 * only add, so the fewest of some runs is the work's own.
 */
export async function statementsOf(
  app: TestService,
  work: () => Promise<unknown>,
): Promise<number> {
  const counts = [];
  for (let run = 0; run < 4; run += 1) counts.push(await app.statements(work));
  return Math.min(...counts);
}

export interface DraftIds {
  courseId: string;
  moduleId: string;
  lessonId: string;
  topicId: string;
  quizTopicId: string;
  quizId: string;
}

export interface EnrollAnswer {
  __typename: 'Enrolled' | 'Waitlisted' | 'PaymentRequired' | 'PrerequisitesUnmet';
  enrollment?: { id: string; status: string; source: string };
  position?: number;
  missing?: { id: string }[];
  course?: { id: string };
}

export const ENROLL = `mutation ($input: EnrollInCourseInput!) {
  enrollInCourse(input: $input) {
    __typename
    ... on Enrolled { enrollment { id status source } }
    ... on Waitlisted { enrollment { id status source } position }
    ... on PaymentRequired { course { id } }
    ... on PrerequisitesUnmet { missing { id } }
  }
}`;

export const ADD_BLOCK = `mutation ($input: AddBlockInput!) { addBlock(input: $input) { id kind title position } }`;

export const QUIZ = {
  introduction: '<p>Think.</p>',
  passingPercent: 60,
  questions: [
    {
      id: 'one',
      kind: 'SINGLE_CHOICE',
      prompt: 'Which?',
      choices: [
        { id: 'a', text: 'This' },
        { id: 'b', text: 'That' },
      ],
      correctChoiceIds: ['b'],
    },
    { id: 'two', kind: 'TEXT', prompt: 'Say it.', acceptedTexts: [SECRET] },
    {
      id: 'three',
      kind: 'NUMERIC',
      prompt: '6 × 7?',
      acceptedRanges: [{ minimum: 42, maximum: 42 }],
    },
  ],
};

export async function scene(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'lyceum-course-'));
  const app = await testService(courseService, {
    settings: { MEDIA_DIR: folder, COURSE_SECRET: 'a secret of thirty-two characters' },
  });
  const organizationId = newId();
  const author = person({ organizationId, roles: ['INSTRUCTOR'] });
  const graph = app.as(author);
  const learner = () => person({ organizationId });
  let count = 0;

  async function add(field: string, type: string, input: object): Promise<string> {
    const answer = await graph.ok<Record<string, { id: string }>>(
      `mutation ($input: ${type}!) { ${field}(input: $input) { id } }`,
      { input },
    );
    return answer[field]!.id;
  }

  function create(input: Record<string, unknown>): Promise<string> {
    count += 1;
    return add('createCourse', 'CreateCourseInput', { title: `Course ${count}`, ...input });
  }

  async function draft(input: Record<string, unknown> = {}): Promise<DraftIds> {
    const courseId = await create(input);
    const moduleId = await add('addModule', 'AddModuleInput', { courseId, title: 'Module' });
    const lessonId = await add('addLesson', 'AddLessonInput', { moduleId, title: 'Lesson' });
    const topicId = await add('addTopic', 'AddTopicInput', { lessonId, title: 'Reading' });
    const quizTopicId = await add('addTopic', 'AddTopicInput', {
      ...{ lessonId, title: 'Quiz', completionRule: 'QUIZ_SCORE' },
    });
    const block = (more: object) => add('addBlock', 'AddBlockInput', more);
    const html = '<p onclick="x()">Hello <script>alert(1)</script><img src="media:pic1"></p>';
    await block({ topicId, title: 'Page', page: { html } });
    await block({ topicId, title: 'Video', video: { url: 'https://youtu.be/abc' } });
    await block({ topicId, title: 'Link', link: { url: 'https://example.org/' } });
    const document = { url: 'media:doc1', filename: 'a.pdf', contentType: 'application/pdf' };
    await block({ topicId, title: 'Document', document });
    const quizId = await block({ topicId: quizTopicId, title: 'Quiz', quiz: QUIZ });
    return { courseId, moduleId, lessonId, topicId, quizTopicId, quizId };
  }

  async function publish(courseId: string): Promise<void> {
    await graph.ok('mutation ($id: ID!) { publishCourse(courseId: $id) { id } }', { id: courseId });
  }

  return {
    app,
    organizationId,
    author,
    learner,
    draft,
    publish,
    async outline(input = {}) {
      const courseId = await create(input);
      const moduleId = await add('addModule', 'AddModuleInput', { courseId, title: 'Module' });
      const lessonId = await add('addLesson', 'AddLessonInput', { moduleId, title: 'Lesson' });
      await add('addTopic', 'AddTopicInput', { lessonId, title: 'Topic' });
      await publish(courseId);
      return { courseId };
    },
    async close() {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
    async registered() {
      const someone = learner();
      await app.deliver(accountRegistered, {
        aggregateId: someone.userId,
        organizationId,
        data: {
          ...{ userId: someone.userId, email: 'a@example.org', name: 'A', locale: 'en' },
          timeZone: 'UTC',
          organization: { id: organizationId, slug: 'school', name: 'School', founded: false },
          roles: [],
          registeredAt: new Date().toISOString(),
        },
      });
      return someone;
    },
    async course(input) {
      const ids = await draft(input);
      await publish(ids.courseId);
      return ids;
    },
    async enroll(viewer, courseId, learnerId) {
      const answer = await app
        .as(viewer)
        .ok<{ enrollInCourse: EnrollAnswer }>(ENROLL, { input: { courseId, learnerId } });
      return answer.enrollInCourse;
    },
    async complete(someone, courseId) {
      const [enrollment] = await app.sql<{ id: string }>(
        'SELECT id FROM enrollment WHERE course_id = $1 AND learner_id = $2',
        [courseId, someone.userId],
      );
      await app.deliver(courseCompleted, {
        aggregateId: enrollment!.id,
        organizationId,
        data: {
          ...{ enrollmentId: enrollment!.id, courseId, learnerId: someone.userId },
          courseTitle: 'Course',
          completedAt: new Date().toISOString(),
        },
      });
    },
  };
}
