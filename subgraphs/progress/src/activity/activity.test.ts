import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { activitiesRecorded, courseProgressChanged } from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import { person } from '@lyceum/testkit/person';
import {
  activity,
  openClassroom,
  progressOf,
  RECORD,
  roomOf,
  statementsOf,
  type Classroom,
  type Enrolled,
  type Recorded,
} from '../../test/classroom.js';
import { sampleCourse, type SampleCourse } from '../../test/sample-course.js';

let room: Classroom;
let course: SampleCourse;
beforeAll(async () => {
  room = await openClassroom();
  course = await room.publish(sampleCourse({ more: 20 }));
});
afterAll(() => room.service.close());

async function record(viewer: Enrolled['learner'], inputs: unknown[]) {
  const answer = await room.service.as(viewer).ok<Recorded>(RECORD, { inputs });
  return answer.recordActivities;
}

describe('recording activity', () => {
  it('moves topic, lesson, module and course', async () => {
    const { learner, enrollmentId } = await room.enroll(course);
    const before = await progressOf(room.service, learner, enrollmentId);
    expect(before).toMatchObject({ percent: 0, totalTopics: 23, startedAt: null });
    expect(before.nextTopic?.id).toBe(course.ids.reading);

    const view = (blockId: string) => activity(enrollmentId, course.ids.reading, { blockId });
    await record(learner, [view(course.ids.page)]);
    expect((await progressOf(room.service, learner, enrollmentId)).completedTopics).toBe(0);
    await record(learner, [{ ...view(course.ids.video), kind: 'WATCHED', durationSeconds: 90 }]);

    const after = await progressOf(room.service, learner, enrollmentId);
    expect(after).toMatchObject({ percent: 4, completedTopics: 1, state: 'INCOMPLETE' });
    expect(after.nextTopic?.id).toBe(course.ids.exam);
    expect(after.modules[0]).toMatchObject({ percent: 50, state: 'INCOMPLETE' });
    expect(after.modules[0]!.lessons[0]).toMatchObject({
      percent: 100,
      state: 'COMPLETE',
      topics: [{ state: 'COMPLETE', views: 1, interactions: 2, durationSeconds: 90 }],
    });
    expect(after.startedAt).not.toBeNull();
  });

  it('tells of every new record, and of progress only when completion changed', async () => {
    const enrolled = await room.enroll(course);
    const { learner, enrollmentId } = enrolled;
    const topicId = course.more[0]!.topicId;
    await record(learner, [
      activity(enrollmentId, topicId, { kind: 'INTERACTED', count: 7 }),
      activity(enrollmentId, topicId, { kind: 'INTERACTED', count: 2 }),
    ]);
    await record(learner, [activity(enrollmentId, topicId)]);
    await record(learner, [activity(enrollmentId, topicId)]);
    const mine = (event: { data: { records: { enrollmentId: string }[] } }) =>
      event.data.records[0]!.enrollmentId === enrollmentId;
    const recorded = (await room.service.published(activitiesRecorded)).filter(mine);
    expect(recorded.map((event) => event.data.records.map((one) => one.count))).toEqual([
      [7, 2],
      [1],
      [1],
    ]);
    expect(recorded[0]).toMatchObject({
      aggregateId: course.courseId,
      data: { records: [{ learnerId: learner.userId, topicId, blockId: null }, {}] },
    });
    const changed = (await room.service.published(courseProgressChanged)).filter(
      (event) => event.aggregateId === enrollmentId,
    );
    expect(changed.map((event) => event.data)).toEqual([
      expect.objectContaining({ percent: 4, newlyCompletedTopicIds: [topicId] }),
    ]);
  });

  it('counts a repeated id once, within a batch and across batches', async () => {
    const { learner, enrollmentId } = await room.enroll(course);
    const one = activity(enrollmentId, course.ids.reading, { count: 3 });
    const shouted = { ...one, id: one.id.toUpperCase() };
    expect(await record(learner, [one, one])).toMatchObject({ accepted: 1, duplicates: 1 });
    const other = activity(enrollmentId, course.ids.reading);
    expect(await record(learner, [shouted, other])).toMatchObject({ accepted: 1, duplicates: 1 });
    const before = (await room.service.published()).length;
    expect(await record(learner, [one, other])).toEqual({
      accepted: 0,
      duplicates: 2,
      rejected: [],
    });
    expect((await room.service.published()).length).toBe(before);
    const progress = await progressOf(room.service, learner, enrollmentId);
    expect(progress.modules[0]!.lessons[0]!.topics[0]).toMatchObject({ views: 4, interactions: 4 });
  });

  it('rejects single activities by reason, and records the rest', async () => {
    const enrolled = await room.enroll(course);
    const gone = await room.enroll(course, enrolled.learner);
    await room.withdraw(course, gone, '2026-02-01T00:00:00.000Z');
    const stranger = await room.enroll(course);
    const { reading, page } = course.ids;
    const { enrollmentId } = enrolled;
    const receipt = await record(enrolled.learner, [
      activity(enrollmentId, reading),
      activity(newIdOfYore(), reading),
      activity(stranger.enrollmentId, reading),
      activity(enrollmentId, newId()),
      activity(enrollmentId, course.ids.exam, { blockId: page }),
      activity(enrollmentId, reading, { occurredAt: new Date(Date.now() + 600_000) }),
      activity(gone.enrollmentId, reading, { occurredAt: '2026-02-02T00:00:00.000Z' }),
      activity(gone.enrollmentId, reading, { occurredAt: '2026-01-31T00:00:00.000Z' }),
    ]);
    expect(receipt).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(receipt.rejected.map((one) => `${one.index} ${one.code}`)).toEqual([
      '1 ENROLLMENT_NOT_FOUND',
      '2 ENROLLMENT_NOT_FOUND',
      '3 TOPIC_NOT_IN_COURSE',
      '4 BLOCK_NOT_IN_TOPIC',
      '5 IN_FUTURE',
      '6 WITHDRAWN',
    ]);
  });

  it('rejects as COMPLETED what is not completed by being reported, whoever reports it', async () => {
    const { learner, enrollmentId } = await room.enroll(course);
    const { exam, quiz, reflection, reading } = course.ids;
    const done = (topicId: string, blockId?: string) =>
      activity(enrollmentId, topicId, { kind: 'COMPLETED', blockId });
    const inputs = () => [done(exam), done(exam, quiz), done(reflection), done(reading)];
    for (const viewer of [learner, room.admin]) {
      const receipt = await record(viewer, inputs());
      expect(receipt.accepted).toBe(1);
      expect(receipt.rejected.map(({ index, code }) => `${index} ${code}`)).toEqual(
        [0, 1, 2].map((index) => `${index} NOT_COMPLETED_BY_ACTIVITY`),
      );
    }
    expect(await progressOf(room.service, learner, enrollmentId)).toMatchObject({
      completedTopics: 1,
    });
  });

  it('is open to external tools for everyone in their organization, and there only', async () => {
    const { enrollmentId } = await room.enroll(course);
    const inputs = () => [activity(enrollmentId, course.ids.reading)];
    expect((await record(room.admin, inputs())).accepted).toBe(1);
    expect((await record(room.instructor, inputs())).accepted).toBe(0);
    const elsewhere = roomOf(room.service, newId());
    expect((await record(elsewhere.admin, inputs())).accepted).toBe(0);
  });

  it('keeps ids of organizations apart', async () => {
    const elsewhere = roomOf(room.service, newId());
    const theirs = await elsewhere.publish();
    const one = await room.enroll(course);
    const two = await elsewhere.enroll(theirs);
    const input = activity(one.enrollmentId, course.ids.reading);
    expect((await record(one.learner, [input])).accepted).toBe(1);
    const same = activity(two.enrollmentId, theirs.ids.reading, { id: input.id });
    expect((await record(two.learner, [same])).accepted).toBe(1);
  });

  it('refuses values out of range, and batches that are too large, as a whole', async () => {
    const { learner, enrollmentId } = await room.enroll(course);
    const graph = room.service.as(learner);
    const refused = (inputs: unknown[]) => graph.refusal(RECORD, { inputs });
    const good = activity(enrollmentId, course.ids.reading);
    expect(await refused([good, { ...good, id: 'not-an-id' }])).toBe('BAD_USER_INPUT');
    expect(await refused([{ ...good, count: 0 }])).toBe('BAD_USER_INPUT');
    expect(await refused([{ ...good, durationSeconds: -1 }])).toBe('BAD_USER_INPUT');
    expect(await refused([{ ...good, occurredAt: '0001-01-01T00:00:00Z' }])).toBe('BAD_USER_INPUT');
    expect(await refused([])).toBe('BAD_USER_INPUT');
    expect(await refused(Array.from({ length: 501 }, () => good))).toBe('BAD_USER_INPUT');
    expect((await record(learner, [good])).accepted).toBe(1);
  });

  it('stops counting where an Int ends, and keeps recording', async () => {
    const { learner, enrollmentId } = await room.enroll(course);
    const huge = Array.from({ length: 500 }, () =>
      activity(enrollmentId, course.ids.reading, { count: 1_000_000 }),
    );
    for (let i = 0; i < 5; i += 1) {
      const inputs = huge.map((one) => ({ ...one, id: newId() }));
      expect((await record(learner, inputs)).accepted).toBe(500);
    }
    expect(await totalsOf(enrollmentId)).toMatchObject({
      interactions: 2 ** 31 - 1,
      days: [{ interactions: 2 ** 31 - 1 }],
    });
  });

  it('waits for an enrollment whose event is under way', async () => {
    const learner = person({ organizationId: room.organizationId });
    const enrollmentId = newId();
    const recording = record(learner, [activity(enrollmentId, course.ids.reading)]);
    await room.enroll(course, learner, enrollmentId);
    expect((await recording).accepted).toBe(1);
  });
});

describe('a batch for many learners', () => {
  it('costs the same number of statements for 60 learners as for one', async () => {
    const enrolled = await Promise.all(Array.from({ length: 60 }, () => room.enroll(course)));
    const batch = (learners: readonly Enrolled[], size: number) =>
      Array.from({ length: size }, (_, i) => {
        const topic = course.more[i % course.more.length]!;
        return activity(learners[i % learners.length]!.enrollmentId, topic.topicId);
      });
    await record(room.admin, batch(enrolled, 60));
    // Some complete topics, and some do not.
    const statements = (learners: readonly Enrolled[], size: number) =>
      statementsOf(room.service, () => record(room.admin, batch(learners, size)));
    const one = await statements(enrolled.slice(0, 1), 20);
    const many = await statements(enrolled, 500);
    expect(many).toBe(one);
    expect(many).toBeLessThanOrEqual(10);
  });

  it('adds up to the same in whatever order and batches it comes', async () => {
    const [one, two] = [await room.enroll(course), await room.enroll(course)];
    const kinds = ['VIEWED', 'INTERACTED', 'WATCHED'];
    const all = Array.from({ length: 120 }, (_, i) => ({
      topicId: course.more[(i * 7) % 20]!.topicId,
      kind: kinds[i % 3],
      count: (i % 5) + 1,
      durationSeconds: i,
      occurredAt: new Date(Date.UTC(2026, 0, 1 + (i % 9), i % 24)).toISOString(),
    }));
    const send = async ({ enrollmentId, learner }: Enrolled, items: typeof all, size: number) => {
      for (let i = 0; i < items.length; i += size) {
        const inputs = items.slice(i, i + size);
        await record(
          learner,
          inputs.map((input) => activity(enrollmentId, input.topicId, input)),
        );
      }
    };
    await Promise.all([send(one, all, 50), send(two, all.toReversed(), 7)]);
    const figures = await Promise.all(
      [one, two].map(async ({ enrollmentId, learner }) => ({
        ...(await progressOf(room.service, learner, enrollmentId)),
        ...(await totalsOf(enrollmentId)),
        id: null,
        completedAt: null,
      })),
    );
    expect(figures[0]).toEqual(figures[1]);
  });
});

const TOTALS = `query ($id: ID!) {
  _entities(representations: [{ __typename: "Enrollment", id: $id }]) {
    ... on Enrollment {
      activityTotals {
        views interactions durationSeconds
        topics { topic { id } views interactions durationSeconds firstAt lastAt }
        days { date views interactions durationSeconds }
      }
    }
  }
}`;
interface Totals {
  views: number;
  interactions: number;
  durationSeconds: number;
  topics: { topic: { id: string }; interactions: number }[];
  days: { date: string; views: number; interactions: number; durationSeconds: number }[];
}
async function totalsOf(enrollmentId: string): Promise<Totals> {
  const { _entities } = await room.service
    .as(room.instructor)
    .ok<{ _entities: [{ activityTotals: Totals }] }>(TOTALS, { id: enrollmentId });
  const { topics, ...totals } = _entities[0].activityTotals;
  return { ...totals, topics: topics.toSorted((a, b) => a.topic.id.localeCompare(b.topic.id)) };
}

describe('activity totals', () => {
  it('add up by topic and by day in UTC', async () => {
    const { learner, enrollmentId } = await room.enroll(course);
    const { reading } = course.ids;
    const topicId = course.more[0]!.topicId;
    await record(learner, [
      activity(enrollmentId, reading, { occurredAt: '2026-01-01T23:59:59.999Z', count: 2 }),
      activity(enrollmentId, reading, {
        occurredAt: '2026-01-02T00:00:00.000Z',
        kind: 'INTERACTED',
        count: 5,
        durationSeconds: 60,
      }),
      activity(enrollmentId, topicId, { occurredAt: '2026-01-02T12:00:00.000Z' }),
    ]);
    const totals = await totalsOf(enrollmentId);
    expect(totals).toMatchObject({ views: 3, interactions: 8, durationSeconds: 60 });
    expect(totals.days).toEqual([
      { date: '2026-01-01', views: 2, interactions: 2, durationSeconds: 0 },
      { date: '2026-01-02', views: 1, interactions: 6, durationSeconds: 60 },
    ]);
    expect(totals.topics).toHaveLength(2);
    const stranger = person({ organizationId: room.organizationId });
    expect(await room.service.as(stranger).refusal(TOTALS, { id: enrollmentId })).toBe('NOT_FOUND');
  });
});

/** An id that is too old to be waited for. */
function newIdOfYore(): string {
  return '01890000-0000-7000-8000-000000000001';
}
