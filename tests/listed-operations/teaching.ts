import { expect } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { answer, enroll, view } from '../courses.js';
import type { Runs } from './run.js';

interface ByDay {
  day: string;
  count: number;
}

export const teaching: Runs = {
  async CourseRoster(operation, { teacher, pupil, course }) {
    const variables = { courseId: course.id, status: 'COMPLETED' };
    expect(await operation.ask(teacher.client, variables)).toMatchObject({
      course: {
        enrollments: {
          nodes: [{ learner: { id: pupil.id, name: 'Paula Pupil' }, progress: { percent: 100 } }],
        },
      },
    });
  },

  async CourseInsights(operation, { teacher, newCourse, newcomer }) {
    const course = await newCourse('Watched');
    const { client } = await newcomer('Wanda Watched');
    const enrollmentId = await enroll(client, course.id);
    await view(client, enrollmentId, course.pageTopicId, course.pageBlockId);
    await answer(client, enrollmentId, course, false);
    await eventually(async () => {
      const answered = await operation.ask<{
        course: {
          insights: { activityByDay: { interactions: number }[]; enrollmentsByDay: ByDay[] };
        };
      }>(teacher.client, { courseId: course.id });
      const { insights } = answered.course;
      expect(insights).toMatchObject({ enrolled: 1, active: 1, completed: 0, averagePercent: 50 });
      expect(insights).toMatchObject({
        topics: [{ topic: { title: 'Watched page' }, interactions: 1 }],
      });
      expect(insights.enrollmentsByDay).toHaveLength(30);
      // The two last days: midnight may have passed since.
      expect(insights.enrollmentsByDay.slice(-2)).toContainEqual(
        expect.objectContaining({ count: 1 }),
      );
      expect(insights.activityByDay.slice(-2)).toContainEqual(
        expect.objectContaining({ activeLearners: 1, interactions: 1 }),
      );
      expect(insights).toMatchObject({
        progressBands: expect.arrayContaining([
          expect.objectContaining({ fromPercent: 50, toPercent: 60, learners: 1 }),
        ]),
        questions: expect.arrayContaining([
          expect.objectContaining({ questionId: 'q1', answers: 1, correct: 0, facility: 0 }),
        ]),
      });
    });
  },

  async OrganizationOverview(operation, { admin }) {
    const { organization } = await operation.ask<{
      organization: { insights: Record<string, number> & Record<`${string}ByDay`, ByDay[]> };
    }>(admin.client);
    const { insights } = organization;
    expect(insights['completions']).toBeGreaterThanOrEqual(1);
    expect(insights['publishedCourses']).toBeGreaterThanOrEqual(1);
    for (const figure of ['activeLearners', 'enrollments', 'completions'] as const) {
      const days = insights[`${figure}ByDay`] as ByDay[];
      expect(days).toHaveLength(30);
      expect(days.slice(-2).some(({ count }) => count > 0)).toBe(true);
    }
  },

  async CourseActivity(operation, { teacher, newCourse, newcomer }) {
    const course = await newCourse('Live');
    const { client, id } = await newcomer('Cleo Classroom');
    const live = await operation.listen<{ courseActivity: { kind: string; attempt: unknown } }>(
      teacher.client,
      { courseId: course.id },
    );
    const enrollmentId = await enroll(client, course.id);
    await answer(client, enrollmentId, course, false);
    const enrolled = await live.until('enrolling', (m) => m.courseActivity.kind === 'ENROLLED');
    const answered = await live.until('the answer', (m) => m.courseActivity.attempt !== null);
    live.close();
    expect(enrolled.courseActivity).toMatchObject({ learner: { id, name: 'Cleo Classroom' } });
    expect(answered.courseActivity.attempt).toMatchObject({
      passed: false,
      answers: [{ questionId: 'q1', correct: false }, { questionId: 'q2' }],
    });
  },
};
