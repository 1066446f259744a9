import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';
import { archiveFolder } from '@lyceum/standalone/story/archive-folder';
import { decideOnPaymentPage, offersOf, startCheckout } from '@lyceum/standalone/story/checkout';
import {
  answerKeys,
  courseContent,
  type AnswerKeys,
  type CourseContent,
} from '@lyceum/standalone/story/course-content';
import { importCourse, type CourseImport } from '@lyceum/standalone/story/import-course';
import {
  answerQuiz,
  askToEnroll,
  completeCourse,
  completeTopic,
  enroll,
  type Attempt,
} from '@lyceum/standalone/story/learn';
import { Live } from '@lyceum/standalone/story/live';
import { uploadFile } from '@lyceum/standalone/story/upload';
import { eventually } from '@lyceum/testkit/eventually';
import { publishTestCourse } from './courses.js';
import { testSettings } from './env.js';
import { administrator, instructor, learner, type Person } from './people.js';
import { startTopology, type Topology } from './topology.js';

const OPEN_EDX = resolve(
  projectPath(),
  testSettings.LYCEUM_SHARED_DATA,
  'openedx-demo-course/course',
);
const isOpenEdx = existsSync(OPEN_EDX);
const COURSE = isOpenEdx ? OPEN_EDX : projectPath('standalone', 'assets', 'olx-sample');

interface Progress {
  percent: number;
  completedTopics: number;
  totalTopics: number;
  state: string;
  nextTopic: { id: string; title: string } | null;
  modules: { percent: number; lessons: { percent: number; topics: { state: string }[] }[] }[];
  certificate: { verificationCode: string } | null;
}
const PROGRESS = `percent completedTopics totalTopics state nextTopic { id title }
  modules { percent lessons { percent topics { state } } } certificate { verificationCode }`;

interface Activity {
  kind: string;
  learner: { id: string; name: string };
  progress: { percent: number } | null;
  attempt: { passed: boolean } | null;
}

let topology: Topology;
let admin: Person;
let teacher: Person;
let pupil: Person;
let imported: CourseImport;
let content: CourseContent;
let keys: AnswerKeys;
let enrollmentId: string;
let progress: Live<Progress>;
let activity: Live<Activity>;
let notifications: Live<{ title: string; category: string }>;

beforeAll(async () => {
  topology = await startTopology();
  admin = await administrator(topology, 'main-school');
  teacher = await instructor(topology, 'main-school', admin);
  pupil = await learner(topology, 'main-school', 'Paula Pupil');
}, 180_000);
afterAll(async () => {
  for (const live of [progress, activity, notifications]) live?.close();
  await topology?.stop();
}, 60_000);

async function importFolder(folder: string): Promise<CourseImport> {
  const temporary = await mkdtemp(join(tmpdir(), 'lyceum-olx-'));
  try {
    const archive = join(temporary, 'course.tar.gz');
    await archiveFolder(folder, archive);
    const uploadId = await uploadFile(teacher.client, {
      filename: 'course.tar.gz',
      contentType: 'application/gzip',
      bytes: new Uint8Array(await readFile(archive)),
    });
    return await importCourse(teacher.client, uploadId);
  } finally {
    await rm(temporary, { recursive: true });
  }
}

describe(`the main job, on ${isOpenEdx ? 'the Open edX demo course' : 'a course of our own, for want of the Open edX one'}`, () => {
  it('an instructor imports a course and gets a draft and a report', async () => {
    imported = await importFolder(COURSE);
    expect(imported).toMatchObject({ state: 'SUCCEEDED', percent: 100 });
    const { course } = await teacher.client.request<{
      course: { status: string; modules: { lessons: { topics: unknown[] }[] }[] };
    }>(
      `query ($id: ID!) { course(id: $id) { status modules(version: DRAFT) { lessons { topics { id } } } } }`,
      { id: imported.course?.id },
    );
    expect(course.status).toBe('DRAFT');
    const lessons = course.modules.flatMap((module) => module.lessons);
    const topics = lessons.flatMap((lesson) => lesson.topics);
    if (isOpenEdx) {
      const skipped = imported.report?.skipped ?? [];
      expect([course.modules.length, lessons.length, topics.length]).toEqual([6, 17, 58]);
      expect(skipped.length).toBeGreaterThan(0);
      for (const { path, reason } of skipped) {
        expect([path, reason].every((text) => text.length > 0)).toBe(true);
      }
    }
  }, 120_000);

  it('a learner does not see the draft, and finds the course once it is published', async () => {
    const search = `query ($text: String) { catalog(search: $text) { nodes { id title } } }`;
    const variables = { text: imported.course?.title };
    const before = await pupil.client.request<{ catalog: { nodes: unknown[] } }>(search, variables);
    expect(before.catalog.nodes).toEqual([]);
    const draft = await pupil.client.request(`query ($id: ID!) { course(id: $id) { id } }`, {
      id: imported.course?.id,
    });
    expect(draft).toEqual({ course: null });
    await teacher.client.request(`mutation ($id: ID!) { publishCourse(courseId: $id) { id } }`, {
      id: imported.course?.id,
    });
    const after = await pupil.client.request<{ catalog: { nodes: { id: string }[] } }>(
      search,
      variables,
    );
    expect(after.catalog.nodes.map((node) => node.id)).toEqual([imported.course?.id]);
  });

  it('enrolls, and sees an untouched progress in the very same answer', async () => {
    const courseId = imported.course?.id as string;
    activity = await Live.open<{ courseActivity: Activity }, Activity>(teacher.client, {
      query: `subscription ($courseId: ID!) { courseActivity(courseId: $courseId) {
        kind learner { id name } progress { percent } attempt { passed } } }`,
      variables: { courseId },
      pick: (data) => data.courseActivity,
    });
    progress = await Live.open<{ courseProgressUpdated: Progress }, Progress>(pupil.client, {
      query: `subscription ($courseId: ID!) { courseProgressUpdated(courseId: $courseId) { ${PROGRESS} } }`,
      variables: { courseId },
      pick: (data) => data.courseProgressUpdated,
    });
    notifications = await Live.open<
      { notificationReceived: { title: string; category: string } },
      { title: string; category: string }
    >(pupil.client, {
      query: `subscription { notificationReceived { title category } }`,
      pick: (data) => data.notificationReceived,
    });

    const { enrollInCourse } = await pupil.client.request<{
      enrollInCourse: { enrollment: { id: string; progress: Progress } };
    }>(
      `mutation ($input: EnrollInCourseInput!) { enrollInCourse(input: $input) {
        ... on Enrolled { enrollment { id progress { ${PROGRESS} } } } } }`,
      { input: { courseId } },
    );
    enrollmentId = enrollInCourse.enrollment.id;
    expect(enrollInCourse.enrollment.progress).toMatchObject({
      percent: 0,
      completedTopics: 0,
      state: 'INCOMPLETE',
      certificate: null,
    });
    const seen = await activity.until('the enrollment', ({ kind }) => kind === 'ENROLLED');
    expect(seen.learner).toEqual({ id: pupil.id, name: 'Paula Pupil' });
  });

  it('does a topic and hears of it live, topic, lesson, module and course', async () => {
    content = await courseContent(pupil.client, imported.course?.id as string);
    keys = await answerKeys(teacher.client, imported.course?.id as string);
    const [first, second] = content.topics;
    if (!first || !second) throw new Error('the course is too small');
    await completeTopic(pupil.client, first, { enrollmentId, keys });
    const heard = await progress.until('the first topic', (m) => m.completedTopics === 1);
    expect(heard.percent).toBe(Math.round(100 / content.topics.length));
    expect(heard.nextTopic?.id).toBe(second.id);
    expect(heard.modules[0]?.lessons[0]?.topics[0]?.state).toMatch(/^COMPLETE/);
    const watched = await activity.until('the progress', ({ kind }) => kind === 'PROGRESSED');
    expect(watched.progress?.percent).toBe(heard.percent);
  });

  it('completes the course, with mistakes on the way, and gets one certificate', async () => {
    await completeCourse(pupil.client, content, { enrollmentId, keys, mistakes: 2 });
    const done = await progress.until('the end', (message) => message.percent === 100, 60_000);
    expect(done).toMatchObject({ totalTopics: content.topics.length, nextTopic: null });
    expect(done.modules.every((module) => module.percent === 100)).toBe(true);
    await activity.until('the completion', ({ kind }) => kind === 'COMPLETED');
    await activity.until('a wrong answer', ({ attempt }) => attempt?.passed === false);

    const { enrollment } = await eventually(async () => {
      const data = await pupil.client.request<{
        enrollment: { status: string; progress: Progress };
      }>(`query ($id: ID!) { enrollment(id: $id) { status progress { ${PROGRESS} } } }`, {
        id: enrollmentId,
      });
      expect(data.enrollment.status).toBe('COMPLETED');
      return data;
    });
    const code = enrollment.progress.certificate?.verificationCode as string;
    const anyone = topology.client();
    const verified = await anyone.request<{ verifyCertificate: unknown }>(
      `query ($code: String!) { verifyCertificate(code: $code) { learnerName courseTitle } }`,
      { code },
    );
    expect(verified.verifyCertificate).toEqual({
      learnerName: 'Paula Pupil',
      courseTitle: content.title,
    });
  }, 120_000);

  it('is told of it in the feed, live and by e-mail, once', async () => {
    await notifications.until(
      'the certificate',
      ({ title }) => title === `You completed ${content.title}`,
      30_000,
    );
    const about = async () =>
      (await topology.mails()).filter(
        (mail) => mail.includes(pupil.email) && /ertificat/.test(mail),
      );
    await eventually(async () => expect((await about()).length).toBe(1), { timeout: 20_000 });
  }, 60_000);

  it('shows up in the instructor’s and the administrator’s figures', async () => {
    interface Figures {
      course: {
        insights: {
          enrolled: number;
          completed: number;
          questions: { answers: number; correct: number }[];
        };
      };
    }
    await eventually(
      async () => {
        const { course } = await teacher.client.request<Figures>(
          `query ($id: ID!) { course(id: $id) { insights { enrolled completed questions { answers correct } } } }`,
          { id: imported.course?.id },
        );
        expect(course.insights).toMatchObject({ enrolled: 1, completed: 1 });
        if (isOpenEdx) {
          expect(course.insights.questions.some((q) => q.correct < q.answers)).toBe(true);
        }
      },
      { timeout: 20_000 },
    );
    const { organization } = await admin.client.request<{
      organization: { insights: { completions: number; activeLearnersByDay: { count: number }[] } };
    }>(`{ organization { insights { completions activeLearnersByDay { count } } } }`);
    expect(organization.insights.completions).toBe(1);
    expect(organization.insights.activeLearnersByDay.at(-1)?.count).toBe(1);
  }, 60_000);
});

it('an imported quiz completes its topic once it is submitted, with every answer wrong', async () => {
  const failing = await learner(topology, 'main-school', 'Frida Failing');
  const enrolled = await enroll(failing.client, content.id);
  const topic = content.topics.find(({ completionRule }) => completionRule === 'QUIZ_SCORE');
  if (!topic) throw new Error('the course has no quiz');
  const quizzes = topic.blocks.filter((block) => block.kind === 'QUIZ');
  const attempts: Attempt[] = [];
  for (const quiz of quizzes) {
    const learning = { enrollmentId: enrolled, keys };
    attempts.push(await answerQuiz(failing.client, quiz, learning, 'WRONG'));
  }
  expect(attempts.map(({ passed }) => passed)).toEqual(quizzes.map(() => false));
  const { enrollment } = await failing.client.request<{ enrollment: { progress: Progress } }>(
    `query ($id: ID!) { enrollment(id: $id) { progress { ${PROGRESS} } } }`,
    { id: enrolled },
  );
  expect(enrollment.progress).toMatchObject({ completedTopics: 1, state: 'INCOMPLETE' });
});

/** The course hears of its price by event. */
async function priced(id: string): Promise<void> {
  await eventually(async () => {
    const { course } = await pupil.client.request<{ course: { paymentRequired: boolean } }>(
      `query ($id: ID!) { course(id: $id) { paymentRequired } }`,
      { id },
    );
    expect(course.paymentRequired).toBe(true);
  });
}

describe('a paid course', () => {
  it('wants payment, and the paid order opens it', async () => {
    const course = await publishTestCourse(teacher.client, 'Paid');
    await teacher.client.request(
      `mutation ($input: SetCoursePriceInput!) { setCoursePrice(input: $input) { id } }`,
      { input: { courseId: course.id, amountMinor: 4900, currency: 'EUR' } },
    );
    await priced(course.id);
    expect((await askToEnroll(pupil.client, course.id)).outcome).toBe('PaymentRequired');
    const [offer] = await offersOf(pupil.client, course.id);
    expect(offer?.price).toEqual({ amountMinor: 4900, currency: 'EUR' });
    const { orderId, paymentUrl } = await startCheckout(pupil.client, offer?.id as string);
    await decideOnPaymentPage(paymentUrl, 'pay');
    await decideOnPaymentPage(paymentUrl, 'pay').catch(() => undefined);
    await eventually(async () => {
      const { course: bought } = await pupil.client.request<{
        course: { myEnrollment: { status: string } | null };
      }>(`query ($id: ID!) { course(id: $id) { myEnrollment { status } } }`, { id: course.id });
      expect(bought.myEnrollment?.status).toBe('ACTIVE');
    });
    const { order } = await pupil.client.request<{ order: { status: string } }>(
      `query ($id: ID!) { order(id: $id) { status } }`,
      { id: orderId },
    );
    expect(order.status).toBe('PAID');
  }, 60_000);

  it('stays closed when payment is declined', async () => {
    const course = await publishTestCourse(teacher.client, 'Dear');
    await teacher.client.request(
      `mutation ($input: SetCoursePriceInput!) { setCoursePrice(input: $input) { id } }`,
      { input: { courseId: course.id, amountMinor: 100, currency: 'EUR' } },
    );
    await priced(course.id);
    expect((await askToEnroll(pupil.client, course.id)).outcome).toBe('PaymentRequired');
    const [offer] = await offersOf(pupil.client, course.id);
    const { paymentUrl } = await startCheckout(pupil.client, offer?.id as string);
    await decideOnPaymentPage(paymentUrl, 'decline');
    expect((await askToEnroll(pupil.client, course.id)).outcome).toBe('PaymentRequired');
  }, 60_000);
});

describe('a full course', () => {
  it('keeps a waitlist, and a seat that frees goes to the first on it', async () => {
    const course = await publishTestCourse(teacher.client, 'Small');
    await teacher.client.request(
      `mutation ($input: UpdateCourseInput!) { updateCourse(input: $input) { id } }`,
      { input: { courseId: course.id, capacity: 1 } },
    );
    const first = await enroll(pupil.client, course.id);
    const late = await learner(topology, 'main-school', 'Lars Late');
    expect((await askToEnroll(late.client, course.id)).outcome).toBe('Waitlisted');
    await pupil.client.request(
      `mutation ($id: ID!) { withdrawFromCourse(enrollmentId: $id) { id } }`,
      {
        id: first,
      },
    );
    const { course: seen } = await late.client.request<{
      course: { myEnrollment: { status: string } };
    }>(`query ($id: ID!) { course(id: $id) { myEnrollment { status } } }`, { id: course.id });
    expect(seen.myEnrollment.status).toBe('ACTIVE');
  }, 60_000);
});
