import { expect } from '@jest/globals';
import { answer, enroll, type TestCourse } from '../courses.js';
import type { Person } from '../people.js';
import type { Runs } from './run.js';
import type { School } from './school.js';

interface Stuck {
  readonly learner: Person;
  readonly course: TestCourse;
  readonly enrollmentId: string;
}

/** Somebody who failed the only attempt at a quiz. */
async function stuck({ newcomer, newCourse }: School, name: string): Promise<Stuck> {
  const course = await newCourse(`For ${name}`, 1);
  const learner = await newcomer(name);
  const enrollmentId = await enroll(learner.client, course.id);
  await answer(learner.client, enrollmentId, course, false);
  return { learner, course, enrollmentId };
}

export const overriding: Runs = {
  async GrantAttempts(operation, school) {
    const { learner, course, enrollmentId } = await stuck(school, 'Stina Stuck');
    const { teacher } = school;
    const blockId = course.quizBlockId;
    const input = { enrollmentId, blockId, attempts: 2, reason: 'Power cut' };
    expect(await operation.ask(teacher.client, { input })).toMatchObject({
      grantAttempts: {
        ...{ blockId, topic: { title: 'For Stina Stuck quiz' } },
        ...{ attemptsAllowed: 3, attemptsMade: 1, attemptsLeft: 2, bestPercent: 0, passed: false },
        grants: [{ attempts: 2, reason: 'Power cut', grantedBy: { name: 'Ines Instructor' } }],
        courseProgress: { id: enrollmentId, percent: 0 },
      },
    });
    expect((await answer(learner.client, enrollmentId, course)).passed).toBe(true);
  },

  async CompleteTopicFor(operation, school) {
    const { course, enrollmentId } = await stuck(school, 'Till Tired');
    const input = { enrollmentId, topicId: course.quizTopicId, reason: 'Passed on paper' };
    expect(await operation.ask(school.admin.client, { input })).toMatchObject({
      completeTopicFor: {
        ...{ id: enrollmentId, percent: 50, completedTopics: 1, totalTopics: 2 },
        ...{ state: 'INCOMPLETE', nextTopic: { title: 'For Till Tired page' }, certificate: null },
      },
    });
  },

  async LearnerProgress(operation, school) {
    const { learner, course, enrollmentId } = await stuck(school, 'Lotte Lost');
    const { teacher } = school;
    await teacher.client.request(
      `mutation ($grant: GrantAttemptsInput!, $topic: CompleteTopicForInput!) {
        grantAttempts(input: $grant) { blockId } completeTopicFor(input: $topic) { id }
      }`,
      {
        grant: { enrollmentId, blockId: course.quizBlockId, attempts: 1, reason: 'Power cut' },
        topic: { enrollmentId, topicId: course.quizTopicId, reason: 'Passed on paper' },
      },
    );
    for (const { client } of [learner, teacher]) {
      expect(await operation.ask(client, { enrollmentId })).toMatchObject({
        enrollment: {
          id: enrollmentId,
          progress: {
            ...{ percent: 50, learner: { name: 'Lotte Lost' } },
            modules: [
              {
                lessons: [
                  {
                    topics: [
                      { state: 'INCOMPLETE', completedBy: null, completionReason: null },
                      {
                        ...{ state: 'COMPLETE', completionReason: 'Passed on paper' },
                        completedBy: { id: teacher.id, name: 'Ines Instructor' },
                      },
                    ],
                  },
                ],
              },
            ],
            quizzes: [{ attemptsLeft: 1, grants: [{ reason: 'Power cut' }] }],
          },
        },
      });
    }
  },
};
