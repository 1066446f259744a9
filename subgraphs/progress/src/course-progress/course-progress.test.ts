import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { certificateIssued, courseCompleted, courseProgressChanged } from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import { ANONYMOUS } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
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
  SUBMIT,
  type Classroom,
  type Enrolled,
} from '../../test/classroom.js';
import { RIGHT, RIGHT_WORD, sampleCourse, type SampleCourse } from '../../test/sample-course.js';

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

/** Everything that the sample course asks for, as separate requests. */
function everything(enrolled: Enrolled, of = course): (() => Promise<unknown>)[] {
  const { enrollmentId } = enrolled;
  const { reading, quiz, secondQuiz, reflection } = of.ids;
  const submit = (blockId: string, answers: unknown) => () =>
    as(enrolled).ok(SUBMIT, { input: { enrollmentId, blockId, answers } });
  const inputs = [reading, ...of.more.map((one) => one.topicId)].map((id) =>
    activity(enrollmentId, id),
  );
  return [
    () => as(enrolled).ok(RECORD, { inputs }),
    submit(quiz, RIGHT),
    submit(secondQuiz, RIGHT_WORD),
    () => as(enrolled).ok(COMPLETE, { input: { enrollmentId, topicId: reflection } }),
  ];
}

async function complete(enrolled: Enrolled, of = course): Promise<void> {
  for (const step of everything(enrolled, of)) await step();
}

async function told(enrollmentId: string) {
  const of = (events: { aggregateId: string }[]) =>
    events.filter((event) => event.aggregateId === enrollmentId).length;
  return {
    completions: of(await room.service.published(courseCompleted)),
    certificates: of(await room.service.published(certificateIssued)),
  };
}

describe('completing a course', () => {
  it('happens once, with one certificate, when everything comes at once', async () => {
    const enrolled = await room.enroll(course);
    await room.register(enrolled.learner, 'Ada Lovelace');
    const requests = [...everything(enrolled), ...everything(enrolled)];
    await Promise.all(requests.map((request) => request()));
    expect(await progress(enrolled)).toMatchObject({
      percent: 100,
      completedTopics: 3,
      state: 'COMPLETE',
      nextTopic: null,
      completedAt: expect.any(String),
      certificate: { learnerName: 'Ada Lovelace' },
    });
    expect(await told(enrolled.enrollmentId)).toEqual({ completions: 1, certificates: 1 });
    const percents = (await room.service.published(courseProgressChanged))
      .filter((event) => event.aggregateId === enrolled.enrollmentId)
      .map((event) => event.data.percent);
    expect(percents).toEqual([33, 67, 100]);
  });

  it('does not end the learning: activity goes on and changes nothing of it', async () => {
    const enrolled = await room.enroll(course);
    await complete(enrolled);
    const before = await progress(enrolled);
    const inputs = [activity(enrolled.enrollmentId, course.ids.reading)];
    await as(enrolled).ok(RECORD, { inputs });
    const { lastActivityAt: _, modules, ...after } = await progress(enrolled);
    expect(before).toMatchObject(after);
    expect(modules[0]!.lessons[0]!.topics[0]!.views).toBe(2);
    expect(await told(enrolled.enrollmentId)).toEqual({ completions: 1, certificates: 1 });
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
    expect(await ask(figures, refs.slice(0, 1))).toBe(1);
    expect(await ask(figures, refs)).toBe(1);
    const deep = 'modules { percent lessons { topics { state } } }';
    const one = await ask(deep, refs.slice(0, 1));
    expect(await ask(deep, refs)).toBe(one);
  });
});

describe('a new version of a course', () => {
  it('is what progress is measured by from then on', async () => {
    const growing = await room.publish(sampleCourse({ more: 1 }));
    const [idle, halfway, done, gone] = [
      await room.enroll(growing),
      await room.enroll(growing),
      await room.enroll(growing),
      await room.enroll(growing),
    ] as const;
    await complete(done, growing);
    await as(halfway).ok(RECORD, { inputs: [activity(halfway.enrollmentId, growing.ids.reading)] });
    await room.withdraw(growing, gone);

    const larger = sampleCourse({ more: 4 });
    const topics = larger.structure.modules[1]!.lessons[0]!.topics.slice(1);
    const structure = structuredClone(growing.structure);
    structure.modules[1]!.lessons[0]!.topics.push(...topics);
    await room.publish({ ...growing, structure }, 3);
    await eventually(async () => expect((await progress(idle)).totalTopics).toBe(8));
    expect(await progress(halfway)).toMatchObject({ percent: 13, completedTopics: 1 });
    expect(await progress(done)).toMatchObject({
      percent: 100,
      completedTopics: 4,
      totalTopics: 4,
      state: 'COMPLETE',
      nextTopic: null,
    });
    expect((await progress(gone)).totalTopics).toBe(4);

    // A version that comes late changes nothing.
    await room.publish(growing, 2);
    const topicId = topics[0]!.id;
    const inputs = [activity(idle.enrollmentId, topicId)];
    await as(idle).ok(RECORD, { inputs });
    expect(await progress(idle)).toMatchObject({ totalTopics: 8, completedTopics: 1 });

    // Without the topics that were left, the course is complete.
    const shorter = structuredClone(growing.structure);
    shorter.modules = [{ ...shorter.modules[0]!, lessons: [shorter.modules[0]!.lessons[0]!] }];
    await room.publish({ ...growing, structure: shorter }, 4);
    await eventually(async () => expect((await progress(halfway)).state).toBe('COMPLETE'));
    expect(await told(halfway.enrollmentId)).toEqual({ completions: 1, certificates: 1 });
    expect(await told(done.enrollmentId)).toEqual({ completions: 1, certificates: 1 });
    // Nothing is left of what the idle learner did.
    await eventually(async () => expect((await progress(idle)).totalTopics).toBe(1));
    expect(await progress(idle)).toMatchObject({ percent: 0, state: 'INCOMPLETE' });
  });

  it('counts what was done before under the new rules', async () => {
    const strict = await room.publish(sampleCourse());
    const enrolled = await room.enroll(strict);
    const { enrollmentId } = enrolled;
    const input = { enrollmentId, blockId: strict.ids.quiz, answers: RIGHT };
    await as(enrolled).ok(SUBMIT, { input });
    expect((await progress(enrolled)).completedTopics).toBe(0);
    const easier = structuredClone(strict.structure);
    easier.modules[0]!.lessons[1]!.topics[0]!.blocks.pop();
    await room.publish({ ...strict, structure: easier }, 2);
    await eventually(async () => expect((await progress(enrolled)).completedTopics).toBe(1));
  });

  it('reaches more learners than fit into one batch', async () => {
    const large = await room.publish(sampleCourse());
    await Promise.all(Array.from({ length: 230 }, () => room.enroll(large)));
    const structure = structuredClone(large.structure);
    structure.modules.pop();
    await room.publish({ ...large, structure }, 2);
    await eventually(async () => {
      const rows = await room.service.sql(
        'SELECT 1 FROM course_progress WHERE course_id = $1 AND total_topics = 2',
        [large.courseId],
      );
      expect(rows).toHaveLength(230);
    });
  });
});

it('knows a course whose enrollments came first', async () => {
  const late = sampleCourse();
  const enrolled = await room.enroll(late);
  expect(await progress(enrolled)).toMatchObject({ totalTopics: 0, state: 'INCOMPLETE' });
  await room.publish(late);
  await eventually(async () => expect((await progress(enrolled)).totalTopics).toBe(3));
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
