import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { coursePublished } from '@lyceum/events/course';
import { activitiesRecorded } from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import { person } from '@lyceum/testkit/person';
import { testService, type TestService } from '@lyceum/testkit/service';
import { analyticsService } from '../app.js';
import { LARGEST } from '../largest.js';

const FIGURES = `query ($things: [_Any!]!, $day: LocalDate) { _entities(representations: $things) {
  ... on Course { insights { activityByDay(from: $day, to: $day) { interactions } topics { interactions } } }
  ... on User { engagement { interactions } }
} }`;

let app: TestService;
beforeAll(async () => {
  app = await testService(analyticsService);
});
afterAll(() => app.close());

it('counts on beside a learner whose client makes up more than a number can hold', async () => {
  const viewer = person({ roles: ['ORGANIZATION_ADMIN'] });
  const { organizationId } = viewer;
  const [courseId, topicId, learnerId] = [newId(), newId(), newId()];
  const of = { aggregateId: courseId, organizationId };
  const day = '2026-01-03';
  await app.deliver(coursePublished, {
    ...of,
    data: {
      courseId,
      versionNumber: 1,
      ...{ slug: 'c', title: 'C', publishedAt: '2026-01-01T00:00:00.000Z' },
      structure: { modules: [] },
    },
  });
  const record = (by: string, count: number) => ({
    id: newId(),
    enrollmentId: newId(),
    learnerId: by,
    ...{ topicId, blockId: null, kind: 'INTERACTED' as const, occurredAt: `${day}T10:00:00.000Z` },
    count,
    durationSeconds: 86_400,
  });
  const flood = Array.from({ length: 500 }, () => record(learnerId, 1_000_000));
  for (let batch = 0; batch < 5; batch += 1) {
    await app.deliver(activitiesRecorded, { ...of, data: { courseId, records: flood } });
  }
  const other = newId();
  await app.deliver(activitiesRecorded, { ...of, data: { courseId, records: [record(other, 7)] } });

  const { _entities: figures } = await app.as(viewer).ok<{ _entities: unknown[] }>(FIGURES, {
    day,
    things: [
      { __typename: 'Course', id: courseId },
      { __typename: 'User', id: learnerId },
      { __typename: 'User', id: other },
    ],
  });
  expect(figures).toEqual([
    {
      insights: {
        activityByDay: [{ interactions: LARGEST }],
        topics: [{ interactions: LARGEST }],
      },
    },
    { engagement: { interactions: LARGEST } },
    { engagement: { interactions: 7 } },
  ]);
});
