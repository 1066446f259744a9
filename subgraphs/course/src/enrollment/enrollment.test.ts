import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entitlementGranted, offersChanged } from '@lyceum/events/billing';
import {
  enrollmentCreated,
  enrollmentWaitlisted,
  enrollmentWithdrawn,
} from '@lyceum/events/course';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import { person } from '@lyceum/testkit/person';
import fc from 'fast-check';
import { ENROLL, scene, statementsOf, type Scene } from '../../test/scene.js';

let at: Scene;
beforeAll(async () => {
  at = await scene();
});
afterAll(() => at.close());

const WITHDRAW = `mutation ($id: ID!) { withdrawFromCourse(enrollmentId: $id) { id status waitlistPosition } }`;
const MINE = `query ($id: ID) { course(id: $id) { enrolledCount capacity paymentRequired
  myEnrollment { id status source waitlistPosition withdrawnAt completedAt } } }`;

interface Mine {
  course: {
    enrolledCount: number;
    myEnrollment: {
      id: string;
      status: string;
      source: string;
      waitlistPosition: number | null;
    } | null;
  };
}
const mine = async (viewer: SignedIn, id: string) =>
  (await at.app.as(viewer).ok<Mine>(MINE, { id })).course;

/** Ids of those whom events of this kind are about, in order. */
async function learnersOf(definition: typeof enrollmentCreated, courseId: string) {
  const events = await at.app.published<{ courseId: string; learnerId: string }>(definition);
  return events.filter(({ data }) => data.courseId === courseId).map(({ data }) => data.learnerId);
}

async function setPrice(courseId: string, paymentRequired: boolean) {
  const { organizationId } = at;
  const data = { courseId, paymentRequired, lowestPrice: null };
  await at.app.deliver(offersChanged, { aggregateId: courseId, organizationId, data });
}

async function pay(courseId: string, holderId: string) {
  const { organizationId } = at;
  const entitlementId = newId();
  await at.app.deliver(entitlementGranted, {
    ...{ aggregateId: entitlementId, organizationId },
    data: {
      ...{ entitlementId, holderId, courseId, orderId: newId() },
      grantedAt: new Date().toISOString(),
    },
  });
}

describe('enrolling', () => {
  it('takes a learner in once, however often they ask', async () => {
    const { courseId } = await at.outline();
    const learner = at.learner();
    const first = await at.enroll(learner, courseId);
    expect(first).toMatchObject({
      __typename: 'Enrolled',
      enrollment: { status: 'ACTIVE', source: 'SELF' },
    });
    expect(await at.enroll(learner, courseId)).toEqual(first);
    expect((await mine(learner, courseId)).enrolledCount).toBe(1);
    expect(await learnersOf(enrollmentCreated, courseId)).toEqual([learner.userId]);
  });

  it('refuses courses that are not published', async () => {
    const { courseId } = await at.draft();
    const input = { courseId };
    expect(await at.app.as(at.learner()).refusal(ENROLL, { input })).toBe('NOT_FOUND');
    expect(await at.app.as(at.author).refusal(ENROLL, { input })).toBe('CONFLICT');
    const nowhere = { input: { courseId: 'nonsense' } };
    expect(await at.app.as(at.learner()).refusal(ENROLL, nowhere)).toBe('NOT_FOUND');
  });

  it('lets staff put in people of the organization, past prerequisites and payment', async () => {
    const { courseId } = await at.outline();
    await setPrice(courseId, true);
    const learner = await at.registered();
    const input = { courseId, learnerId: learner.userId };
    expect(await at.app.as(at.learner()).refusal(ENROLL, { input })).toBe('PERMISSION_DENIED');
    expect(await at.enroll(at.author, courseId, learner.userId)).toMatchObject({
      enrollment: { source: 'STAFF' },
    });
    const stranger = { courseId, learnerId: '01890000-0000-7000-8000-000000000000' };
    expect(await at.app.as(at.author).refusal(ENROLL, { input: stranger })).toBe('BAD_USER_INPUT');
  });

  it('gives back the same enrollment to who left and returns', async () => {
    const { courseId } = await at.outline();
    const learner = at.learner();
    const { enrollment } = await at.enroll(learner, courseId);
    const left = await at.app.as(learner).ok(WITHDRAW, { id: enrollment!.id });
    expect(left).toMatchObject({ withdrawFromCourse: { status: 'WITHDRAWN' } });
    await at.app.as(learner).ok(WITHDRAW, { id: enrollment!.id });
    expect((await mine(learner, courseId)).enrolledCount).toBe(0);
    expect(await learnersOf(enrollmentWithdrawn as never, courseId)).toHaveLength(1);

    expect((await at.enroll(learner, courseId)).enrollment).toEqual(enrollment);
    expect(await learnersOf(enrollmentCreated, courseId)).toEqual([learner.userId, learner.userId]);
  });

  it('completes by event, keeps the seat, and is not withdrawn from', async () => {
    const { courseId } = await at.outline();
    const learner = at.learner();
    const { enrollment } = await at.enroll(learner, courseId);
    await at.complete(learner, courseId);
    expect(await mine(learner, courseId)).toMatchObject({
      enrolledCount: 1,
      myEnrollment: { status: 'COMPLETED', completedAt: expect.any(String) },
    });
    expect(await at.app.as(learner).refusal(WITHDRAW, { id: enrollment!.id })).toBe('CONFLICT');
  });
});

describe('seats', () => {
  it('are never oversold, however many ask at once', async () => {
    const { courseId } = await at.outline({ capacity: 5 });
    const learners = Array.from({ length: 20 }, () => at.learner());
    const answers = await Promise.all(learners.map((learner) => at.enroll(learner, courseId)));
    const kinds = answers.map(({ __typename }) => __typename);
    expect(kinds.filter((kind) => kind === 'Enrolled')).toHaveLength(5);
    expect(kinds.filter((kind) => kind === 'Waitlisted')).toHaveLength(15);
    const waiting = answers.flatMap(({ position }) => position ?? []);
    expect(waiting.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
    expect((await mine(at.author, courseId)).enrolledCount).toBe(5);
    expect(await learnersOf(enrollmentCreated, courseId)).toHaveLength(5);
    expect(await learnersOf(enrollmentWaitlisted as never, courseId)).toHaveLength(15);
  });

  it('go to who waits longest when one is given back or more are made', async () => {
    const { courseId } = await at.outline({ capacity: 1 });
    const [first, second, third, fourth] = Array.from({ length: 4 }, () => at.learner()) as [
      ...[SignedIn, SignedIn, SignedIn, SignedIn],
    ];
    const seat = await at.enroll(first, courseId);
    expect(await at.enroll(second, courseId)).toMatchObject({ position: 1 });
    const waiting = await at.enroll(third, courseId);
    expect(waiting).toMatchObject({ __typename: 'Waitlisted', position: 2 });
    expect(await at.enroll(fourth, courseId)).toMatchObject({ position: 3 });
    await at.app.as(third).ok(WITHDRAW, { id: waiting.enrollment!.id });
    expect((await mine(fourth, courseId)).myEnrollment).toMatchObject({ waitlistPosition: 2 });
    expect(await learnersOf(enrollmentWithdrawn as never, courseId)).toEqual([]);

    await at.app.as(first).ok(WITHDRAW, { id: seat.enrollment!.id });
    expect((await mine(second, courseId)).myEnrollment).toMatchObject({
      ...{ status: 'ACTIVE', source: 'WAITLIST', waitlistPosition: null },
    });
    expect((await mine(fourth, courseId)).myEnrollment).toMatchObject({ waitlistPosition: 1 });

    await at.app
      .as(at.author)
      .ok('mutation ($i: UpdateCourseInput!) { updateCourse(input: $i) { capacity } }', {
        i: { courseId, capacity: null },
      });
    expect(await mine(fourth, courseId)).toMatchObject({
      enrolledCount: 2,
      myEnrollment: { status: 'ACTIVE' },
    });
    expect(await learnersOf(enrollmentCreated, courseId)).toEqual(
      [first, second, fourth].map(({ userId }) => userId),
    );
  });

  it('hold whatever learners do at once: as many as counted, nobody waits beside a free one', async () => {
    const step = fc.record({ who: fc.nat(5), leaves: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(3),
        fc.array(step, { minLength: 4, maxLength: 16 }),
        async (capacity, steps) => {
          const { courseId } = await at.outline({ capacity });
          const learners = Array.from({ length: 6 }, () => at.learner());
          await Promise.all(
            steps.map(async ({ who, leaves }) => {
              const learner = learners[who]!;
              const { myEnrollment } = await mine(learner, courseId);
              if (leaves && myEnrollment) {
                await at.app.as(learner).query(WITHDRAW, { id: myEnrollment.id });
              } else await at.enroll(learner, courseId);
            }),
          );
          const [state] = await at.app.sql<{ taken: number; active: number; waiting: number }>(
            `SELECT seats_taken AS taken,
             (SELECT count(*)::int FROM enrollment WHERE course_id = c.id AND status = 'ACTIVE') AS active,
             (SELECT count(*)::int FROM enrollment WHERE course_id = c.id AND status = 'WAITLISTED') AS waiting
           FROM course c WHERE id = $1`,
            [courseId],
          );
          expect(state!.taken).toBe(state!.active);
          expect(state!.taken).toBeLessThanOrEqual(capacity);
          if (state!.taken < capacity) expect(state!.waiting).toBe(0);
        },
      ),
      { numRuns: 6 },
    );
  });
});

describe('prerequisites', () => {
  const SET = `mutation ($input: SetPrerequisitesInput!) { setPrerequisites(input: $input) { prerequisites { id } } }`;
  const require = (courseId: string, ...prerequisiteIds: string[]) =>
    at.app.as(at.author).query(SET, { input: { courseId, prerequisiteIds } });

  it('are asked for until completed', async () => {
    const [basics, advanced] = [await at.outline(), await at.outline()];
    await require(advanced.courseId, basics.courseId);
    const learner = at.learner();
    expect(await at.enroll(learner, advanced.courseId)).toEqual({
      __typename: 'PrerequisitesUnmet',
      missing: [{ id: basics.courseId }],
    });
    await at.enroll(learner, basics.courseId);
    expect(await at.enroll(learner, advanced.courseId)).toMatchObject({
      __typename: 'PrerequisitesUnmet',
    });
    await at.complete(learner, basics.courseId);
    expect(await at.enroll(learner, advanced.courseId)).toMatchObject({ __typename: 'Enrolled' });
  });

  it('never come around in a circle, also when set at the same time', async () => {
    const [a, b, c] = [await at.draft(), await at.draft(), await at.draft()];
    await require(a.courseId, b.courseId);
    const answer = await require(b.courseId, a.courseId);
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      ...{ code: 'CONFLICT', reason: 'CYCLE' },
      courseIds: [b.courseId, a.courseId, b.courseId],
    });
    const both = await Promise.all([
      require(b.courseId, c.courseId),
      require(c.courseId, b.courseId),
    ]);
    expect(both.filter(({ errors }) => errors)).toHaveLength(1);
  });
});

describe('payment', () => {
  it('is asked for, and the entitlement enrolls by itself, once', async () => {
    const { courseId } = await at.outline();
    await setPrice(courseId, true);
    const learner = at.learner();
    expect(await at.enroll(learner, courseId)).toEqual({
      __typename: 'PaymentRequired',
      course: { id: courseId },
    });
    expect((await mine(learner, courseId)).myEnrollment).toBeNull();
    await pay(courseId, learner.userId);
    await pay(courseId, learner.userId);
    expect((await mine(learner, courseId)).myEnrollment).toMatchObject({
      ...{ status: 'ACTIVE', source: 'PURCHASE' },
    });
    expect(await learnersOf(enrollmentCreated, courseId)).toEqual([learner.userId]);
    await setPrice(courseId, false);
    expect(await at.enroll(at.learner(), courseId)).toMatchObject({ __typename: 'Enrolled' });
  });

  it('waits for prerequisites and opens the course when they are completed', async () => {
    const [basics, paid] = [await at.outline(), await at.outline()];
    await at.app
      .as(at.author)
      .ok(`mutation ($input: SetPrerequisitesInput!) { setPrerequisites(input: $input) { id } }`, {
        input: { courseId: paid.courseId, prerequisiteIds: [basics.courseId] },
      });
    await setPrice(paid.courseId, true);
    const learner = at.learner();
    await at.enroll(learner, basics.courseId);
    await pay(paid.courseId, learner.userId);
    expect((await mine(learner, paid.courseId)).myEnrollment).toBeNull();
    await at.complete(learner, basics.courseId);
    expect((await mine(learner, paid.courseId)).myEnrollment).toMatchObject({ source: 'PURCHASE' });
  });
});

describe('enrollments', () => {
  const OF_USER = `query ($r: [_Any!]!, $first: Int, $after: String, $status: EnrollmentStatus) {
    _entities(representations: $r) { ... on User { enrollments(first: $first, after: $after, status: $status) {
      pageInfo { hasNextPage endCursor } nodes { id status enrolledAt course { title } learner { id } } } } } }`;
  const of = (...users: SignedIn[]) => users.map(({ userId: id }) => ({ __typename: 'User', id }));
  type OfUser = {
    _entities: {
      enrollments: {
        pageInfo: { hasNextPage: boolean; endCursor: string };
        nodes: { id: string; enrolledAt: string; course: { title: string } }[];
      } | null;
    }[];
  };

  it('cost three statements with their courses and the roles, the same for 1 and 20', async () => {
    const [one, many] = [at.learner(), at.learner()];
    const courses = [];
    for (let i = 0; i < 20; i += 1) courses.push(await at.outline());
    for (const { courseId } of courses) await at.enroll(many, courseId);
    await at.enroll(one, courses[0]!.courseId);
    const read = (viewer: SignedIn) =>
      at.app.as(viewer).ok<OfUser>(OF_USER, { r: of(viewer), first: 20 });
    expect((await read(many))._entities[0]!.enrollments!.nodes).toHaveLength(20);
    expect(await statementsOf(at.app, () => read(one))).toBe(3);
    expect(await statementsOf(at.app, () => read(many))).toBe(3);
    // Of many people at once too.
    expect(
      await statementsOf(at.app, () =>
        at.app.as(at.author).ok(OF_USER, { r: of(one, many), first: 20 }),
      ),
    ).toBe(3);

    const first = await at.app.as(many).ok<OfUser>(OF_USER, { r: of(many), first: 15 });
    const { pageInfo, nodes } = first._entities[0]!.enrollments!;
    expect(nodes[0]).toMatchObject({ enrolledAt: expect.stringMatching(/Z$/) });
    const rest = await at.app
      .as(many)
      .ok<OfUser>(OF_USER, { r: of(many), first: 15, after: pageInfo.endCursor });
    expect(pageInfo.hasNextPage).toBe(true);
    expect(rest._entities[0]!.enrollments!.pageInfo.hasNextPage).toBe(false);
    const seen = [...nodes, ...rest._entities[0]!.enrollments!.nodes].map(({ id }) => id);
    expect(new Set(seen).size).toBe(20);
    const done = { r: of(many), status: 'COMPLETED' };
    expect(
      (await at.app.as(many).ok<OfUser>(OF_USER, done))._entities[0]!.enrollments!.nodes,
    ).toEqual([]);
  });

  it('are seen by the learner and by those who oversee the course, by nobody else', async () => {
    const [own, other] = [await at.outline(), await at.outline()];
    const learner = at.learner();
    const { enrollment } = await at.enroll(learner, own.courseId);
    await at.enroll(learner, other.courseId);
    const assistant = person({
      organizationId: at.organizationId,
      assignments: [{ role: 'TEACHING_ASSISTANT', scope: 'COURSE', scopeId: own.courseId }],
    });
    const one = `query ($id: ID!) { enrollment(id: $id) { id } }`;
    const ofCourse = `query ($id: ID) { course(id: $id) { enrollments { nodes { id learner { id } } } } }`;
    for (const viewer of [learner, at.author, assistant]) {
      const answer = await at.app.as(viewer).ok(one, { id: enrollment!.id });
      expect(answer).toEqual({ enrollment: { id: enrollment!.id } });
    }
    const outsider = at.app.as(at.learner());
    expect(await outsider.ok(one, { id: enrollment!.id })).toEqual({ enrollment: null });
    expect(await outsider.ok(OF_USER, { r: of(learner) })).toEqual({
      _entities: [{ enrollments: null }],
    });
    expect(await outsider.ok(ofCourse, { id: own.courseId })).toEqual({
      course: { enrollments: null },
    });
    expect(await outsider.refusal(WITHDRAW, { id: enrollment!.id })).toBe('NOT_FOUND');
    expect(await at.app.as(assistant).refusal(WITHDRAW, { id: enrollment!.id })).toBe(
      'PERMISSION_DENIED',
    );
    expect(await at.app.as(assistant).ok(ofCourse, { id: own.courseId })).toEqual({
      course: { enrollments: { nodes: [{ id: enrollment!.id, learner: { id: learner.userId } }] } },
    });
    const seen = await at.app.as(assistant).ok<OfUser>(OF_USER, { r: of(learner) });
    expect(seen._entities[0]!.enrollments!.nodes.map(({ id }) => id)).toEqual([enrollment!.id]);
  });
});
