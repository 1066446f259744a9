import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { attemptsGranted, attemptSubmitted } from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import { testClock } from '@lyceum/testkit/clock';
import { person } from '@lyceum/testkit/person';
import {
  COMPLETE,
  GRANT,
  openClassroom,
  progressOf,
  statementsOf,
  SUBMIT,
  type Classroom,
  type Enrolled,
} from '../../test/classroom.js';
import {
  MOSTLY_WRONG,
  RIGHT,
  RIGHT_WORD,
  sampleCourse,
  type SampleCourse,
} from '../../test/sample-course.js';

const NOW = '2026-03-01T08:30:00.000Z';
let room: Classroom;
let course: SampleCourse;
beforeAll(async () => {
  room = await openClassroom({ clock: testClock(NOW) });
  course = await room.publish(sampleCourse({ attemptsAllowed: 1 }));
});
afterAll(() => room.service.close());

const given = ({ enrollmentId }: Enrolled, more: Record<string, unknown> = {}) => ({
  input: { enrollmentId, blockId: course.ids.quiz, attempts: 1, reason: 'Power cut', ...more },
});
interface Granted {
  grantAttempts: Record<string, unknown>;
}
async function grant(enrolled: Enrolled, more?: Record<string, unknown>, by = room.instructor) {
  const answer = await room.service.as(by).ok<Granted>(GRANT, given(enrolled, more));
  return answer.grantAttempts;
}
const submit = ({ learner, enrollmentId }: Enrolled, answers: object[], blockId: string) =>
  room.service
    .as(learner)
    .query<{ submitAnswer: { number: number; attemptsLeft: number } }>(SUBMIT, {
      input: { enrollmentId, blockId, answers },
    });
async function refused(viewer: SignedIn, vars: object) {
  const { errors } = await room.service.as(viewer).query(GRANT, vars as Record<string, unknown>);
  const { code, reason, path, permission } = errors?.[0]?.extensions ?? {};
  return { code, reason, path, permission };
}

const QUIZZES = `query ($id: ID!, $blockId: ID) {
  _entities(representations: [{ __typename: "Enrollment", id: $id }]) {
    ... on Enrollment { progress { quizzes(blockId: $blockId) {
      blockId attemptsAllowed attemptsMade attemptsLeft bestPercent passed
      grants { attempts reason grantedBy { id } }
    } } } } }`;
async function quizzes(viewer: SignedIn, enrollmentId: string, blockId?: string) {
  const answer = await room.service
    .as(viewer)
    .ok<{ _entities: [{ progress: { quizzes: object[] } }] }>(QUIZZES, {
      ...{ id: enrollmentId, blockId },
    });
  return answer._entities[0].progress.quizzes;
}

describe('attempts granted to a learner who failed for good', () => {
  it('lead on to the certificate', async () => {
    const enrolled = await room.enroll(course);
    const { learner, enrollmentId } = enrolled;
    const { quiz, secondQuiz, reading, reflection } = course.ids;
    await submit(enrolled, MOSTLY_WRONG, quiz);
    await submit(enrolled, RIGHT_WORD, secondQuiz);
    const locked = await submit(enrolled, RIGHT, quiz);
    expect(locked.errors?.[0]?.extensions).toMatchObject({
      ...{ code: 'CONFLICT', reason: 'NO_ATTEMPTS_LEFT', attemptsAllowed: 1 },
    });

    expect(await grant(enrolled, { attempts: 2, reason: '  Power cut \n' })).toEqual({
      ...{ blockId: quiz, topic: { id: course.ids.exam } },
      ...{ attemptsAllowed: 3, attemptsMade: 1, attemptsLeft: 2 },
      ...{ bestPercent: 25, passed: false },
      grants: [
        {
          ...{ attempts: 2, reason: 'Power cut', grantedAt: NOW },
          grantedBy: { id: room.instructor.userId },
        },
      ],
      courseProgress: { id: enrollmentId, percent: 0 },
    });
    const [told] = (await room.service.published(attemptsGranted)).filter(
      (event) => event.aggregateId === enrollmentId,
    );
    expect(told).toMatchObject({
      organizationId: room.organizationId,
      actorId: room.instructor.userId,
      data: {
        ...{ enrollmentId, courseId: course.courseId, learnerId: learner.userId },
        ...{ topicId: course.ids.exam, blockId: quiz, quizTitle: 'Quiz' },
        ...{ courseTitle: 'How to learn', attempts: 2, attemptsAllowed: 3, attemptsLeft: 2 },
        ...{ reason: 'Power cut', grantedBy: room.instructor.userId, grantedAt: NOW },
      },
    });

    const passed = await submit(enrolled, RIGHT, quiz);
    expect(passed.data.submitAnswer).toMatchObject({
      ...{ number: 2, passed: true, attemptsLeft: 1, progress: { completedTopics: 1 } },
    });
    const inputs = { input: { enrollmentId, topicId: reflection } };
    await room.service.as(learner).ok(COMPLETE, inputs);
    await room.service
      .as(learner)
      .ok(`mutation ($input: ActivityInput!) { recordActivity(input: $input) { accepted } }`, {
        input: {
          ...{ id: newId(), enrollmentId, topicId: reading, kind: 'COMPLETED', occurredAt: NOW },
        },
      });
    const progress = await progressOf(room.service, learner, enrollmentId);
    expect(progress).toMatchObject({ percent: 100, state: 'COMPLETE' });
    expect(progress.certificate?.verificationCode).toBeTruthy();
    const marks = (await room.service.published(attemptSubmitted))
      .filter(({ aggregateId, data }) => aggregateId === enrollmentId && data.blockId === quiz)
      .map(({ data }) => data.passed);
    expect(marks).toEqual([false, true]);
  });

  it('add up, are used up, and are of this learner and quiz alone', async () => {
    const [enrolled, other] = [await room.enroll(course), await room.enroll(course)];
    expect(await grant(enrolled)).toMatchObject({ attemptsAllowed: 2, attemptsLeft: 2 });
    expect(await grant(enrolled, { reason: 'Again' }, room.admin)).toMatchObject({
      attemptsAllowed: 3,
      grants: [
        { reason: 'Power cut', grantedBy: { id: room.instructor.userId } },
        { reason: 'Again', grantedBy: { id: room.admin.userId } },
      ],
    });
    const { quiz, secondQuiz } = course.ids;
    const tries = await Promise.all(
      Array.from({ length: 6 }, () => submit(enrolled, MOSTLY_WRONG, quiz)),
    );
    expect(tries.filter(({ errors }) => !errors)).toHaveLength(3);
    for (const [who, block] of [
      [enrolled, secondQuiz],
      [other, quiz],
    ] as const) {
      expect((await submit(who, [], block)).errors).toBeUndefined();
      expect((await submit(who, [], block)).errors).toHaveLength(1);
    }
  });

  it('are seen by the learner and by staff, with all quizzes of the course', async () => {
    const enrolled = await room.enroll(course);
    const { learner, enrollmentId } = enrolled;
    await submit(enrolled, MOSTLY_WRONG, course.ids.quiz);
    await grant(enrolled);
    const first = {
      ...{ blockId: course.ids.quiz, attemptsAllowed: 2, attemptsMade: 1, attemptsLeft: 1 },
      ...{ bestPercent: 25, passed: false },
      grants: [{ attempts: 1, reason: 'Power cut', grantedBy: { id: room.instructor.userId } }],
    };
    const second = {
      ...{ blockId: course.ids.secondQuiz, attemptsAllowed: 1, attemptsMade: 0, attemptsLeft: 1 },
      ...{ bestPercent: null, passed: false, grants: [] },
    };
    for (const viewer of [learner, room.instructor, room.admin]) {
      expect(await quizzes(viewer, enrollmentId)).toEqual([first, second]);
    }
    expect(await quizzes(learner, enrollmentId, course.ids.quiz.toUpperCase())).toEqual([first]);
    expect(await quizzes(learner, enrollmentId, course.ids.page)).toEqual([]);
    const classmate = person({ organizationId: room.organizationId });
    const vars = { id: enrollmentId };
    expect(await room.service.as(classmate).refusal(QUIZZES, vars)).toBe('NOT_FOUND');
  });

  it('cost as many statements to read for many enrollments as for one', async () => {
    const list = `query ($refs: [_Any!]!) { _entities(representations: $refs) {
      ... on Enrollment { progress { quizzes { attemptsAllowed grants { id } } } } } }`;
    const enrolled = await Promise.all(Array.from({ length: 5 }, () => room.enroll(course)));
    for (const one of enrolled) await grant(one);
    const refs = enrolled.map(({ enrollmentId: id }) => ({ __typename: 'Enrollment', id }));
    const graph = room.service.as(room.instructor);
    const ask = (some: object[]) =>
      statementsOf(room.service, () => graph.ok(list, { refs: some }));
    expect(await ask(refs)).toBe(await ask(refs.slice(0, 1)));
  });

  it('stay with the enrollment: after leaving and returning, and in new versions', async () => {
    const own = await room.publish(sampleCourse({ attemptsAllowed: 1 }));
    const enrolled = await room.enroll(own);
    const { learner, enrollmentId } = enrolled;
    const { quiz } = own.ids;
    await submit(enrolled, MOSTLY_WRONG, quiz);
    await grant(enrolled, { blockId: quiz, attempts: 2 });
    await room.withdraw(own, enrolled);
    const left = await refused(room.instructor, given(enrolled, { blockId: quiz }));
    expect(left).toMatchObject({ code: 'CONFLICT', reason: 'WITHDRAWN' });
    // Who returns has the same enrollment, with the attempts that were made.
    await room.enroll(own, learner, enrollmentId);
    const kept = { attemptsAllowed: 3, attemptsMade: 1, attemptsLeft: 2 };
    expect(await quizzes(learner, enrollmentId, quiz)).toMatchObject([kept]);

    const block = own.structure.modules[0]!.lessons[1]!.topics[0]!.blocks[0]!;
    block.quiz!.attemptsAllowed = 2;
    await room.publish(own, 2);
    expect(await quizzes(learner, enrollmentId, quiz)).toMatchObject([{ attemptsAllowed: 4 }]);
    block.quiz!.attemptsAllowed = null;
    await room.publish(own, 3);
    expect(await quizzes(learner, enrollmentId, quiz)).toMatchObject([
      { attemptsAllowed: null, attemptsLeft: null },
    ]);
  });

  it('come on top of what was made, where the author has lowered the limit since', async () => {
    const own = await room.publish(sampleCourse({ attemptsAllowed: 3 }));
    const enrolled = await room.enroll(own);
    const { quiz } = own.ids;
    for (let i = 0; i < 3; i += 1) await submit(enrolled, MOSTLY_WRONG, quiz);
    own.structure.modules[0]!.lessons[1]!.topics[0]!.blocks[0]!.quiz!.attemptsAllowed = 1;
    await room.publish(own, 2);
    expect(await grant(enrolled, { blockId: quiz })).toMatchObject({
      ...{ attemptsAllowed: 4, attemptsMade: 3, attemptsLeft: 1 },
    });
    expect((await submit(enrolled, RIGHT, quiz)).data.submitAnswer).toMatchObject({
      ...{ number: 4, passed: true, attemptsLeft: 0 },
    });
  });
});

describe('granting attempts', () => {
  it('is for the staff who teach the course, and for administrators', async () => {
    const enrolled = await room.enroll(course);
    const { organizationId } = room;
    const assistant = { role: 'TEACHING_ASSISTANT', scope: 'COURSE', scopeId: course.courseId };
    const denied = { code: 'PERMISSION_DENIED', permission: 'progress:override' };
    for (const viewer of [
      enrolled.learner,
      person({ organizationId }),
      person({ organizationId, roles: ['INSTRUCTOR'] }),
      person({ organizationId, roles: [], assignments: [assistant as never] }),
    ]) {
      expect(await refused(viewer, given(enrolled))).toMatchObject(denied);
    }
    const stranger = person({ roles: ['ORGANIZATION_ADMIN'] });
    expect(await refused(stranger, given(enrolled))).toMatchObject({ code: 'NOT_FOUND' });
    await grant(enrolled);
    await grant(enrolled, {}, room.admin);
  });

  it('is refused by reason', async () => {
    const enrolled = await room.enroll(course);
    const refusal = (more: Record<string, unknown>) =>
      refused(room.instructor, given(enrolled, more));
    const bad = (...path: string[]) => ({ code: 'BAD_USER_INPUT', path: ['input', ...path] });
    for (const attempts of [0, -1, 101]) {
      expect(await refusal({ attempts })).toMatchObject(bad('attempts'));
    }
    for (const reason of ['', ' \n ', '\0', 'x'.repeat(1_001)]) {
      expect(await refusal({ reason })).toMatchObject(bad('reason'));
    }
    expect(await refusal({ blockId: 'x' })).toMatchObject(bad('blockId'));
    const { page } = course.ids;
    expect(await refusal({ blockId: page })).toMatchObject({
      ...bad('blockId'),
      reason: 'NOT_A_QUIZ',
    });
    expect(await refusal({ blockId: newId() })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusal({ enrollmentId: newIdOfYore() })).toMatchObject({ code: 'NOT_FOUND' });
    const unlimited = await room.publish();
    const free = await room.enroll(unlimited);
    const vars = given(free, { blockId: unlimited.ids.quiz });
    expect(await refused(room.instructor, vars)).toMatchObject({
      ...{ code: 'CONFLICT', reason: 'ATTEMPTS_UNLIMITED' },
    });
    for (let i = 0; i < 10; i += 1) await grant(enrolled, { attempts: 100 });
    expect(await refusal({})).toMatchObject({ code: 'CONFLICT', reason: 'TOO_MANY_GRANTED' });
    expect(await quizzes(enrolled.learner, enrolled.enrollmentId)).toMatchObject([
      { attemptsAllowed: 1_001 },
      { attemptsAllowed: 1 },
    ]);
  });
});

/** An id that nobody waits for. */
function newIdOfYore(): string {
  return '01890000-0000-7000-8000-000000000000';
}
