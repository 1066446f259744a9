import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { courseProgressChanged, topicCompletedFor } from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import { testClock } from '@lyceum/testkit/clock';
import { eventually } from '@lyceum/testkit/eventually';
import { person } from '@lyceum/testkit/person';
import {
  activity,
  COMPLETE,
  COMPLETE_FOR,
  openClassroom,
  progressOf,
  RECORD,
  SUBMIT,
  type Classroom,
  type Enrolled,
} from '../../test/classroom.js';
import { told } from '../../test/learning.js';
import { MOSTLY_WRONG, RIGHT, RIGHT_WORD, sampleCourse } from '../../test/sample-course.js';
import type { SampleCourse } from '../../test/sample-course.js';

const NOW = '2026-03-01T08:30:00.000Z';
let room: Classroom;
let course: SampleCourse;
beforeAll(async () => {
  room = await openClassroom({ clock: testClock(NOW) });
  course = await room.publish(sampleCourse({ attemptsAllowed: 1 }));
});
afterAll(() => room.service.close());

const given = ({ enrollmentId }: Enrolled, topicId: string, reason = 'Passed on paper') => ({
  input: { enrollmentId, topicId, reason },
});
async function complete(enrolled: Enrolled, topicId: string, by = room.instructor) {
  const answer = await room.service
    .as(by)
    .ok<{ completeTopicFor: object }>(COMPLETE_FOR, given(enrolled, topicId));
  return answer.completeTopicFor;
}
async function refused(viewer: SignedIn, vars: Record<string, unknown>) {
  const { errors } = await room.service.as(viewer).query(COMPLETE_FOR, vars);
  const { code, reason, path, permission } = errors?.[0]?.extensions ?? {};
  return { code, reason, path, permission };
}
const events = async ({ enrollmentId }: Enrolled) =>
  (await room.service.published(topicCompletedFor))
    .filter((event) => event.aggregateId === enrollmentId)
    .map(({ data }) => data);

const SEEN = `query ($topic: ID!, $id: ID!, $blockId: ID!) {
  _entities(representations: [
    { __typename: "Topic", id: $topic }, { __typename: "Enrollment", id: $id }
  ]) {
    ... on Topic { myProgress { ...Seen } }
    ... on Enrollment {
      attempts(blockId: $blockId) { percent passed }
      progress { modules { lessons { topics { topic { id } ...Seen } } } }
    }
  }
}
fragment Seen on TopicProgress { state completedAt completedBy { id } completionReason }`;
interface Seen {
  state: string;
  completedAt: string | null;
  completedBy: { id: string } | null;
  completionReason: string | null;
}
interface Answer {
  _entities: [
    { myProgress: Seen | null },
    {
      attempts: object[];
      progress: { modules: { lessons: { topics: (Seen & { topic: { id: string } })[] }[] }[] };
    },
  ];
}
/** The exam as it is seen: by the learner themself, and with the enrollment's topics. */
async function exam({ enrollmentId: id }: Enrolled, viewer: SignedIn, of = course) {
  const vars = { topic: of.ids.exam, id, blockId: of.ids.quiz };
  const { _entities } = await room.service.as(viewer).ok<Answer>(SEEN, vars);
  const [{ myProgress: mine }, { attempts, progress }] = _entities;
  const [listed] = progress.modules
    .flatMap(({ lessons }) => lessons)
    .flatMap(({ topics }) => topics)
    .filter(({ topic }) => topic.id === of.ids.exam);
  return { mine, listed, attempts };
}

describe('a topic completed for a learner', () => {
  it('says by whom and why, to learner and staff, and leaves what was scored', async () => {
    const enrolled = await room.enroll(course);
    const { learner, enrollmentId } = enrolled;
    const input = { enrollmentId, blockId: course.ids.quiz, answers: MOSTLY_WRONG };
    await room.service.as(learner).ok(SUBMIT, { input });
    expect(await complete(enrolled, course.ids.exam)).toMatchObject({
      ...{ completedTopics: 1, percent: 33, state: 'INCOMPLETE', certificate: null },
    });
    const shown = {
      ...{ state: 'COMPLETE', completedAt: NOW, completionReason: 'Passed on paper' },
      completedBy: { id: room.instructor.userId },
    };
    const attempts = [{ percent: 25, passed: false }];
    expect(await exam(enrolled, learner)).toMatchObject({ mine: shown, listed: shown, attempts });
    expect(await exam(enrolled, room.instructor)).toMatchObject({
      ...{ mine: null, listed: shown, attempts },
    });
    expect(await events(enrolled)).toEqual([
      {
        ...{ enrollmentId, courseId: course.courseId, learnerId: learner.userId },
        ...{ topicId: course.ids.exam, topicTitle: 'Exam', courseTitle: 'How to learn' },
        ...{ reason: 'Passed on paper', completedBy: room.instructor.userId, completedAt: NOW },
        completesCourse: false,
      },
    ]);
    const changed = (await room.service.published(courseProgressChanged)).filter(
      (event) => event.aggregateId === enrollmentId,
    );
    expect(changed.map(({ data }) => data)).toEqual([
      expect.objectContaining({ percent: 33, newlyCompletedTopicIds: [course.ids.exam] }),
    ]);
  });

  it('is no activity of the learner', async () => {
    const enrolled = await room.enroll(course);
    expect(await complete(enrolled, course.ids.reading)).toMatchObject({
      ...{ completedTopics: 1, startedAt: null, lastActivityAt: null },
    });
  });

  it('leads on to course and certificate, once, whatever the rules of the topics are', async () => {
    const enrolled = await room.enroll(course);
    const { exam: examId, reading, reflection } = course.ids;
    await complete(enrolled, examId);
    await complete(enrolled, reading, room.admin);
    expect(await complete(enrolled, reflection)).toMatchObject({
      ...{ percent: 100, state: 'COMPLETE', completedAt: NOW },
      certificate: { verificationCode: expect.any(String) },
    });
    const completes = (await events(enrolled)).map(({ completesCourse }) => completesCourse);
    expect(completes).toEqual([false, false, true]);
    expect(await told(room.service, enrolled.enrollmentId)).toEqual({
      ...{ completions: 1, certificates: 1 },
    });
  });

  it('that is complete already stays as it was, and nothing is said again', async () => {
    const enrolled = await room.enroll(course);
    const { learner, enrollmentId } = enrolled;
    const { quiz, secondQuiz, reflection, exam: examId } = course.ids;
    const answer = (blockId: string, answers: object[]) =>
      room.service.as(learner).ok(SUBMIT, { input: { enrollmentId, blockId, answers } });
    await answer(quiz, RIGHT);
    await answer(secondQuiz, RIGHT_WORD);
    expect(await complete(enrolled, examId)).toMatchObject({ completedTopics: 1 });
    expect((await exam(enrolled, learner)).mine).toMatchObject({
      ...{ state: 'COMPLETE_PASS', completedBy: null, completionReason: null },
    });
    const twice = await Promise.all([
      complete(enrolled, reflection),
      complete(enrolled, reflection, room.admin),
    ]);
    expect(twice).toEqual([twice[0], twice[0]]);
    expect(await events(enrolled)).toHaveLength(1);
    // Neither does the learner's own word change who completed it.
    await room.service.as(learner).ok(COMPLETE, { input: { enrollmentId, topicId: reflection } });
    expect(await events(enrolled)).toHaveLength(1);
  });

  it('stays so: when the learner fails or passes, in new versions, after returning', async () => {
    const own = await room.publish(sampleCourse({ attemptsAllowed: 3 }));
    const enrolled = await room.enroll(own);
    const { learner, enrollmentId } = enrolled;
    await complete(enrolled, own.ids.exam);
    const state = async () => (await exam(enrolled, learner, own)).mine;
    const before = await state();
    expect(before).toMatchObject({ state: 'COMPLETE', completionReason: 'Passed on paper' });
    for (const answers of [MOSTLY_WRONG, RIGHT]) {
      const input = { enrollmentId, blockId: own.ids.quiz, answers };
      await room.service.as(learner).ok(SUBMIT, { input });
    }
    expect(await state()).toEqual(before);

    const stricter = structuredClone(own.structure);
    stricter.modules[0]!.lessons[1]!.topics[0]!.blocks[1]!.quiz!.passingPercent = 100;
    stricter.modules[1]!.lessons[0]!.topics.push({
      ...{ id: newId(), title: 'Added', completionRule: 'VIEW', blocks: [] },
    });
    await room.publish({ ...own, structure: stricter }, 2);
    await eventually(async () => {
      const { totalTopics, completedTopics } = await progressOf(
        room.service,
        learner,
        enrollmentId,
      );
      expect([completedTopics, totalTopics]).toEqual([1, 4]);
    });
    expect(await state()).toEqual(before);

    await room.withdraw(own, enrolled);
    await room.enroll(own, learner, enrollmentId);
    expect(await state()).toEqual(before);
  });

  it('catches up with a new version in the same step, crediting the rest to the learner', async () => {
    const own = await room.publish(sampleCourse({ attemptsAllowed: 1 }));
    const enrolled = await room.enroll(own);
    const { learner, enrollmentId } = enrolled;
    const inputs = [activity(enrollmentId, own.ids.reflection, { occurredAt: NOW })];
    await room.service.as(learner).ok(RECORD, { inputs });
    const looser = structuredClone(own.structure);
    looser.modules[1]!.lessons[0]!.topics[0]!.completionRule = 'VIEW';
    await room.publish({ ...own, structure: looser }, 2);
    await complete(enrolled, own.ids.exam);
    const { modules } = await progressOf(room.service, learner, enrollmentId);
    expect(modules[1]!.lessons[0]!.topics[0]!.state).toBe('COMPLETE');
    const rows = await room.service.sql<{ topic_id: string; completed_by: string | null }>(
      `SELECT topic_id, completed_by FROM topic_progress
       WHERE enrollment_id = $1 AND completed_at IS NOT NULL`,
      [enrollmentId],
    );
    expect(Object.fromEntries(rows.map((row) => [row.topic_id, row.completed_by]))).toEqual({
      [own.ids.exam]: room.instructor.userId,
      [own.ids.reflection]: null,
    });
  });
});

describe('completing a topic for a learner', () => {
  it('is for the staff who teach the course, and for administrators', async () => {
    const enrolled = await room.enroll(course);
    const vars = given(enrolled, course.ids.exam);
    const { organizationId } = room;
    const here = { role: 'TEACHING_ASSISTANT', scope: 'COURSE', scopeId: course.courseId } as const;
    const elsewhere = { role: 'INSTRUCTOR', scope: 'COURSE', scopeId: newId() } as const;
    const denied = { code: 'PERMISSION_DENIED', permission: 'progress:override' };
    for (const viewer of [
      enrolled.learner,
      person({ organizationId }),
      person({ organizationId, roles: ['INSTRUCTOR'] }),
      person({ organizationId, roles: [], assignments: [here] }),
      person({ organizationId, roles: [], assignments: [elsewhere] }),
    ]) {
      expect(await refused(viewer, vars)).toMatchObject(denied);
    }
    const stranger = person({ roles: ['ORGANIZATION_ADMIN'] });
    expect(await refused(stranger, vars)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await events(enrolled)).toEqual([]);
  });

  it('is refused by reason', async () => {
    const enrolled = await room.enroll(course);
    const { instructor } = room;
    expect(await refused(instructor, given(enrolled, course.ids.exam, ' '))).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', path: ['input', 'reason'] },
    });
    expect(await refused(instructor, given(enrolled, course.ids.quiz))).toMatchObject({
      code: 'NOT_FOUND',
    });
    await room.withdraw(course, enrolled);
    expect(await refused(instructor, given(enrolled, course.ids.exam))).toMatchObject({
      ...{ code: 'CONFLICT', reason: 'WITHDRAWN' },
    });
  });
});
