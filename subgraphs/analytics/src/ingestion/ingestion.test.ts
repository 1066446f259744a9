import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  courseChanged,
  coursePublished,
  courseStaffAdded,
  enrollmentCreated,
  enrollmentWithdrawn,
} from '@lyceum/events/course';
import {
  activitiesRecorded,
  attemptsGranted,
  attemptSubmitted,
  courseCompleted,
  courseProgressChanged,
  topicCompletedFor,
} from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import { person } from '@lyceum/testkit/person';
import { testService, type TestService } from '@lyceum/testkit/service';
import { analyticsService } from '../app.js';

const INSIGHTS = `query ($c: [_Any!]!, $from: LocalDate, $to: LocalDate) { _entities(representations: $c) { ... on Course { insights {
  enrolled active completed withdrawn completionRate averagePercent
  activityByDay(from: $from, to: $to) { day activeLearners interactions durationSeconds }
  enrollmentsByDay(from: $from, to: $to) { day count }
  progressBands { fromPercent toPercent learners }
  topics { topic { id } interactions }
  questions { prompt answers correct facility commonWrongAnswers { response count } }
} } } }`;

interface Insights {
  enrolled: number;
  active: number;
  completed: number;
  withdrawn: number;
  completionRate: number | null;
  averagePercent: number | null;
  activityByDay: { day: string; activeLearners: number; interactions: number }[];
  enrollmentsByDay: { day: string; count: number }[];
  progressBands: { fromPercent: number; toPercent: number; learners: number }[];
  topics: { topic: { id: string }; interactions: number }[];
  questions: { answers: number; correct: number; commonWrongAnswers: unknown[] }[];
}

let app: TestService;
beforeAll(async () => {
  app = await testService(analyticsService);
});
afterAll(() => app.close());

/** A published course of a new organization, with an instructor who watches it. */
async function publishedCourse() {
  const instructor = person({ roles: ['INSTRUCTOR'] });
  const { organizationId } = instructor;
  const courseId = newId();
  await app.deliver(coursePublished, {
    aggregateId: courseId,
    organizationId,
    data: {
      courseId,
      versionNumber: 1,
      slug: 'c',
      title: 'C',
      publishedAt: '2026-01-01T00:00:00.000Z',
      structure: { modules: [] },
    },
  });
  await app.deliver(courseStaffAdded, {
    aggregateId: courseId,
    organizationId,
    data: {
      ...{ courseId, courseTitle: 'C', addedBy: null },
      ...{ userId: instructor.userId, role: 'INSTRUCTOR' },
    },
  });
  const enroll = async (
    learnerId = newId(),
    enrollmentId = newId(),
    enrolledAt = '2026-01-02T00:00:00.000Z',
  ) => {
    await app.deliver(enrollmentCreated, {
      aggregateId: enrollmentId,
      organizationId,
      data: {
        enrollmentId,
        courseId,
        courseTitle: 'C',
        learnerId,
        source: 'SELF',
        enrolledAt,
      },
    });
    return { enrollmentId, learnerId, courseId };
  };
  return { instructor, organizationId, courseId, enroll };
}

async function insights(viewer: SignedIn, courseId: string): Promise<Insights | null> {
  const data = await app.as(viewer).ok<{ _entities: [{ insights: Insights | null }] }>(INSIGHTS, {
    c: [{ __typename: 'Course', id: courseId }],
    from: '2026-01-01',
    to: '2026-01-04',
  });
  return data._entities[0].insights;
}

function activity(
  of: { enrollmentId: string; learnerId: string },
  topicId: string,
  occurredAt: string,
  count: number,
) {
  return {
    id: newId(),
    ...{ enrollmentId: of.enrollmentId, learnerId: of.learnerId },
    topicId,
    blockId: null,
    kind: 'VIEWED' as const,
    occurredAt,
    count,
    durationSeconds: 10,
  };
}

describe('the title of a course', () => {
  it('is the one said last, whatever comes late, and only of what was published', async () => {
    const { organizationId, courseId } = await publishedCourse();
    const titleOf = async (id: string) =>
      (
        await app.sql<{ title: string }>('SELECT title FROM course_fact WHERE course_id = $1', [id])
      )[0]?.title;
    const rename = (id: string, title: string, time: Date) =>
      app.deliver(courseChanged, {
        ...{ aggregateId: id, organizationId, time },
        data: { courseId: id, slug: 'c', title, status: 'PUBLISHED' },
      });
    const at = Date.now();
    await rename(courseId, 'Newest', new Date(at + 60_000));
    await rename(courseId, 'Late', new Date(at + 30_000));
    await app.deliver(coursePublished, {
      ...{ aggregateId: courseId, organizationId, time: new Date(at + 40_000) },
      data: {
        ...{ courseId, versionNumber: 2, slug: 'c', title: 'Late too' },
        ...{ publishedAt: '2026-02-01T00:00:00.000Z', structure: { modules: [] } },
      },
    });
    expect(await titleOf(courseId)).toBe('Newest');
    const draft = newId();
    await rename(draft, 'Draft', new Date());
    expect(await titleOf(draft)).toBeUndefined();
  });
});

describe('the figures of a course', () => {
  it('count activity on the day it happened, once however often the event comes', async () => {
    const { instructor, organizationId, courseId, enroll } = await publishedCourse();
    const [ann, bob] = [await enroll(), await enroll()];
    const topicId = newId();
    const event = {
      id: newId(),
      aggregateId: courseId,
      organizationId,
      data: {
        courseId,
        records: [
          activity(ann, topicId, '2026-01-03T23:59:59.000Z', 3),
          activity(ann, topicId, '2026-01-03T10:00:00.000Z', 2),
          activity(bob, topicId, '2026-01-03T10:00:00.000Z', 1),
          // Days late, as an offline client sends it.
          activity(bob, topicId, '2026-01-02T10:00:00.000Z', 4),
        ],
      },
    };
    await app.deliver(activitiesRecorded, event);
    await app.deliver(activitiesRecorded, event);

    const figures = await insights(instructor, courseId);
    expect(figures?.activityByDay).toEqual([
      { day: '2026-01-01', activeLearners: 0, interactions: 0, durationSeconds: 0 },
      { day: '2026-01-02', activeLearners: 1, interactions: 4, durationSeconds: 10 },
      { day: '2026-01-03', activeLearners: 2, interactions: 6, durationSeconds: 30 },
      { day: '2026-01-04', activeLearners: 0, interactions: 0, durationSeconds: 0 },
    ]);
    expect(figures?.topics).toEqual([{ topic: { id: topicId }, interactions: 10 }]);
    const stored = await app.sql<{ n: string }>(
      'SELECT count(*) AS n FROM stored_event WHERE id = $1',
      [event.id],
    );
    expect(stored[0]?.n).toBe('1');
  });

  it('are not moved by what staff override, which is kept with who did it and why', async () => {
    const { instructor, organizationId, courseId, enroll } = await publishedCourse();
    const enrolled = await enroll();
    const before = await insights(instructor, courseId);
    const by = instructor.userId;
    const at = '2026-01-03T00:00:00.000Z';
    const of = { aggregateId: enrolled.enrollmentId, organizationId, actorId: by };
    const about = {
      ...{ enrollmentId: enrolled.enrollmentId, learnerId: enrolled.learnerId, courseId },
      ...{ courseTitle: 'C', topicId: newId(), reason: 'Power cut' },
    };
    await app.deliver(attemptsGranted, {
      ...of,
      data: {
        ...{ ...about, grantId: newId(), blockId: newId(), quizTitle: 'Q', attempts: 1 },
        ...{ attemptsAllowed: 2, attemptsLeft: 1, grantedBy: by, grantedAt: at },
      },
    });
    await app.deliver(topicCompletedFor, {
      ...of,
      data: {
        ...{ ...about, topicTitle: 'T', completedBy: by, completedAt: at },
        completesCourse: false,
      },
    });
    expect(await insights(instructor, courseId)).toEqual(before);
    const kept = await app.sql(
      `SELECT type, actor_id, data->>'reason' AS reason FROM stored_event
       WHERE aggregate_id = $1 AND type LIKE 'progress.%' ORDER BY type`,
      [enrolled.enrollmentId],
    );
    expect(kept).toEqual(
      [attemptsGranted, topicCompletedFor].map(({ type }) => ({
        ...{ type, actor_id: by, reason: 'Power cut' },
      })),
    );
  });

  it('follow enrollments, however the events of two services interleave', async () => {
    const { instructor, organizationId, courseId, enroll } = await publishedCourse();
    const early = { enrollmentId: newId(), learnerId: newId(), courseId };
    const of = { aggregateId: early.enrollmentId, organizationId };
    await app.deliver(courseProgressChanged, {
      ...of,
      data: {
        ...early,
        percent: 100,
        completedTopics: 1,
        totalTopics: 1,
        state: 'COMPLETE',
        newlyCompletedTopicIds: [],
      },
    });
    await app.deliver(courseCompleted, {
      ...of,
      data: { ...early, courseTitle: 'C', completedAt: '2026-01-03T00:00:00.000Z' },
    });
    await enroll(early.learnerId, early.enrollmentId);
    await enroll();
    const gone = await enroll();
    await app.deliver(enrollmentWithdrawn, {
      aggregateId: gone.enrollmentId,
      organizationId,
      data: { ...gone, courseTitle: 'C', withdrawnAt: '2026-01-03T00:00:00.000Z' },
    });
    expect(await insights(instructor, courseId)).toMatchObject({
      enrolled: 3,
      active: 1,
      completed: 1,
      withdrawn: 1,
      completionRate: 100 / 3,
      averagePercent: 50,
    });
  });

  it('count enrollments on the day they were made, the last moment of the last day included', async () => {
    const { instructor, courseId, enroll } = await publishedCourse();
    const at = (moment: string) => enroll(newId(), newId(), moment);
    await at('2025-12-31T23:59:59.999Z');
    await at('2026-01-01T00:00:00.000Z');
    await at('2026-01-03T12:00:00.000Z');
    await at('2026-01-04T00:00:00.000Z');
    await at('2026-01-04T23:59:59.999Z');
    await at('2026-01-05T00:00:00.000Z');
    const figures = await insights(instructor, courseId);
    expect(figures?.enrollmentsByDay).toEqual([
      { day: '2026-01-01', count: 1 },
      { day: '2026-01-02', count: 0 },
      { day: '2026-01-03', count: 1 },
      { day: '2026-01-04', count: 2 },
    ]);
    expect(figures?.progressBands).toHaveLength(10);
    expect(figures?.progressBands[0]).toEqual({ fromPercent: 0, toPercent: 10, learners: 6 });
  });

  it('say which answers go wrong', async () => {
    const { instructor, organizationId, courseId, enroll } = await publishedCourse();
    const ann = await enroll();
    const quiz = { topicId: newId(), blockId: newId() };
    const responses = [
      'Rome',
      'Rome',
      'Rome',
      'Bern',
      'Bern',
      'Bonn',
      'Oslo',
      'Riga',
      'Kyiv',
      'Paris',
    ];
    for (const [number, response] of responses.entries()) {
      const correct = response === 'Paris';
      await app.deliver(attemptSubmitted, {
        aggregateId: ann.enrollmentId,
        organizationId,
        data: {
          ...ann,
          ...quiz,
          attemptId: newId(),
          number: number + 1,
          score: correct ? 1 : 0,
          maxScore: 1,
          passed: correct,
          submittedAt: '2026-01-03T00:00:00.000Z',
          answers: [{ questionId: 'q1', prompt: 'Capital of France?', response, correct }],
        },
      });
    }
    expect((await insights(instructor, courseId))?.questions).toEqual([
      {
        prompt: 'Capital of France?',
        answers: 10,
        correct: 1,
        facility: 10,
        commonWrongAnswers: [
          { response: 'Rome', count: 3 },
          { response: 'Bern', count: 2 },
          ...Array.from({ length: 3 }, () => ({ response: expect.any(String), count: 1 })),
        ],
      },
    ]);
  });

  it('are nobody else’s business', async () => {
    const { organizationId, courseId } = await publishedCourse();
    expect(await insights(person({ organizationId }), courseId)).toBeNull();
    expect(await insights(person({ roles: ['ORGANIZATION_ADMIN'] }), courseId)).toBeNull();
  });
});

describe('the figures of an organization', () => {
  const QUERY = `query ($o: [_Any!]!, $from: LocalDate, $to: LocalDate) { _entities(representations: $o) { ... on Organization { insights {
    publishedCourses learners enrollments completions
    activeLearnersByDay(from: $from, to: $to) { day count }
    enrollmentsByDay(from: $from, to: $to) { day count }
  } } } }`;

  it('sum over its courses', async () => {
    const { organizationId, courseId, enroll } = await publishedCourse();
    const admin = person({ organizationId, roles: ['ORGANIZATION_ADMIN'] });
    const ann = await enroll();
    await app.deliver(activitiesRecorded, {
      aggregateId: courseId,
      organizationId,
      data: { courseId, records: [activity(ann, newId(), '2026-01-02T10:00:00.000Z', 1)] },
    });
    const variables = {
      o: [{ __typename: 'Organization', id: organizationId }],
      from: '2026-01-02',
      to: '2026-01-03',
    };
    expect(await app.as(admin).ok(QUERY, variables)).toEqual({
      _entities: [
        {
          insights: {
            publishedCourses: 1,
            learners: 1,
            enrollments: 1,
            completions: 0,
            activeLearnersByDay: [
              { day: '2026-01-02', count: 1 },
              { day: '2026-01-03', count: 0 },
            ],
            enrollmentsByDay: [
              { day: '2026-01-02', count: 1 },
              { day: '2026-01-03', count: 0 },
            ],
          },
        },
      ],
    });
    const stranger = person({ roles: ['ORGANIZATION_ADMIN'] });
    expect(await app.as(stranger).ok(QUERY, variables)).toEqual({
      _entities: [{ insights: null }],
    });
  });

  it('refuse a range without end', async () => {
    const { organizationId } = await publishedCourse();
    const admin = person({ organizationId, roles: ['ORGANIZATION_ADMIN'] });
    const o = [{ __typename: 'Organization', id: organizationId }];
    const range = { o, from: '1990-01-01', to: '2026-01-01' };
    expect(await app.as(admin).refusal(QUERY, range)).toBe('BAD_USER_INPUT');
  });
});
