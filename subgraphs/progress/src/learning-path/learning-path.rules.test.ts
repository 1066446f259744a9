import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pathFigures } from './learning-path.rules.js';

const course = fc.record({
  courseId: fc.uuid(),
  percent: fc.integer({ min: 0, max: 100 }),
  completed: fc.boolean(),
});

describe('progress in a learning path', () => {
  it('is the mean of its courses', () => {
    const courses = [
      { courseId: 'a', percent: 100, completed: true },
      { courseId: 'b', percent: 50, completed: false },
      { courseId: 'c', percent: 0, completed: false },
    ];
    expect(pathFigures(courses)).toEqual({
      percent: 50,
      completedCourses: 1,
      totalCourses: 3,
      state: 'INCOMPLETE',
      nextCourseId: 'b',
    });
  });

  it('of no courses is nothing', () => {
    expect(pathFigures([])).toMatchObject({ percent: 0, state: 'INCOMPLETE', nextCourseId: null });
  });

  it('is 100 when every course is complete and only then, 0 when none has begun and only then', () => {
    fc.assert(
      fc.property(fc.array(course, { minLength: 1 }), (courses) => {
        const { percent, state } = pathFigures(courses);
        const all = courses.every((one) => one.completed);
        expect(percent === 100).toBe(all);
        expect(state === 'COMPLETE').toBe(all);
        expect(percent === 0).toBe(courses.every((one) => !one.completed && one.percent === 0));
      }),
    );
  });

  it('never goes down when a course goes on', () => {
    fc.assert(
      fc.property(fc.array(course, { minLength: 1 }), fc.nat(), (courses, at) => {
        const index = at % courses.length;
        const further = courses.map((one, i) => (i === index ? { ...one, completed: true } : one));
        expect(pathFigures(further).percent).toBeGreaterThanOrEqual(pathFigures(courses).percent);
      }),
    );
  });
});
