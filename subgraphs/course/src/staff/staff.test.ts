import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roleAssigned, roleRevoked } from '@lyceum/events/auth';
import { courseStaffAdded, courseStaffRemoved } from '@lyceum/events/course';
import { newId } from '@lyceum/platform/ids';
import { ANONYMOUS, type Viewer } from '@lyceum/platform/viewer';
import { person } from '@lyceum/testkit/person';
import { scene, type Scene } from '../../test/scene.js';

const ADD = `mutation ($input: AddCourseStaffInput!) {
  addCourseStaff(input: $input) { id staff { role user { id } addedBy { id } } } }`;
const REMOVE = `mutation ($input: RemoveCourseStaffInput!) {
  removeCourseStaff(input: $input) { id staff { user { id } } } }`;
const STAFF = `query ($id: ID!) { course(id: $id) { staff { role user { id } addedBy { id } } } }`;
const TAUGHT = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User {
  taughtCourses { nodes { id } totalCount } } } }`;

let at: Scene;
beforeAll(async () => {
  at = await scene();
});
afterAll(() => at.close());

const colleague = async () => {
  const { userId, organizationId } = await at.registered();
  return person({ userId, organizationId, roles: ['INSTRUCTOR'] });
};
const add = (viewer: Viewer, courseId: string, userId: string, role = 'INSTRUCTOR') =>
  at.app.as(viewer).refusal(ADD, { input: { courseId, userId, role } });
const remove = (viewer: Viewer, courseId: string, userId: string) =>
  at.app.as(viewer).refusal(REMOVE, { input: { courseId, userId } });
const sees = async (viewer: Viewer, id: string) =>
  (await at.app.as(viewer).ok<{ course: object | null }>(STAFF, { id })).course !== null;
const staffOf = async (id: string) =>
  (
    await at.app
      .as(at.author)
      .ok<{ course: { staff: { role: string; user: { id: string } }[] } }>(STAFF, { id })
  ).course.staff.map(({ role, user }) => [role, user.id]);

describe('the staff of a course', () => {
  it('begins with who made it, and gains and loses colleagues', async () => {
    const { courseId } = await at.draft();
    const other = await colleague();
    expect(await staffOf(courseId)).toEqual([['INSTRUCTOR', at.author.userId]]);
    expect(await sees(other, courseId)).toBe(false);
    expect(await add(at.author, courseId, other.userId)).toBeUndefined();
    // Done again, it is the same.
    expect(await add(at.author, courseId, other.userId)).toBeUndefined();
    expect(await sees(other, courseId)).toBe(true);
    const taught = await at.app.as(other).ok(TAUGHT, {
      r: [{ __typename: 'User', id: other.userId }],
    });
    expect(taught).toEqual({
      _entities: [{ taughtCourses: { nodes: [{ id: courseId }], totalCount: 1 } }],
    });
    expect(await remove(at.author, courseId, other.userId)).toBeUndefined();
    expect(await sees(other, courseId)).toBe(false);
    expect(await remove(at.author, courseId, other.userId)).toBe('NOT_FOUND');
    const told = [courseStaffAdded.type, courseStaffRemoved.type];
    const events = (await at.app.published()).filter(
      ({ type, aggregateId }) => aggregateId === courseId && told.includes(type),
    );
    expect(events.map(({ type }) => type)).toEqual([told[0], told[0], told[1]]);
  });

  it('keeps an instructor, unless an administrator says otherwise', async () => {
    const { courseId } = await at.draft();
    const { userId } = at.author;
    const admin = person({ organizationId: at.organizationId, roles: ['ORGANIZATION_ADMIN'] });
    expect(await remove(at.author, courseId, userId)).toBe('CONFLICT');
    await at.app.sql(
      'INSERT INTO person (id, organization_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [userId, at.organizationId],
    );
    expect(await add(at.author, courseId, userId, 'TEACHING_ASSISTANT')).toBe('CONFLICT');
    expect(await remove(admin, courseId, userId)).toBeUndefined();
    expect(await sees(at.author, courseId)).toBe(false);
  });

  it('takes nobody who is not of the organization, and at most 100', async () => {
    const { courseId } = await at.draft();
    expect(await add(at.author, courseId, newId())).toBe('NOT_FOUND');
    expect(await add(at.author, courseId, 'nobody')).toBe('BAD_USER_INPUT');
    await at.app.sql(
      `INSERT INTO course_staff SELECT $1, gen_random_uuid(), $2, 'TEACHING_ASSISTANT', NULL, now()
       FROM generate_series(1, 99)`,
      [courseId, at.organizationId],
    );
    expect(await add(at.author, courseId, (await colleague()).userId)).toBe('CONFLICT');
  });

  it('opens nothing to who belongs to the organization no more', async () => {
    const { courseId } = await at.draft();
    const without = at.app.as({ ...at.author, roles: [] });
    const refusal = await without.refusal('query ($id: ID!) { course(id: $id) { id } }', {
      id: courseId,
    });
    expect(refusal).toBe('PERMISSION_DENIED');
  });
});

describe('what changes a course', () => {
  const MUTATIONS: Record<string, [string, (courseId: string) => Record<string, unknown>]> = {
    update: [
      'mutation ($i: UpdateCourseInput!) { updateCourse(input: $i) { id } }',
      (courseId) => ({ i: { courseId, summary: 'x' } }),
    ],
    draft: [
      'mutation ($i: AddModuleInput!) { addModule(input: $i) { id } }',
      (courseId) => ({ i: { courseId, title: 'M' } }),
    ],
    publish: ['mutation ($i: ID!) { publishCourse(courseId: $i) { id } }', (i) => ({ i })],
    archive: ['mutation ($i: ID!) { archiveCourse(courseId: $i) { id } }', (i) => ({ i })],
    restore: ['mutation ($i: ID!) { restoreCourse(courseId: $i) { id } }', (i) => ({ i })],
  };

  it('is for its instructors and administrators alone', async () => {
    const { courseId } = await at.course();
    const [assistant, other] = [await colleague(), await colleague()];
    await add(at.author, courseId, assistant.userId, 'TEACHING_ASSISTANT');
    await at.app.as(other).ok('mutation { createCourse(input: { title: "Mine" }) { id } }');
    const { organizationId } = at;
    const viewers: [string, Viewer, string | undefined][] = [
      ['anonymous', ANONYMOUS, 'UNAUTHENTICATED'],
      ['learner', at.learner(), 'PERMISSION_DENIED'],
      ['instructor of another course', other, 'PERMISSION_DENIED'],
      ['assistant', assistant, 'PERMISSION_DENIED'],
      ['administrator elsewhere', person({ roles: ['ORGANIZATION_ADMIN'] }), 'NOT_FOUND'],
      ['instructor', at.author, undefined],
      ['administrator', person({ organizationId, roles: ['ORGANIZATION_ADMIN'] }), undefined],
    ];
    const someone = (await at.registered()).userId;
    for (const [who, viewer, expected] of viewers) {
      const graph = at.app.as(viewer);
      const enrolled = await graph.refusal(
        'mutation ($i: EnrollInCourseInput!) { enrollInCourse(input: $i) { __typename } }',
        { i: { courseId, learnerId: someone } },
      );
      expect([who, 'enroll', enrolled]).toEqual([who, 'enroll', expected]);
      for (const [what, [text, variables]] of Object.entries(MUTATIONS)) {
        // Nothing has changed since the last publication for the second who publishes.
        const code = await graph.refusal(text, variables(courseId));
        expect([who, what, code]).toEqual([who, what, expected]);
      }
      expect([who, 'add', await add(viewer, courseId, someone)]).toEqual([who, 'add', expected]);
      const removed = await remove(viewer, courseId, someone);
      expect([who, 'remove', removed]).toEqual([who, 'remove', expected]);
    }
  });
});

describe('a role in a course that auth gives or takes', () => {
  it('is a place among its staff, once and for courses of the organization alone', async () => {
    const { courseId } = await at.draft();
    const { userId } = await at.registered();
    const assignment = { role: 'TEACHING_ASSISTANT', scope: 'COURSE' as const, scopeId: courseId };
    const of = { aggregateId: userId, organizationId: at.organizationId };
    await at.app.deliver(roleAssigned, {
      ...{ ...of, organizationId: newId() },
      data: { userId, assignment },
    });
    expect(await staffOf(courseId)).toHaveLength(1);
    await at.app.deliver(roleAssigned, { ...of, data: { userId, assignment } });
    await at.app.deliver(roleAssigned, { ...of, data: { userId, assignment, restated: true } });
    expect(await staffOf(courseId)).toContainEqual(['TEACHING_ASSISTANT', userId]);
    await at.app.deliver(roleRevoked, { ...of, data: { userId, assignment } });
    expect(await staffOf(courseId)).toHaveLength(1);
    const events = (await at.app.published(courseStaffAdded)).filter(
      ({ data }) => data.userId === userId,
    );
    expect(events).toHaveLength(1);
  });
});
