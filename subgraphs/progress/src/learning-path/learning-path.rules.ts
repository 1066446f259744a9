/** Where a learner stands in one course of a path; percent 0–100. */
export interface PathCourse {
  readonly courseId: string;
  readonly percent: number;
  readonly completed: boolean;
}

export interface PathFigures {
  percent: number;
  completedCourses: number;
  totalCourses: number;
  state: 'INCOMPLETE' | 'COMPLETE';
  /** The first course left, in the order of the path. */
  nextCourseId: string | null;
}

/**
 * How far someone is in a learning path. The percent is the mean of its courses', each counting the
 * same, rounded to the nearest; 100 only when every course is complete, never 0 once one has begun.
 * A path without courses is incomplete.
 */
export function pathFigures(courses: readonly PathCourse[]): PathFigures {
  const totalCourses = courses.length;
  const completedCourses = courses.filter((course) => course.completed).length;
  const complete = totalCourses > 0 && completedCourses === totalCourses;
  const sum = courses.reduce((all, course) => all + (course.completed ? 100 : course.percent), 0);
  const mean = totalCourses > 0 ? Math.round(sum / totalCourses) : 0;
  return {
    percent: complete ? 100 : sum > 0 ? Math.min(99, Math.max(1, mean)) : 0,
    completedCourses,
    totalCourses,
    state: complete ? 'COMPLETE' : 'INCOMPLETE',
    nextCourseId: courses.find((course) => !course.completed)?.courseId ?? null,
  };
}
