import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { outlineOf, type Quiz } from '../course-structure/course-outline.rules.js';
import { sampleCourse } from '../../test/sample-course.js';
import { totalsOf, type Activity } from '../activity/activity.rules.js';
import {
  breakdown,
  completeState,
  courseFigures,
  figuresOf,
  isTopicComplete,
  NOTHING_DONE,
  percentOf,
} from './completion.rules.js';

const course = sampleCourse();
const outline = outlineOf(course.courseId, 1, course.title, course.structure);
const topic = (id: string) => outline.topicById.get(id)!;

describe('a topic completed by viewing', () => {
  const { reading, page, video } = course.ids;

  it('takes every block', () => {
    const seen = (...seenBlockIds: string[]) =>
      isTopicComplete(topic(reading), { ...NOTHING_DONE, seenBlockIds });
    expect(seen()).toBe(false);
    expect(seen(page)).toBe(false);
    expect(seen(video, page)).toBe(true);
  });

  it('or the topic as a whole', () => {
    expect(isTopicComplete(topic(reading), { ...NOTHING_DONE, seen: true })).toBe(true);
  });

  it('is not complete by having no blocks', () => {
    const empty = { ...topic(reading), blockIds: new Set<string>() };
    expect(isTopicComplete(empty, NOTHING_DONE)).toBe(false);
    expect(isTopicComplete(empty, { ...NOTHING_DONE, seen: true })).toBe(true);
  });
});

describe('a topic completed by its quizzes', () => {
  const { exam, quiz, secondQuiz } = course.ids;
  const best = (...percents: [string, number][]) =>
    isTopicComplete(topic(exam), { ...NOTHING_DONE, seen: true, bestPercents: new Map(percents) });

  it('takes each quiz to its passing percent', () => {
    expect(best()).toBe(false);
    expect(best([quiz, 100])).toBe(false);
    expect(best([quiz, 60], [secondQuiz, 49.9])).toBe(false);
    expect(best([quiz, 60], [secondQuiz, 50])).toBe(true);
    expect(completeState(topic(exam))).toBe('COMPLETE_PASS');
  });

  it('takes any attempt at a quiz that only has to be submitted', () => {
    const [first, second] = topic(exam).quizzes;
    const lenient = { ...first!, completion: 'SUBMITTED' as const };
    const complete = (quizzes: Quiz[], ...percents: [string, number][]) =>
      isTopicComplete(
        { ...topic(exam), quizzes },
        { ...NOTHING_DONE, seen: true, bestPercents: new Map(percents) },
      );
    const all = [lenient, { ...second!, completion: 'SUBMITTED' as const }];
    expect(complete(all)).toBe(false);
    expect(complete(all, [quiz, 0])).toBe(false);
    expect(complete(all, [quiz, 0], [secondQuiz, 0])).toBe(true);
    expect(completeState({ ...topic(exam), quizzes: all })).toBe('COMPLETE');

    const mixed = [lenient, { ...second!, completion: 'PASSED' as const }];
    expect(complete(mixed, [quiz, 0], [secondQuiz, 49.9])).toBe(false);
    expect(complete(mixed, [quiz, 0], [secondQuiz, 50])).toBe(true);
    expect(completeState({ ...topic(exam), quizzes: mixed })).toBe('COMPLETE');
  });

  it('of a quiz that asks for 0 percent, takes an attempt', () => {
    const quizzes = topic(exam).quizzes.map((one) => ({ ...one, passingPercent: 0 }));
    const facts = { ...NOTHING_DONE, seen: true };
    expect(isTopicComplete({ ...topic(exam), quizzes }, facts)).toBe(false);
  });

  it('goes by viewing once it has no quiz any more', () => {
    const without = { ...topic(exam), quizzes: [] };
    expect(isTopicComplete(without, { ...NOTHING_DONE, seen: true })).toBe(true);
    expect(completeState(without)).toBe('COMPLETE');
  });
});

it('completes a manual topic by nothing that is done in it', () => {
  expect(isTopicComplete(topic(course.ids.reflection), { ...NOTHING_DONE, seen: true })).toBe(
    false,
  );
});

describe('percent', () => {
  it('rounds to the nearest, within its bounds', () => {
    expect(percentOf(1, 3)).toBe(33);
    expect(percentOf(2, 3)).toBe(67);
    expect(percentOf(1, 1000)).toBe(1);
    expect(percentOf(999, 1000)).toBe(99);
    expect(percentOf(0, 0)).toBe(0);
  });

  it('is 100 when all is complete and only then, 0 when nothing is and only then', () => {
    const counts = fc
      .integer({ min: 1, max: 5000 })
      .chain((total) => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));
    fc.assert(
      fc.property(counts, ([completed, total]) => {
        const percent = percentOf(completed, total);
        expect(Number.isInteger(percent)).toBe(true);
        expect(percent).toBeGreaterThanOrEqual(0);
        expect(percent).toBeLessThanOrEqual(100);
        expect(percent === 100).toBe(completed === total);
        expect(percent === 0).toBe(completed === 0);
      }),
    );
  });
});

describe('roll-up', () => {
  const ids = outline.topics.map((one) => one.id);

  it('names the first topic left, in the order of the course', () => {
    expect(courseFigures(outline, new Set()).nextTopicId).toBe(ids[0]);
    expect(courseFigures(outline, new Set([ids[0]!, ids[2]!])).nextTopicId).toBe(ids[1]);
    expect(courseFigures(outline, new Set(ids)).nextTopicId).toBeNull();
  });

  it('counts only topics of the published course', () => {
    const figures = courseFigures(outline, new Set(['a topic that was removed']));
    expect(figures).toMatchObject({ completedTopics: 0, percent: 0, totalTopics: ids.length });
  });

  it('adds up from lessons to modules to the course', () => {
    fc.assert(
      fc.property(fc.subarray(ids), (done) => {
        const completed = new Set(done);
        const modules = breakdown(outline, completed);
        const lessons = modules.flatMap((module) => module.lessons);
        const sum = (parts: { completedTopics: number; totalTopics: number }[]) => [
          parts.reduce((all, part) => all + part.completedTopics, 0),
          parts.reduce((all, part) => all + part.totalTopics, 0),
        ];
        const whole = courseFigures(outline, completed);
        expect(sum(modules)).toEqual([whole.completedTopics, whole.totalTopics]);
        expect(sum(lessons)).toEqual([whole.completedTopics, whole.totalTopics]);
        expect(whole.state === 'COMPLETE').toBe(modules.every((m) => m.state === 'COMPLETE'));
      }),
    );
  });

  it('never goes down by more being complete', () => {
    fc.assert(
      fc.property(fc.subarray(ids), fc.subarray(ids), (done, more) => {
        const before = figuresOf(ids, new Set(done));
        const after = figuresOf(ids, new Set([...done, ...more]));
        expect(after.percent).toBeGreaterThanOrEqual(before.percent);
        if (before.state === 'COMPLETE') expect(after.state).toBe('COMPLETE');
      }),
    );
  });
});

describe('activity', () => {
  const activity = fc.record({
    id: fc.uuid(),
    enrollmentId: fc.constantFrom('e1', 'e2'),
    topicId: fc.constantFrom(course.ids.reading, course.ids.exam),
    blockId: fc.constantFrom(null, course.ids.page, course.ids.video),
    kind: fc.constantFrom('VIEWED' as const, 'INTERACTED' as const, 'WATCHED' as const),
    occurredAt: fc.date({
      min: new Date('2020-01-01'),
      max: new Date('2026-01-01'),
      noInvalidDate: true,
    }),
    count: fc.integer({ min: 1, max: 50 }),
    durationSeconds: fc.integer({ min: 0, max: 600 }),
  });
  const comparable = (activities: readonly Activity[]) =>
    totalsOf(activities)
      .map((one) => ({ ...one, seenBlockIds: [...one.seenBlockIds].toSorted() }))
      .toSorted((a, b) => (a.enrollmentId + a.topicId).localeCompare(b.enrollmentId + b.topicId));

  it('adds up to the same in any order', () => {
    const shuffled = fc
      .array(activity, { maxLength: 30 })
      .chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([all, reordered]) => {
        expect(comparable(reordered)).toEqual(comparable(all));
      }),
    );
  });

  it('never takes completion of a topic back', () => {
    fc.assert(
      fc.property(fc.array(activity), fc.array(activity), (some, more) => {
        const complete = (all: readonly Activity[]) =>
          totalsOf(all)
            .filter((one) => one.topicId === course.ids.reading)
            .filter((one) =>
              isTopicComplete(topic(one.topicId), {
                seen: one.seen,
                seenBlockIds: [...one.seenBlockIds],
                bestPercents: new Map(),
              }),
            )
            .map((one) => one.enrollmentId);
        expect(complete([...some, ...more])).toEqual(expect.arrayContaining(complete(some)));
      }),
    );
  });
});
