import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entitlementGranted, offersChanged } from '@lyceum/events/billing';
import { courseChanged } from '@lyceum/events/course';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import { scene, type Scene } from '../../test/scene.js';

let at: Scene;
beforeAll(async () => {
  at = await scene();
});
afterAll(() => at.close());

const author = () => at.app.as(at.author);
const update = (courseId: string, input: object) =>
  author().ok(`mutation ($input: UpdateCourseInput!) { updateCourse(input: $input) { id } }`, {
    input: { courseId, ...input },
  });
const archive = (id: string) =>
  author().ok(`mutation ($id: ID!) { archiveCourse(courseId: $id) { id } }`, { id });
const restore = (id: string) =>
  author().ok(`mutation ($id: ID!) { restoreCourse(courseId: $id) { status enrolledCount } }`, {
    id,
  });

async function toldOf(courseId: string) {
  const events = await at.app.published(courseChanged);
  return events.filter((event) => event.aggregateId === courseId).map(({ data }) => data);
}

async function pay(courseId: string, holderId: string) {
  const { organizationId } = at;
  const entitlementId = newId();
  const grantedAt = new Date().toISOString();
  await at.app.deliver(entitlementGranted, {
    ...{ aggregateId: entitlementId, organizationId },
    data: { entitlementId, holderId, courseId, orderId: newId(), grantedAt },
  });
}

async function paidCourse(input: object = {}) {
  const { courseId } = await at.outline({ ...input });
  const data = { courseId, paymentRequired: true, lowestPrice: null };
  const { organizationId } = at;
  await at.app.deliver(offersChanged, { aggregateId: courseId, organizationId, data });
  return courseId;
}

async function enrollmentOf(learner: SignedIn, courseId: string) {
  const rows = await at.app.sql<{ status: string; source: string }>(
    'SELECT status, source FROM enrollment WHERE course_id = $1 AND learner_id = $2',
    [courseId, learner.userId],
  );
  return rows[0];
}

describe('the other services are told', () => {
  it('of a new title or slug, and of nothing else that is said of a course', async () => {
    const { courseId } = await at.outline({ title: 'Knots', slug: 'knots' });
    await update(courseId, { summary: 'How to tie.', capacity: 5 });
    await update(courseId, { title: 'Knots' });
    expect(await toldOf(courseId)).toEqual([]);
    await update(courseId, { title: 'Knots and splices' });
    await update(courseId, { slug: 'knots-and-splices' });
    const title = 'Knots and splices';
    expect(await toldOf(courseId)).toEqual([
      { courseId, slug: 'knots', title, status: 'PUBLISHED' },
      { courseId, slug: 'knots-and-splices', title, status: 'PUBLISHED' },
    ]);
  });

  it('that a course was archived and restored, once, and as what', async () => {
    const { courseId } = await at.outline();
    for (const change of [archive, archive, restore, restore]) await change(courseId);
    const statuses = async (id: string) => (await toldOf(id)).map(({ status }) => status);
    expect(await statuses(courseId)).toEqual(['ARCHIVED', 'PUBLISHED']);
    const draft = await at.draft();
    await archive(draft.courseId);
    await restore(draft.courseId);
    expect(await statuses(draft.courseId)).toEqual(['ARCHIVED', 'DRAFT']);
  });
});

describe('who pays while a course is archived', () => {
  it('waits, and is enrolled when it is restored, as far as there are seats', async () => {
    const courseId = await paidCourse({ capacity: 2 });
    const [early, late, last] = [at.learner(), at.learner(), at.learner()];
    await archive(courseId);
    for (const learner of [early, late, last]) await pay(courseId, learner.userId);
    expect(await enrollmentOf(early, courseId)).toBeUndefined();
    expect(await restore(courseId)).toEqual({
      restoreCourse: { status: 'PUBLISHED', enrolledCount: 2 },
    });
    const seated = { status: 'ACTIVE', source: 'PURCHASE' };
    expect(await enrollmentOf(early, courseId)).toEqual(seated);
    expect(await enrollmentOf(late, courseId)).toEqual(seated);
    expect(await enrollmentOf(last, courseId)).toEqual({ ...seated, status: 'WAITLISTED' });
  });

  it('is enrolled as well when a new version brings the course back', async () => {
    const courseId = await paidCourse();
    const learner = at.learner();
    await archive(courseId);
    await pay(courseId, learner.userId);
    await at.publish(courseId);
    expect(await enrollmentOf(learner, courseId)).toMatchObject({ status: 'ACTIVE' });
  });

  it('is not brought back after leaving, unless paid since', async () => {
    const courseId = await paidCourse();
    const [gone, again] = [at.learner(), at.learner()];
    for (const learner of [gone, again]) {
      await pay(courseId, learner.userId);
      const { enrollment } = await at.enroll(learner, courseId);
      await at.app
        .as(learner)
        .ok(`mutation ($id: ID!) { withdrawFromCourse(enrollmentId: $id) { id } }`, {
          id: enrollment!.id,
        });
    }
    await archive(courseId);
    await pay(courseId, again.userId);
    await restore(courseId);
    expect(await enrollmentOf(gone, courseId)).toMatchObject({ status: 'WITHDRAWN' });
    expect(await enrollmentOf(again, courseId)).toMatchObject({ status: 'ACTIVE' });
  });
});
