import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { learningPathJoined, learningPathPublished } from '@lyceum/events/course';
import { learningPathCompleted } from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import { person } from '@lyceum/testkit/person';
import { COMPLETE, openClassroom, type Classroom } from '../../test/classroom.js';
import { sampleCourse, type SampleCourse } from '../../test/sample-course.js';

let room: Classroom;
beforeAll(async () => {
  room = await openClassroom();
});
afterAll(() => room.service.close());

const PATH = `query ($id: ID!) {
  _entities(representations: [{ __typename: "LearningPath", id: $id }]) {
    ... on LearningPath {
      progress {
        percent completedCourses totalCourses state nextCourse { id } completedAt
        courses { course { id } percent state }
      }
    }
  }
}`;

/** A course of one topic, which the learner completes by saying so. */
async function shortCourse(): Promise<SampleCourse> {
  const course = sampleCourse();
  const [, second] = course.structure.modules;
  return room.publish({ ...course, structure: { modules: [second!] } });
}

async function publishPath(courses: readonly SampleCourse[], learningPathId = newId()) {
  await room.service.deliver(learningPathPublished, {
    aggregateId: learningPathId,
    organizationId: room.organizationId,
    data: { learningPathId, title: 'A path', courseIds: courses.map((one) => one.courseId) },
  });
  return learningPathId;
}

async function join(learningPathId: string, { userId }: SignedIn) {
  await room.service.deliver(learningPathJoined, {
    aggregateId: learningPathId,
    organizationId: room.organizationId,
    data: { learningPathId, learnerId: userId, joinedAt: new Date().toISOString() },
  });
}

async function enrollAndComplete(course: SampleCourse, learner: SignedIn) {
  const { enrollmentId } = await room.enroll(course, learner);
  const input = { enrollmentId, topicId: course.ids.reflection };
  return () => room.service.as(learner).ok(COMPLETE, { input });
}

async function progress(id: string, learner: SignedIn): Promise<unknown> {
  const { _entities } = await room.service
    .as(learner)
    .ok<{ _entities: [{ progress: unknown }] }>(PATH, { id });
  return _entities[0].progress;
}

async function completions(pathId: string): Promise<string[]> {
  const events = await room.service.published(learningPathCompleted);
  return events.filter((one) => one.aggregateId === pathId).map((one) => one.data.learnerId);
}

describe('a learning path', () => {
  it('goes on with its courses, and is completed once', async () => {
    const courses = [await shortCourse(), await shortCourse()];
    const path = await publishPath(courses);
    const learner = person({ organizationId: room.organizationId });
    expect(await progress(path, learner)).toBeNull();
    await join(path, learner);
    expect(await progress(path, learner)).toMatchObject({
      percent: 0,
      totalCourses: 2,
      nextCourse: { id: courses[0]!.courseId },
    });
    const [first, second] = [
      await enrollAndComplete(courses[0]!, learner),
      await enrollAndComplete(courses[1]!, learner),
    ];
    await first();
    expect(await progress(path, learner)).toEqual({
      percent: 50,
      completedCourses: 1,
      totalCourses: 2,
      state: 'INCOMPLETE',
      nextCourse: { id: courses[1]!.courseId },
      completedAt: null,
      courses: [
        { course: { id: courses[0]!.courseId }, percent: 100, state: 'COMPLETE' },
        { course: { id: courses[1]!.courseId }, percent: 0, state: 'INCOMPLETE' },
      ],
    });
    await second();
    await second();
    expect(await progress(path, learner)).toMatchObject({
      percent: 100,
      state: 'COMPLETE',
      nextCourse: null,
    });
    expect(await completions(path)).toEqual([learner.userId]);
  });

  it('is completed once when its last courses are completed at the same moment', async () => {
    const courses = await Promise.all(Array.from({ length: 4 }, () => shortCourse()));
    const path = await publishPath(courses);
    const learner = person({ organizationId: room.organizationId });
    await join(path, learner);
    const steps = await Promise.all(courses.map((one) => enrollAndComplete(one, learner)));
    await Promise.all(steps.map((step) => step()));
    expect(await completions(path)).toEqual([learner.userId]);
  });

  it('is completed by who joins with all courses done, or when a course left is taken out', async () => {
    const [one, two] = [await shortCourse(), await shortCourse()];
    const early = person({ organizationId: room.organizationId });
    const late = person({ organizationId: room.organizationId });
    const path = await publishPath([one, two]);
    await join(path, early);
    await (
      await enrollAndComplete(one, early)
    )();
    expect(await completions(path)).toEqual([]);
    await publishPath([one], path);
    expect(await completions(path)).toEqual([early.userId]);
    await (
      await enrollAndComplete(one, late)
    )();
    await join(path, late);
    expect(await completions(path)).toEqual([early.userId, late.userId]);
  });

  it('shows nobody the progress of others', async () => {
    const path = await publishPath([await shortCourse()]);
    await join(path, person({ organizationId: room.organizationId }));
    expect(await progress(path, room.instructor)).toBeNull();
    expect(await progress(path, person())).toBeNull();
  });
});
