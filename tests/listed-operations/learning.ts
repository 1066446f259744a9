import { expect } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { enroll, RIGHT_WORD, view } from '../courses.js';
import type { Runs } from './run.js';
import type { School } from './school.js';

/** A published path of the course that the pupil completed. */
async function newPath({ admin, course }: School, title: string): Promise<string> {
  const { createLearningPath } = await admin.client.request<{ createLearningPath: { id: string } }>(
    `mutation ($title: String!) { createLearningPath(input: { title: $title }) { id } }`,
    { title },
  );
  const { id } = createLearningPath;
  await admin.client.request(
    `mutation ($input: SetLearningPathCoursesInput!, $id: ID!) {
      setLearningPathCourses(input: $input) { id } publishLearningPath(id: $id) { id }
    }`,
    { id, input: { learningPathId: id, courseIds: [course.id] } },
  );
  return id;
}

export const learning: Runs = {
  async Catalog(operation, { pupil, course }) {
    expect(await operation.ask(pupil.client, { search: 'Listed', language: 'en' })).toMatchObject({
      catalog: {
        totalCount: 1,
        nodes: [{ id: course.id, enrolledCount: 1, myEnrollment: { status: 'COMPLETED' } }],
        facets: { languages: [{ value: 'en', count: 1 }] },
      },
    });
  },

  async CoursePage(operation, { pupil, course }) {
    expect(await operation.ask(pupil.client, { id: course.id })).toMatchObject({
      course: {
        title: 'Listed',
        modules: [{ lessons: [{ topics: [{ title: 'Listed page' }, { title: 'Listed quiz' }] }] }],
        myEnrollment: { status: 'COMPLETED', source: 'SELF' },
      },
    });
  },

  async EnrollInCourse(operation, { newcomer, course }) {
    const { client } = await newcomer('Enno Enrolled');
    expect(await operation.ask(client, { input: { courseId: course.id } })).toMatchObject({
      enrollInCourse: {
        enrollment: {
          status: 'ACTIVE',
          course: { id: course.id, myEnrollment: { status: 'ACTIVE' } },
          progress: { percent: 0, nextTopic: { title: 'Listed page' } },
        },
      },
    });
  },

  async WithdrawFromCourse(operation, { newcomer, newCourse }) {
    const { id: courseId } = await newCourse('To be left');
    const { client } = await newcomer('Wim Withdrawn');
    const enrollmentId = await enroll(client, courseId);
    expect(await operation.ask(client, { enrollmentId })).toMatchObject({
      withdrawFromCourse: {
        status: 'WITHDRAWN',
        withdrawnAt: expect.any(String),
        course: { enrolledCount: 0 },
      },
    });
  },

  async CourseOutline(operation, { pupil, course, enrollmentId }) {
    const topics = [
      { myProgress: { state: 'COMPLETE' } },
      { myProgress: { state: 'COMPLETE_PASS' } },
    ];
    expect(await operation.ask(pupil.client, { courseId: course.id })).toMatchObject({
      course: {
        modules: [{ lessons: [{ topics }] }],
        myEnrollment: { id: enrollmentId },
        myProgress: {
          percent: 100,
          modules: [{ percent: 100, lessons: [{ percent: 100 }] }],
          certificate: { verificationCode: expect.any(String) },
        },
      },
    });
  },

  async CourseContent(operation, { pupil, course }) {
    const page = { id: course.pageBlockId, html: '<p>Listed content</p>' };
    const quiz = { id: course.quizBlockId, questions: [{ id: 'q1' }, { id: 'q2' }] };
    expect(await operation.ask(pupil.client, { courseId: course.id })).toMatchObject({
      course: { modules: [{ lessons: [{ topics: [{ blocks: [page] }, { blocks: [quiz] }] }] }] },
    });
  },

  async CompleteTopic(operation, { teacher, newcomer, newCourse }) {
    const { id: courseId, lessonId } = await newCourse('By hand');
    const { addTopic } = await teacher.client.request<{ addTopic: { id: string } }>(
      `mutation ($input: AddTopicInput!) { addTopic(input: $input) { id } }`,
      { input: { lessonId, title: 'By hand', completionRule: 'MANUAL' } },
    );
    await teacher.client.request(
      `mutation ($input: AddBlockInput!, $courseId: ID!) {
        addBlock(input: $input) { id } publishCourse(courseId: $courseId) { id }
      }`,
      { courseId, input: { topicId: addTopic.id, title: 'Do', page: { html: '<p>Do</p>' } } },
    );
    const { client } = await newcomer('Hanna Hand');
    const enrollmentId = await enroll(client, courseId);
    const answered = await eventually(() =>
      operation.ask(client, { input: { enrollmentId, topicId: addTopic.id } }),
    );
    expect(answered).toMatchObject({
      completeTopic: { completedTopics: 1, totalTopics: 3, nextTopic: { title: 'By hand page' } },
    });
  },

  async RecordActivities(operation, { newcomer, course }) {
    const { client } = await newcomer('Rea Reader');
    const enrollmentId = await enroll(client, course.id);
    const activity = {
      ...{ id: crypto.randomUUID(), enrollmentId, topicId: course.pageTopicId },
      ...{ blockId: course.pageBlockId, kind: 'VIEWED', occurredAt: new Date().toISOString() },
    };
    const unknown = { ...activity, id: crypto.randomUUID(), topicId: crypto.randomUUID() };
    expect(await operation.ask(client, { inputs: [activity, activity, unknown] })).toMatchObject({
      recordActivities: { accepted: 1, duplicates: 1, rejected: [{ index: 2, id: unknown.id }] },
    });
  },

  async SubmitAnswer(operation, { newcomer, course }) {
    const { client } = await newcomer('Ann Answerer');
    const enrollmentId = await enroll(client, course.id);
    const answers = [
      { questionId: 'q1', choiceIds: ['a'] },
      { questionId: 'q2', text: RIGHT_WORD },
    ];
    const input = { enrollmentId, blockId: course.quizBlockId, answers };
    expect(await operation.ask(client, { input })).toMatchObject({
      submitAnswer: {
        ...{ number: 1, score: 1, maxScore: 2, passed: false },
        answers: [{ correct: false }, { correct: true }],
        progress: { percent: 0, nextTopic: { title: 'Listed page' } },
      },
    });
  },

  async MyAttempts(operation, { pupil, course, enrollmentId }) {
    const { enrollment } = await operation.ask<{ enrollment: { attempts: { passed: boolean }[] } }>(
      pupil.client,
      { enrollmentId, blockId: course.quizBlockId },
    );
    expect(new Set(enrollment.attempts.map(({ passed }) => passed))).toEqual(
      new Set([false, true]),
    );
  },

  async MyCourses(operation, { pupil, course }) {
    expect(await operation.ask(pupil.client, { status: 'COMPLETED' })).toMatchObject({
      me: {
        enrollments: {
          nodes: [{ course: { id: course.id }, progress: { percent: 100, totalTopics: 2 } }],
        },
      },
    });
  },

  async MyCertificates(operation, { pupil, course }) {
    expect(await operation.ask(pupil.client)).toMatchObject({
      me: { certificates: [{ courseTitle: 'Listed', course: { id: course.id } }] },
    });
  },

  async VerifyCertificate(operation, { topology, pupil }) {
    const { me } = await pupil.client.request<{
      me: { certificates: { verificationCode: string }[] };
    }>('{ me { certificates { verificationCode } } }');
    const code = me.certificates[0]?.verificationCode;
    expect(await operation.ask(topology.client(), { code })).toMatchObject({
      verifyCertificate: { courseTitle: 'Listed', learnerName: 'Paula Pupil' },
    });
  },

  async LearningPaths(operation, school) {
    const id = await newPath(school, 'Listed among paths');
    const { learningPaths } = await operation.ask<{ learningPaths: { nodes: unknown[] } }>(
      school.pupil.client,
    );
    expect(learningPaths.nodes).toContainEqual(
      expect.objectContaining({
        id,
        courses: [expect.objectContaining({ id: school.course.id, title: 'Listed' })],
      }),
    );
  },

  async LearningPathPage(operation, school) {
    const { pupil, course } = school;
    const id = await newPath(school, 'Listed path');
    await pupil.client.request(
      `mutation ($id: ID!) { joinLearningPath(id: $id) { learningPath { id } } }`,
      { id },
    );
    await eventually(async () =>
      expect(await operation.ask(pupil.client, { id })).toMatchObject({
        learningPath: {
          title: 'Listed path',
          joinedAt: expect.any(String),
          courses: [{ id: course.id }],
          progress: { percent: 100, courses: [{ percent: 100, state: 'COMPLETE' }] },
        },
      }),
    );
  },

  async JoinLearningPath(operation, school) {
    const id = await newPath(school, 'To be joined');
    const { client } = await school.newcomer('Jo Joiner');
    expect(await operation.ask(client, { id })).toMatchObject({
      joinLearningPath: {
        learningPath: { id, joinedAt: expect.any(String) },
        courses: [{ enrollment: { status: 'ACTIVE' } }],
      },
    });
  },

  async CourseProgressUpdated(operation, { newcomer, course }) {
    const { client } = await newcomer('Lia Live');
    const enrollmentId = await enroll(client, course.id);
    const live = await operation.listen<{ courseProgressUpdated: { percent: number } }>(client, {
      courseId: course.id,
    });
    await view(client, enrollmentId, course.pageTopicId, course.pageBlockId);
    const heard = await live.until('the page', (m) => m.courseProgressUpdated.percent === 50);
    live.close();
    expect(heard.courseProgressUpdated).toMatchObject({
      ...{ completedTopics: 1, totalTopics: 2, nextTopic: { title: 'Listed quiz' } },
      modules: [{ percent: 50 }],
    });
  },
};
