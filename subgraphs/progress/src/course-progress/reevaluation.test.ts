import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import {
  activity,
  openClassroom,
  progressOf,
  RECORD,
  SUBMIT,
  type Classroom,
  type Enrolled,
} from '../../test/classroom.js';
import { learnEverything, told } from '../../test/learning.js';
import { MOSTLY_WRONG, RIGHT, RIGHT_WORD, sampleCourse } from '../../test/sample-course.js';

let room: Classroom;
beforeAll(async () => {
  room = await openClassroom();
});
afterAll(() => room.service.close());

const as = ({ learner }: Enrolled) => room.service.as(learner);
const progress = ({ learner, enrollmentId }: Enrolled) =>
  progressOf(room.service, learner, enrollmentId);

describe('a new version of a course', () => {
  it('is what progress is measured by from then on', async () => {
    const growing = await room.publish(sampleCourse({ more: 1 }));
    const [idle, halfway, done, gone] = [
      await room.enroll(growing),
      await room.enroll(growing),
      await room.enroll(growing),
      await room.enroll(growing),
    ] as const;
    await learnEverything(room.service, done, growing);
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
    expect(await told(room.service, halfway.enrollmentId)).toEqual({
      completions: 1,
      certificates: 1,
    });
    expect(await told(room.service, done.enrollmentId)).toEqual({
      completions: 1,
      certificates: 1,
    });
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

  it('completes topics of those who had submitted, once submission is enough', async () => {
    const strict = await room.publish(sampleCourse({ attemptsAllowed: 1 }));
    const [failed, half] = [await room.enroll(strict), await room.enroll(strict)];
    const submit = (who: Enrolled, blockId: string, answers: object[]) =>
      as(who).ok(SUBMIT, { input: { enrollmentId: who.enrollmentId, blockId, answers } });
    await submit(failed, strict.ids.quiz, MOSTLY_WRONG);
    await submit(failed, strict.ids.secondQuiz, []);
    await submit(half, strict.ids.quiz, MOSTLY_WRONG);
    expect((await progress(failed)).completedTopics).toBe(0);

    const lenient = structuredClone(strict.structure);
    for (const { quiz } of lenient.modules[0]!.lessons[1]!.topics[0]!.blocks) {
      quiz!.completion = 'SUBMITTED';
    }
    await room.publish({ ...strict, structure: lenient }, 2);
    await eventually(async () => expect((await progress(failed)).completedTopics).toBe(1));
    expect((await progress(half)).completedTopics).toBe(0);

    // And nothing is taken back once quizzes have to be passed again.
    await room.publish(strict, 3);
    await submit(half, strict.ids.secondQuiz, RIGHT_WORD);
    expect((await progress(half)).completedTopics).toBe(0);
    expect((await progress(failed)).completedTopics).toBe(1);
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
