import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openPool } from '@lyceum/platform/database';
import { person } from '@lyceum/testkit/person';
import { scene, type Scene } from '../../test/scene.js';

let at: Scene;
beforeAll(async () => {
  at = await scene();
});
afterAll(() => at.close());

it.each([
  [
    'updateCourse',
    `mutation ($id: ID!) { updateCourse(input: { courseId: $id, title: "Mine" }) { id } }`,
  ],
  ['archiveCourse', `mutation ($id: ID!) { archiveCourse(courseId: $id) { id } }`],
  ['restoreCourse', `mutation ($id: ID!) { restoreCourse(courseId: $id) { id } }`],
  ['publishCourse', `mutation ($id: ID!) { publishCourse(courseId: $id) { id } }`],
])('%s is refused at once to who may not, though someone holds the course', async (_, document) => {
  const { courseId: id } = await at.outline();
  const { courseId: hidden } = await at.draft();
  const stranger = person({ roles: ['INSTRUCTOR'] });
  const pool = openPool({ connectionString: at.app.databaseUrl, name: 'holder', max: 1 });
  const holder = await pool.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM course WHERE id = ANY($1) FOR UPDATE', [[id, hidden]]);
    // Without an answer while the course is held, this waits until the test's time is up.
    const learner = at.app.as(at.learner());
    expect(await learner.refusal(document, { id })).toBe('PERMISSION_DENIED');
    expect(await learner.refusal(document, { id: hidden })).toBe('NOT_FOUND');
    expect(await learner.refusal(document, { id: 'nonsense' })).toBe('NOT_FOUND');
    expect(await at.app.as(stranger).refusal(document, { id })).toBe('NOT_FOUND');
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
    await pool.end();
  }
});

it('withdrawFromCourse is refused at once to others, though someone holds the course', async () => {
  const { courseId } = await at.course();
  const { enrollment } = await at.enroll(at.learner(), courseId);
  const pool = openPool({ connectionString: at.app.databaseUrl, name: 'holder', max: 1 });
  const holder = await pool.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM course WHERE id = $1 FOR UPDATE', [courseId]);
    const other = at.app.as(at.learner());
    const document = `mutation ($id: ID!) { withdrawFromCourse(enrollmentId: $id) { id } }`;
    expect(await other.refusal(document, { id: enrollment!.id })).toBe('NOT_FOUND');
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
    await pool.end();
  }
});
