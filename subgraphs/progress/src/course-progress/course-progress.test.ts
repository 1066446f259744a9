import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { courseProgressChanged } from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import { ANONYMOUS } from '@lyceum/platform/viewer';
import { person } from '@lyceum/testkit/person';
import {
  activity,
  COMPLETE,
  openClassroom,
  PROGRESS,
  progressOf,
  RECORD,
  roomOf,
  statementsOf,
  type Classroom,
  type Enrolled,
} from '../../test/classroom.js';
import { everything, learnEverything, told } from '../../test/learning.js';
import { sampleCourse, type SampleCourse } from '../../test/sample-course.js';

let room: Classroom;
let course: SampleCourse;
beforeAll(async () => {
  room = await openClassroom();
  course = await room.publish();
});
afterAll(() => room.service.close());

const as = ({ learner }: Enrolled) => room.service.as(learner);
const progress = ({ learner, enrollmentId }: Enrolled) =>
  progressOf(room.service, learner, enrollmentId);

describe('completing a course', () => {
  it('happens once, with one certificate, when everything comes at once', async () => {
    const enrolled = await room.enroll(course);
    await room.register(enrolled.learner, 'Ada Lovelace');
    const all = () => everything(room.service, enrolled, course);
    const requests = [...all(), ...all()];
    await Promise.all(requests.map((request) => request()));
    expect(await progress(enrolled)).toMatchObject({
      percent: 100,
      completedTopics: 3,
      state: 'COMPLETE',
      nextTopic: null,
      completedAt: expect.any(String),
      certificate: { learnerName: 'Ada Lovelace' },
    });
    expect(await told(room.service, enrolled.enrollmentId)).toEqual({
      completions: 1,
      certificates: 1,
    });
    const percents = (await room.service.published(courseProgressChanged))
      .filter((event) => event.aggregateId === enrolled.enrollmentId)
      .map((event) => event.data.percent);
    expect(percents).toEqual([33, 67, 100]);
  });

  it('does not end the learning: activity goes on and changes nothing of it', async () => {
    const enrolled = await room.enroll(course);
    await learnEverything(room.service, enrolled, course);
    const before = await progress(enrolled);
    const inputs = [activity(enrolled.enrollmentId, course.ids.reading)];
    await as(enrolled).ok(RECORD, { inputs });
    const { lastActivityAt: _, modules, ...after } = await progress(enrolled);
    expect(before).toMatchObject(after);
    expect(modules[0]!.lessons[0]!.topics[0]!.views).toBe(2);
    expect(await told(room.service, enrolled.enrollmentId)).toEqual({
      completions: 1,
      certificates: 1,
    });
  });
});

describe('a topic that the learner completes by saying so', () => {
  const complete = (enrolled: Enrolled, topicId: string) => ({
    input: { enrollmentId: enrolled.enrollmentId, topicId },
  });

  it('is complete at once, and only once', async () => {
    const enrolled = await room.enroll(course);
    const vars = complete(enrolled, course.ids.reflection);
    const said = { completeTopic: expect.objectContaining({ completedTopics: 1, percent: 33 }) };
    expect(await as(enrolled).ok(COMPLETE, vars)).toEqual(said);
    expect(await as(enrolled).ok(COMPLETE, vars)).toEqual(said);
    const events = (await room.service.published(courseProgressChanged)).filter(
      (event) => event.aggregateId === enrolled.enrollmentId,
    );
    expect(events).toHaveLength(1);
  });

  it('is none that is completed otherwise, or of another course, or of someone else', async () => {
    const enrolled = await room.enroll(course);
    expect(await as(enrolled).refusal(COMPLETE, complete(enrolled, course.ids.reading))).toBe(
      'CONFLICT',
    );
    expect(await as(enrolled).refusal(COMPLETE, complete(enrolled, newId()))).toBe('NOT_FOUND');
    const classmate = person({ organizationId: room.organizationId });
    const vars = complete(enrolled, course.ids.reflection);
    expect(await room.service.as(classmate).refusal(COMPLETE, vars)).toBe('NOT_FOUND');
    await room.withdraw(course, enrolled);
    expect(await as(enrolled).refusal(COMPLETE, vars)).toBe('CONFLICT');
  });

  it('points those who teach or administer to how they complete one for a learner', async () => {
    const enrolled = await room.enroll(course);
    const refused = async (viewer: Enrolled['learner']) => {
      const vars = complete(enrolled, course.ids.reading);
      const { errors } = await room.service.as(viewer).query(COMPLETE, vars);
      return errors?.[0];
    };
    expect(await refused(room.instructor)).toMatchObject({
      message: expect.stringContaining('completeTopicFor'),
      extensions: { code: 'PERMISSION_DENIED', permission: 'activity:record-for-others' },
    });
    expect(await refused(room.admin)).toMatchObject({
      message: expect.stringContaining('completeTopicFor'),
      extensions: { code: 'CONFLICT', reason: 'NOT_MANUAL' },
    });
    expect(await refused(enrolled.learner)).toMatchObject({
      message: expect.not.stringContaining('completeTopicFor'),
      extensions: { code: 'CONFLICT', reason: 'NOT_MANUAL' },
    });
  });
});

describe('who sees progress', () => {
  it('is the learner, and who has insights into the course', async () => {
    const enrolled = await room.enroll(course);
    const { organizationId } = room;
    const here = { role: 'TEACHING_ASSISTANT', scope: 'COURSE', scopeId: course.courseId } as const;
    const elsewhere = { ...here, scopeId: newId() };
    const assistant = person({ organizationId, roles: [], assignments: [here] });
    for (const viewer of [enrolled.learner, room.instructor, assistant]) {
      const seen = await progressOf(room.service, viewer, enrolled.enrollmentId);
      expect(seen.percent).toBe(0);
    }
    const others = [
      person({ organizationId }),
      person({ organizationId, roles: [], assignments: [elsewhere] }),
      person({ roles: ['ORGANIZATION_ADMIN'] }),
    ];
    const vars = { id: enrolled.enrollmentId };
    for (const viewer of others) {
      expect(await room.service.as(viewer).refusal(PROGRESS, vars)).toBe('NOT_FOUND');
    }
    expect(await room.service.as(ANONYMOUS).refusal(PROGRESS, vars)).toBe('UNAUTHENTICATED');
  });

  it('finds entities of others to be absent', async () => {
    const enrolled = await room.enroll(course);
    const query = `query ($id: ID!) {
      _entities(representations: [{ __typename: "CourseProgress", id: $id }]) {
        ... on CourseProgress { percent }
      }
    }`;
    const vars = { id: enrolled.enrollmentId };
    expect(await as(enrolled).ok(query, vars)).toEqual({ _entities: [{ percent: 0 }] });
    for (const viewer of [person({ organizationId: room.organizationId }), person(), ANONYMOUS]) {
      expect(await room.service.as(viewer).ok(query, vars)).toEqual({ _entities: [null] });
    }
  });

  it('keeps it after withdrawal, and prefers an enrollment that is running', async () => {
    const first = await room.enroll(course);
    await room.withdraw(course, first);
    expect((await progress(first)).totalTopics).toBe(3);
    const query = `query ($course: ID!, $topic: ID!) {
      _entities(representations: [
        { __typename: "Course", id: $course }, { __typename: "Topic", id: $topic }
      ]) {
        ... on Course { myProgress { id } }
        ... on Topic { myProgress { state views } }
      }
    }`;
    const vars = { course: course.courseId, topic: course.ids.reading };
    expect(await as(first).ok(query, vars)).toEqual({
      _entities: [
        { myProgress: { id: first.enrollmentId } },
        { myProgress: { state: 'INCOMPLETE', views: 0 } },
      ],
    });
    const again = await room.enroll(course, first.learner);
    await as(again).ok(RECORD, { inputs: [activity(again.enrollmentId, course.ids.reading)] });
    expect(await as(first).ok(query, vars)).toEqual({
      _entities: [
        { myProgress: { id: again.enrollmentId } },
        { myProgress: { state: 'COMPLETE', views: 1 } },
      ],
    });
    const nothing = { _entities: [{ myProgress: null }, { myProgress: null }] };
    expect(await room.service.as(room.instructor).ok(query, vars)).toEqual(nothing);
    expect(await room.service.as(ANONYMOUS).ok(query, vars)).toEqual(nothing);
  });

  it('sees it in the answer of the mutation that enrolls', async () => {
    const learner = person({ organizationId: room.organizationId });
    const enrollmentId = newId();
    const asking = progressOf(room.service, learner, enrollmentId);
    await room.enroll(course, learner, enrollmentId);
    expect(await asking).toMatchObject({ percent: 0, totalTopics: 3, state: 'INCOMPLETE' });
  });
});

describe('a list of 20 enrollments', () => {
  const LIST = (fields: string) => `query ($refs: [_Any!]!) {
    _entities(representations: $refs) { ... on Enrollment { progress { ${fields} } } }
  }`;

  it('costs as much as one', async () => {
    const learner = person({ organizationId: room.organizationId });
    const courses = await Promise.all(
      Array.from({ length: 20 }, () => room.publish(sampleCourse())),
    );
    const enrolled = await Promise.all(courses.map((one) => room.enroll(one, learner)));
    const refs = enrolled.map((one) => ({ __typename: 'Enrollment', id: one.enrollmentId }));
    const ask = (fields: string, list: unknown[]) =>
      statementsOf(room.service, () => room.service.as(learner).ok(LIST(fields), { refs: list }));
    const figures = 'percent completedTopics totalTopics state nextTopic { id } certificate { id }';
    expect(await ask(figures, refs.slice(0, 1))).toBe(2);
    expect(await ask(figures, refs)).toBe(2);
    const deep = 'modules { percent lessons { topics { state } } }';
    const one = await ask(deep, refs.slice(0, 1));
    expect(await ask(deep, refs)).toBe(one);
  });
});

it('ignores what another organization says about an enrollment', async () => {
  const enrolled = await room.enroll(course);
  const elsewhere = roomOf(room.service, newId());
  await elsewhere.withdraw(course, enrolled);
  await elsewhere.publish({ ...course, structure: { modules: [] } }, 9);
  const inputs = [activity(enrolled.enrollmentId, course.ids.reading)];
  expect(await as(enrolled).ok(RECORD, { inputs })).toMatchObject({
    recordActivities: { accepted: 1 },
  });
  expect((await progress(enrolled)).completedTopics).toBe(1);
});
