import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offersChanged } from '@lyceum/events/billing';
import { learningPathJoined, learningPathPublished } from '@lyceum/events/course';
import { person } from '@lyceum/testkit/person';
import { scene, type EnrollAnswer, type Scene } from '../../test/scene.js';

let at: Scene;
beforeAll(async () => {
  at = await scene();
});
afterAll(() => at.close());

const SET = `mutation ($i: SetLearningPathCoursesInput!) { setLearningPathCourses(input: $i) { courses { id } } }`;
const PUBLISH = `mutation ($id: ID!) { publishLearningPath(id: $id) { status publishedAt } }`;
const READ = `query ($id: ID!) { learningPath(id: $id) { title joinedAt courses { id } } }`;
const JOIN = `mutation ($id: ID!) { joinLearningPath(id: $id) { learningPath { joinedAt } courses {
  __typename ... on Enrolled { enrollment { id status source } } ... on PaymentRequired { course { id } }
  ... on PrerequisitesUnmet { missing { id } } } } }`;

async function path(...courseIds: string[]): Promise<string> {
  const graph = at.app.as(at.author);
  const { createLearningPath } = await graph.ok<{ createLearningPath: { id: string } }>(
    'mutation { createLearningPath(input: { title: "Path" }) { id } }',
  );
  const learningPathId = createLearningPath.id;
  await graph.ok(SET, { i: { learningPathId, courseIds } });
  return learningPathId;
}

describe('a learning path', () => {
  it('is a draft for those who manage it until it is published with its courses in order', async () => {
    const [a, b] = [await at.outline(), await at.outline()];
    const id = await path(b.courseId, a.courseId);
    const learner = at.app.as(at.learner());
    expect(await learner.ok(READ, { id })).toEqual({ learningPath: null });
    expect(await learner.refusal(JOIN, { id })).toBe('NOT_FOUND');
    expect(await learner.refusal(PUBLISH, { id })).toBe('PERMISSION_DENIED');
    await at.app.as(at.author).ok(PUBLISH, { id });
    expect(await learner.ok(READ, { id })).toEqual({
      learningPath: {
        title: 'Path',
        joinedAt: null,
        courses: [{ id: b.courseId }, { id: a.courseId }],
      },
    });
    const stranger = at.app.as(person({ roles: ['ORGANIZATION_ADMIN'] }));
    expect(await stranger.ok(READ, { id })).toEqual({ learningPath: null });

    await at.app.as(at.author).ok(SET, { i: { learningPathId: id, courseIds: [a.courseId] } });
    const events = await at.app.published(learningPathPublished);
    expect(
      events.filter(({ aggregateId }) => aggregateId === id).map(({ data }) => data.courseIds),
    ).toEqual([[b.courseId, a.courseId], [a.courseId]]);
    const none = { i: { learningPathId: id, courseIds: [] } };
    expect(await at.app.as(at.author).refusal(SET, none)).toBe('CONFLICT');
    expect(await at.app.as(at.author).refusal(PUBLISH, { id: await path() })).toBe('CONFLICT');
  });

  it('enrolls in what is open, tells what is not, and opens the rest when its time comes', async () => {
    const [open, later, paid, draft] = [
      await at.outline(),
      await at.outline(),
      await at.outline(),
      await at.draft(),
    ];
    await at.app
      .as(at.author)
      .ok('mutation ($i: SetPrerequisitesInput!) { setPrerequisites(input: $i) { id } }', {
        i: { courseId: later.courseId, prerequisiteIds: [open.courseId] },
      });
    await at.app.deliver(offersChanged, {
      ...{ aggregateId: paid.courseId, organizationId: at.organizationId },
      data: { courseId: paid.courseId, paymentRequired: true, lowestPrice: null },
    });
    const id = await path(open.courseId, later.courseId, paid.courseId, draft.courseId);
    await at.app.as(at.author).ok(PUBLISH, { id });

    const learner = at.learner();
    const join = async () =>
      (
        await at.app
          .as(learner)
          .ok<{ joinLearningPath: { courses: EnrollAnswer[]; learningPath: object } }>(JOIN, { id })
      ).joinLearningPath;
    const first = await join();
    expect(first.courses).toMatchObject([
      { __typename: 'Enrolled', enrollment: { status: 'ACTIVE', source: 'LEARNING_PATH' } },
      { __typename: 'PrerequisitesUnmet', missing: [{ id: open.courseId }] },
      { __typename: 'PaymentRequired', course: { id: paid.courseId } },
    ]);
    expect(first.learningPath).toEqual({ joinedAt: expect.any(String) });
    expect(await join()).toEqual(first);
    const joined = await at.app.published(learningPathJoined);
    expect(joined.filter(({ aggregateId }) => aggregateId === id)).toHaveLength(1);

    await at.complete(learner, open.courseId);
    const mine = `query ($id: ID) { course(id: $id) { myEnrollment { status source } } }`;
    expect(await at.app.as(learner).ok(mine, { id: later.courseId })).toEqual({
      course: { myEnrollment: { status: 'ACTIVE', source: 'LEARNING_PATH' } },
    });
  });
});
