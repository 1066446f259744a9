import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { attemptSubmitted } from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import { person } from '@lyceum/testkit/person';
import {
  activity,
  COMPLETE,
  openClassroom,
  progressOf,
  RECORD,
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

let room: Classroom;
let course: SampleCourse;
let limited: SampleCourse;
beforeAll(async () => {
  room = await openClassroom();
  course = await room.publish();
  limited = await room.publish(sampleCourse({ attemptsAllowed: 3 }));
});
afterAll(() => room.service.close());

interface Submitted {
  submitAnswer: { id: string; number: number; passed: boolean; attemptsLeft: number | null };
}

const submission = ({ enrollmentId }: Enrolled, given: Record<string, unknown> = {}) => ({
  input: { enrollmentId, blockId: course.ids.quiz, answers: RIGHT, ...given },
});

async function submit(enrolled: Enrolled, given: Record<string, unknown> = {}) {
  const graph = room.service.as(enrolled.learner);
  return (await graph.ok<Submitted>(SUBMIT, submission(enrolled, given))).submitAnswer;
}

describe('answering a quiz', () => {
  it('marks each question, and completes the topic when every quiz of it is passed', async () => {
    const enrolled = await room.enroll(course);
    expect(await submit(enrolled, { answers: MOSTLY_WRONG })).toMatchObject({
      number: 1,
      score: 1,
      maxScore: 4,
      percent: 25,
      passed: false,
      attemptsLeft: null,
      topic: { id: course.ids.exam },
      learner: { id: enrolled.learner.userId },
      answers: [
        { questionId: 'single', response: 'Alpha', correct: false, points: 0, maxPoints: 1 },
        { questionId: 'multiple', response: 'Delta', correct: false, points: 0, maxPoints: 2 },
        { questionId: 'number', response: '42', correct: true, points: 1, maxPoints: 1 },
      ],
      progress: { completedTopics: 0 },
    });
    expect(await submit(enrolled)).toMatchObject({
      number: 2,
      passed: true,
      progress: { completedTopics: 0 },
    });
    const word = { blockId: course.ids.secondQuiz, answers: RIGHT_WORD };
    expect(await submit(enrolled, word)).toMatchObject({
      number: 1,
      passed: true,
      progress: { completedTopics: 1, percent: 33 },
    });
    // A worse attempt takes nothing back.
    expect(await submit(enrolled, { answers: MOSTLY_WRONG })).toMatchObject({
      progress: { completedTopics: 1 },
    });
    const progress = await progressOf(room.service, enrolled.learner, enrolled.enrollmentId);
    expect(progress.modules[0]!.lessons[1]!.topics[0]).toMatchObject({ state: 'COMPLETE_PASS' });
  });

  it('completes a topic whose quizzes only have to be submitted, passed or not', async () => {
    const lenient = await room.publish(
      sampleCourse({ completion: 'SUBMITTED', attemptsAllowed: 1 }),
    );
    const enrolled = await room.enroll(lenient);
    const first = { blockId: lenient.ids.quiz, answers: MOSTLY_WRONG };
    expect(await submit(enrolled, first)).toMatchObject({
      ...{ percent: 25, passed: false, attemptsLeft: 0 },
      progress: { completedTopics: 0 },
    });
    const second = { blockId: lenient.ids.secondQuiz, answers: [] };
    expect(await submit(enrolled, second)).toMatchObject({
      ...{ percent: 0, passed: false, attemptsLeft: 0 },
      progress: { completedTopics: 1 },
    });
    const progress = await progressOf(room.service, enrolled.learner, enrolled.enrollmentId);
    expect(progress.modules[0]!.lessons[1]!.topics[0]).toMatchObject({ state: 'COMPLETE' });
    const marks = (await room.service.published(attemptSubmitted))
      .filter(({ aggregateId }) => aggregateId === enrolled.enrollmentId)
      .map(({ data: { score, maxScore, passed } }) => ({ score, maxScore, passed }));
    expect(marks).toEqual([
      { score: 1, maxScore: 4, passed: false },
      { score: 0, maxScore: 1, passed: false },
    ]);
  });

  it('leads to the certificate where quizzes only have to be submitted', async () => {
    const lenient = await room.publish(
      sampleCourse({ completion: 'SUBMITTED', attemptsAllowed: 1 }),
    );
    const enrolled = await room.enroll(lenient);
    const { enrollmentId } = enrolled;
    for (const blockId of [lenient.ids.quiz, lenient.ids.secondQuiz]) {
      await submit(enrolled, { blockId, answers: [] });
    }
    const graph = room.service.as(enrolled.learner);
    await graph.ok(RECORD, { inputs: [activity(enrollmentId, lenient.ids.reading)] });
    await graph.ok(COMPLETE, { input: { enrollmentId, topicId: lenient.ids.reflection } });
    const progress = await progressOf(room.service, enrolled.learner, enrollmentId);
    expect(progress).toMatchObject({ percent: 100, state: 'COMPLETE' });
    expect(progress.certificate?.verificationCode).toBeTruthy();
  });

  it('never says what would have been right', async () => {
    const enrolled = await room.enroll(course);
    const answers = [
      { questionId: 'single', choiceIds: ['a'] },
      { questionId: 'multiple', choiceIds: ['d'] },
      { questionId: 'number', number: 1 },
    ];
    const said = [
      await submit(enrolled, { answers }),
      await submit(enrolled, { blockId: course.ids.secondQuiz, answers: [] }),
      await progressOf(room.service, enrolled.learner, enrolled.enrollmentId),
      (await room.service.published(attemptSubmitted)).filter(
        (event) => event.aggregateId === enrolled.enrollmentId,
      ),
    ];
    expect(JSON.stringify(said)).not.toMatch(/SECRET|41\.5|42\.5/);
    const leak = 'query { __type(name: "MarkedAnswer") { fields { name } } }';
    const { __type } = await room.service
      .as(enrolled.learner)
      .ok<{ __type: { fields: { name: string }[] } }>(leak);
    expect(__type.fields.map((field) => field.name)).toEqual([
      'questionId',
      'prompt',
      'response',
      'choiceIds',
      'correct',
      'points',
      'maxPoints',
      'feedback',
    ]);
  });

  it('lets nobody take more attempts than allowed, however many come at once', async () => {
    const enrolled = await room.enroll(limited);
    const vars = submission(enrolled, { blockId: limited.ids.quiz });
    const graph = room.service.as(enrolled.learner);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => graph.query<Submitted>(SUBMIT, vars)),
    );
    const made = answers.filter((answer) => !answer.errors);
    const counted = made.map(({ data: { submitAnswer: attempt } }) => [
      attempt.number,
      attempt.attemptsLeft,
    ]);
    expect(new Map(counted as [number, number][])).toEqual(
      new Map([
        [1, 2],
        [2, 1],
        [3, 0],
      ]),
    );
    expect(made).toHaveLength(3);
    const refused = answers.flatMap((answer) => answer.errors ?? []);
    expect(refused.map((error) => error.extensions?.['reason'])).toEqual(
      Array.from({ length: 5 }, () => 'NO_ATTEMPTS_LEFT'),
    );
  });

  it('takes a submission that is sent again for the same attempt', async () => {
    const enrolled = await room.enroll(limited);
    const given = { blockId: limited.ids.quiz, submissionId: newId() };
    const attempts = await Promise.all([submit(enrolled, given), submit(enrolled, given)]);
    expect(attempts[0].id).toBe(attempts[1].id);
    expect((await submit(enrolled, given)).number).toBe(1);
    const reused = { ...submission(enrolled, { ...given, blockId: limited.ids.secondQuiz }) };
    expect(await room.service.as(enrolled.learner).refusal(SUBMIT, reused)).toBe('CONFLICT');
    const events = (await room.service.published(attemptSubmitted)).filter(
      (event) => event.aggregateId === enrolled.enrollmentId,
    );
    expect(events).toHaveLength(1);
  });

  it('tells others of a long answer in brief: events are bounded', async () => {
    const enrolled = await room.enroll(course);
    const answers = [{ questionId: 'capital', text: 'ü'.repeat(4_000) }];
    await submit(enrolled, { blockId: course.ids.secondQuiz, answers });
    const [event] = (await room.service.published(attemptSubmitted)).filter(
      ({ aggregateId }) => aggregateId === enrolled.enrollmentId,
    );
    const told = event?.data.answers.find(({ questionId }) => questionId === 'capital');
    expect(told?.response).toBe(`${'ü'.repeat(500)}…`);
  });

  it('refuses what does not belong to the quiz, and whom the enrollment does not', async () => {
    const enrolled = await room.enroll(course);
    const graph = room.service.as(enrolled.learner);
    const refusal = (given: Record<string, unknown>) =>
      graph.refusal(SUBMIT, submission(enrolled, given));
    expect(await refusal({ answers: [{ questionId: 'other' }] })).toBe('BAD_USER_INPUT');
    expect(await refusal({ answers: [{ questionId: 'single', choiceIds: ['z'] }] })).toBe(
      'BAD_USER_INPUT',
    );
    expect(await refusal({ blockId: course.ids.page })).toBe('NOT_FOUND');
    const classmate = person({ organizationId: room.organizationId });
    for (const viewer of [classmate, person()]) {
      expect(await room.service.as(viewer).refusal(SUBMIT, submission(enrolled))).toBe('NOT_FOUND');
    }
    const { errors } = await room.service.as(room.instructor).query(SUBMIT, submission(enrolled));
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('grantAttempts'),
      extensions: { code: 'PERMISSION_DENIED', permission: 'activity:record-for-others' },
    });
    await room.withdraw(course, enrolled);
    expect(await refusal({})).toBe('CONFLICT');
  });
});

it('takes whatever text a learner types', async () => {
  const enrolled = await room.enroll(course);
  for (const text of ['a\0b', '\uD800', 'x'.repeat(5_000), "'; DROP TABLE", '\u{1F600}']) {
    const answers = [{ questionId: 'capital', text }];
    const attempt = await submit(enrolled, { blockId: course.ids.secondQuiz, answers });
    expect(attempt.passed).toBe(false);
  }
});

const ATTEMPTS = `query ($id: ID!, $blockId: ID!) {
  _entities(representations: [{ __typename: "Enrollment", id: $id }]) {
    ... on Enrollment { attempts(blockId: $blockId) { number passed } }
  }
}`;

it('lists the attempts at a quiz, newest first', async () => {
  const enrolled = await room.enroll(course);
  await submit(enrolled, { answers: MOSTLY_WRONG });
  await submit(enrolled);
  await submit(enrolled, { blockId: course.ids.secondQuiz, answers: [] });
  const vars = { id: enrolled.enrollmentId, blockId: course.ids.quiz };
  for (const viewer of [enrolled.learner, room.instructor]) {
    expect(await room.service.as(viewer).ok(ATTEMPTS, vars)).toEqual({
      _entities: [
        {
          attempts: [
            { number: 2, passed: true },
            { number: 1, passed: false },
          ],
        },
      ],
    });
  }
  const classmate = person({ organizationId: room.organizationId });
  expect(await room.service.as(classmate).refusal(ATTEMPTS, vars)).toBe('NOT_FOUND');
});
