import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enrollmentCreated } from '@lyceum/events/course';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { attemptsGranted, attemptSubmitted, courseProgressChanged } from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import { person } from '@lyceum/testkit/person';
import {
  activity,
  COMPLETE_FOR,
  GRANT,
  openClassroom,
  RECORD,
  SUBMIT,
  type Classroom,
  type Enrolled,
} from '../../test/classroom.js';
import { RIGHT, sampleCourse, type SampleCourse } from '../../test/sample-course.js';

let room: Classroom;
let course: SampleCourse;
let enrolled: Enrolled;
beforeAll(async () => {
  room = await openClassroom();
  course = await room.publish();
  enrolled = await room.enroll(course);
  const { enrollmentId, learner } = enrolled;
  const graph = room.service.as(learner);
  await graph.ok(RECORD, { inputs: [activity(enrollmentId, course.ids.reading)] });
  const input = { enrollmentId, blockId: course.ids.quiz, answers: RIGHT };
  await graph.ok(SUBMIT, { input });
});
afterAll(() => room.service.close());

const OWN = `subscription ($courseId: ID!) {
  courseProgressUpdated(courseId: $courseId) { id percent nextTopic { id } }
}`;
const ALL = `subscription ($courseId: ID!) {
  courseActivity(courseId: $courseId) {
    kind learner { id } enrollment { id } progress { percent totalTopics } attempt { number passed }
  }
}`;
const vars = () => ({ courseId: course.courseId });

async function event(type: { type: string }): Promise<EventEnvelope> {
  const found = (await room.service.published()).find((one) => one.type === type.type);
  return found!;
}

describe('courseProgressUpdated', () => {
  it("delivers the learner's own progress, to nobody else", async () => {
    const changed = await event(courseProgressChanged);
    const own = await room.service.as(enrolled.learner).onEvent(OWN, changed, vars());
    expect(own.data).toEqual({
      courseProgressUpdated: {
        id: enrolled.enrollmentId,
        percent: 33,
        nextTopic: { id: course.ids.exam },
      },
    });
    for (const viewer of [room.instructor, person({ organizationId: room.organizationId })]) {
      const other = await room.service.as(viewer).onEvent(OWN, changed, vars());
      expect(other).toEqual({ extensions: { skip: true } });
    }
  });
});

describe('what staff do for a learner', () => {
  const LIVE = `subscription ($courseId: ID!, $blockId: ID!) {
    courseProgressUpdated(courseId: $courseId) {
      completedTopics quizzes(blockId: $blockId) { attemptsLeft }
    }
  }`;

  it('reaches the learner at once: attempts granted, a topic completed', async () => {
    const own = await room.publish(sampleCourse({ attemptsAllowed: 1 }));
    const { learner, enrollmentId } = await room.enroll(own);
    const blockId = own.ids.quiz;
    const reason = 'Power cut';
    const teacher = room.service.as(room.instructor);
    await teacher.ok(GRANT, { input: { enrollmentId, blockId, attempts: 1, reason } });
    const input = { enrollmentId, topicId: own.ids.exam, reason };
    await teacher.ok(COMPLETE_FOR, { input });
    const published = await room.service.published();
    for (const { type } of [attemptsGranted, courseProgressChanged]) {
      const about = published.find((one) => one.type === type && one.aggregateId === enrollmentId)!;
      const variables = { courseId: own.courseId, blockId };
      const { data } = await room.service.as(learner).onEvent(LIVE, about, variables);
      expect(data).toEqual({
        courseProgressUpdated: { completedTopics: 1, quizzes: [{ attemptsLeft: 2 }] },
      });
      const other = await room.service.as(room.instructor).onEvent(LIVE, about, variables);
      expect(other).toEqual({ extensions: { skip: true } });
    }
  });
});

describe('courseActivity', () => {
  it('tells who has insights what happens, with the learner, the progress and the attempt', async () => {
    const of = async (about: EventEnvelope) =>
      (await room.service.as(room.instructor).onEvent(ALL, about, vars())).data;
    const base = {
      learner: { id: enrolled.learner.userId },
      enrollment: { id: enrolled.enrollmentId },
      progress: { percent: 33, totalTopics: 3 },
    };
    expect(await of(await event(courseProgressChanged))).toEqual({
      courseActivity: { ...base, kind: 'PROGRESSED', attempt: null },
    });
    expect(await of(await event(attemptSubmitted))).toEqual({
      courseActivity: { ...base, kind: 'ANSWERED', attempt: { number: 1, passed: true } },
    });
  });

  it('waits for progress when it hears of an enrollment first', async () => {
    const learner = person({ organizationId: room.organizationId });
    const enrollmentId = newId();
    const about: EventEnvelope = {
      ...(await event(courseProgressChanged)),
      type: enrollmentCreated.type,
      data: { enrollmentId, courseId: course.courseId, learnerId: learner.userId },
    };
    const telling = room.service.as(room.instructor).onEvent(ALL, about, vars());
    await room.enroll(course, learner, enrollmentId);
    expect((await telling).data).toMatchObject({
      courseActivity: { kind: 'ENROLLED', progress: { percent: 0, totalTopics: 3 } },
    });
  });

  it('is refused to learners and to other organizations', async () => {
    const about = await event(attemptSubmitted);
    const refused = await room.service.as(enrolled.learner).onEvent(ALL, about, vars());
    expect(refused.errors?.[0]?.extensions?.['code']).toBe('NOT_FOUND');
    const foreign = person({ roles: ['ORGANIZATION_ADMIN'] });
    expect(await room.service.as(foreign).onEvent(ALL, about, vars())).toEqual({
      extensions: { skip: true },
    });
  });
});
