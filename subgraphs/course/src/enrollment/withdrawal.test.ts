import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { enrollmentWithdrawn } from '@lyceum/events/course';
import { scene, type Scene } from '../../test/scene.js';

let at: Scene;
beforeAll(async () => {
  at = await scene();
});
afterAll(() => at.close());

const WITHDRAW = `mutation ($id: ID!, $leftAt: DateTime) {
  withdrawFromCourse(enrollmentId: $id, leftAt: $leftAt) { status withdrawnAt } }`;

it('may be entered later by staff, with the moment the learner left', async () => {
  const { courseId } = await at.outline();
  const { enrollment } = await at.enroll(at.learner(), courseId);
  const { id } = enrollment!;
  const leftAt = '2020-03-01T23:59:59.000Z';
  expect(await at.app.as(at.author).ok(WITHDRAW, { id, leftAt })).toEqual({
    withdrawFromCourse: { status: 'WITHDRAWN', withdrawnAt: leftAt },
  });
  const events = await at.app.published(enrollmentWithdrawn);
  expect(events.find(({ data }) => data.enrollmentId === id)?.data.withdrawnAt).toBe(leftAt);
});

it('is not dated by learners, nor ahead', async () => {
  const { courseId } = await at.outline();
  const learner = at.learner();
  const { enrollment } = await at.enroll(learner, courseId);
  const { id } = enrollment!;
  const early = { id, leftAt: '2020-03-01T00:00:00Z' };
  expect(await at.app.as(learner).refusal(WITHDRAW, early)).toBe('PERMISSION_DENIED');
  const late = { id, leftAt: '2999-01-01T00:00:00Z' };
  expect(await at.app.as(at.author).refusal(WITHDRAW, late)).toBe('BAD_USER_INPUT');
  expect(await at.app.as(learner).ok(WITHDRAW, { id })).toMatchObject({
    withdrawFromCourse: { status: 'WITHDRAWN' },
  });
});
