import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readAnswerFeedbackId } from '@lyceum/events/answer-feedback';
import type { ShowFeedback } from '@lyceum/events/course';
import {
  GRANT,
  openClassroom,
  statementsOf,
  type Classroom,
  type Enrolled,
} from '../../test/classroom.js';
import { MOSTLY_WRONG, RIGHT, sampleCourse, type SampleCourse } from '../../test/sample-course.js';

let room: Classroom;
beforeAll(async () => {
  room = await openClassroom();
});
afterAll(() => room.service.close());

const SUBMIT = `mutation ($input: SubmitAnswerInput!) { submitAnswer(input: $input) {
  number answers { questionId choiceIds feedback { id } } } }`;
const ATTEMPTS = `query ($id: ID!, $blockId: ID!) {
  _entities(representations: [{ __typename: "Enrollment", id: $id }]) {
    ... on Enrollment { attempts(blockId: $blockId) { number answers { questionId choiceIds feedback { id } } } } } }`;

interface Answer {
  questionId: string;
  choiceIds: string[] | null;
  feedback: { id: string } | null;
}
interface Attempt {
  number: number;
  answers: Answer[];
}

async function submit(
  { learner, enrollmentId }: Enrolled,
  course: SampleCourse,
  answers: object[],
) {
  const input = { enrollmentId, blockId: course.ids.quiz, answers };
  const graph = room.service.as(learner);
  return (await graph.ok<{ submitAnswer: Attempt }>(SUBMIT, { input })).submitAnswer;
}
async function listed({ learner, enrollmentId }: Enrolled, course: SampleCourse, viewer = learner) {
  const answer = await room.service
    .as(viewer)
    .ok<{ _entities: [{ attempts: Attempt[] }] }>(ATTEMPTS, {
      ...{ id: enrollmentId, blockId: course.ids.quiz },
    });
  return answer._entities[0].attempts;
}
const set = (showFeedback: ShowFeedback, attemptsAllowed: number | null = null) =>
  room.publish(sampleCourse({ showFeedback, attemptsAllowed }));
const shown = ({ answers }: Attempt) => answers.map(({ feedback }) => feedback !== null);
const ALL = [true, true, true];
const NONE = [false, false, false];

describe('feedback on an answer', () => {
  it('is referred to by what was answered, once it is submitted', async () => {
    for (const course of [await room.publish(), await set('AFTER_SUBMISSION')]) {
      const enrolled = await room.enroll(course);
      const { answers } = await submit(enrolled, course, MOSTLY_WRONG);
      expect(answers.map(({ choiceIds }) => choiceIds)).toEqual([['a'], ['d'], []]);
      expect(answers.map(({ feedback }) => readAnswerFeedbackId(feedback!.id))).toEqual(
        [
          { questionId: 'single', correct: false, choiceIds: ['a'] },
          { questionId: 'multiple', correct: false, choiceIds: ['d'] },
          { questionId: 'number', correct: true, choiceIds: [] },
        ].map((own) => ({
          ...{ courseId: course.courseId, versionNumber: 1, blockId: course.ids.quiz },
          ...own,
        })),
      );
    }
  });

  it('is not there for a question that was left out; to choose none of many is an answer', async () => {
    const course = await room.publish();
    const enrolled = await room.enroll(course);
    expect(shown(await submit(enrolled, course, []))).toEqual(NONE);
    const blank = [
      { questionId: 'single', choiceIds: [] },
      { questionId: 'multiple', choiceIds: [] },
      { questionId: 'number', text: ' ' },
    ];
    expect(shown(await submit(enrolled, course, blank))).toEqual([false, true, false]);
  });

  it('is never there when the author says so', async () => {
    const course = await set('NEVER', 1);
    const enrolled = await room.enroll(course);
    expect(shown(await submit(enrolled, course, RIGHT))).toEqual(NONE);
    const [attempt] = await listed(enrolled, course, room.instructor);
    expect(shown(attempt!)).toEqual(NONE);
  });

  it('waits for a passed attempt, or for the last one, and opens the earlier ones too', async () => {
    const course = await set('WHEN_PASSED_OR_EXHAUSTED', 2);
    const [passing, failing] = [await room.enroll(course), await room.enroll(course)];
    for (const enrolled of [passing, failing]) {
      expect(shown(await submit(enrolled, course, MOSTLY_WRONG))).toEqual(NONE);
      expect((await listed(enrolled, course)).map(shown)).toEqual([NONE]);
    }
    expect(shown(await submit(passing, course, RIGHT))).toEqual(ALL);
    expect(shown(await submit(failing, course, MOSTLY_WRONG))).toEqual(ALL);
    for (const enrolled of [passing, failing]) {
      expect((await listed(enrolled, course)).map(shown)).toEqual([ALL, ALL]);
    }
    const unlimited = await set('WHEN_PASSED_OR_EXHAUSTED');
    const trying = await room.enroll(unlimited);
    for (let i = 0; i < 3; i += 1) {
      expect(shown(await submit(trying, unlimited, MOSTLY_WRONG))).toEqual(NONE);
    }
  });

  it('waits again once attempts were granted to a learner who had none left', async () => {
    const course = await set('WHEN_PASSED_OR_EXHAUSTED', 1);
    const enrolled = await room.enroll(course);
    expect(shown(await submit(enrolled, course, MOSTLY_WRONG))).toEqual(ALL);
    await room.service.as(room.instructor).ok(GRANT, {
      input: {
        ...{ enrollmentId: enrolled.enrollmentId, blockId: course.ids.quiz },
        ...{ attempts: 1, reason: 'Power cut' },
      },
    });
    expect((await listed(enrolled, course)).map(shown)).toEqual([NONE]);
    expect(shown(await submit(enrolled, course, MOSTLY_WRONG))).toEqual(ALL);
    expect((await listed(enrolled, course)).map(shown)).toEqual([ALL, ALL]);
  });

  it('is by what the author set last, and closed once the quiz is gone', async () => {
    const course = await set('AFTER_SUBMISSION');
    const enrolled = await room.enroll(course);
    await submit(enrolled, course, MOSTLY_WRONG);
    const quiz = course.structure.modules[0]!.lessons[1]!.topics[0]!.blocks[0]!.quiz!;
    quiz.showFeedback = 'NEVER';
    await room.publish(course, 2);
    expect((await listed(enrolled, course)).map(shown)).toEqual([NONE]);
    quiz.showFeedback = 'AFTER_SUBMISSION';
    await room.publish(course, 3);
    const [attempt] = await listed(enrolled, course);
    // What is said is of the version that was answered.
    expect(readAnswerFeedbackId(attempt!.answers[0]!.feedback!.id)).toMatchObject({
      versionNumber: 1,
    });
    course.structure.modules[0]!.lessons[1]!.topics[0]!.blocks = [];
    await room.publish(course, 4);
    expect((await listed(enrolled, course)).map(shown)).toEqual([NONE]);
  });

  it('is there for attempts from before what was chosen was kept', async () => {
    const course = await room.publish();
    const enrolled = await room.enroll(course);
    await submit(enrolled, course, MOSTLY_WRONG.slice(0, 1));
    await room.service.sql(
      `UPDATE assessment_attempt SET answers =
         (SELECT jsonb_agg(one - 'choiceIds' - 'answered') FROM jsonb_array_elements(answers) one)
       WHERE enrollment_id = $1`,
      [enrolled.enrollmentId],
    );
    const [attempt] = await listed(enrolled, course);
    expect(shown(attempt!)).toEqual([true, false, false]);
    expect(attempt!.answers[0]!.choiceIds).toBeNull();
    expect(readAnswerFeedbackId(attempt!.answers[0]!.feedback!.id)).toMatchObject({
      choiceIds: null,
    });
  });

  it('costs as many statements for many attempts as for one', async () => {
    const course = await room.publish();
    const [one, many] = [await room.enroll(course), await room.enroll(course)];
    await submit(one, course, MOSTLY_WRONG);
    for (let i = 0; i < 4; i += 1) await submit(many, course, MOSTLY_WRONG);
    const statements = (enrolled: Enrolled) =>
      statementsOf(room.service, () => listed(enrolled, course));
    expect(await statements(many)).toBe(await statements(one));
  });
});
