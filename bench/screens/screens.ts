/** A screen as a frontend asks for it, with one request. */
export interface Screen {
  readonly name: string;
  readonly who: 'learner' | 'instructor' | 'administrator';
  readonly query: string;
  /** Needs the id of one of the courses as `$id`. */
  readonly ofCourse?: true;
  /** The most statements that it may take, where a figure is promised. */
  readonly most?: number;
}

/** What people look at most; each should take as much work for twenty rows as for one. */
export const SCREENS: readonly Screen[] = [
  {
    name: 'my courses',
    who: 'learner',
    most: 8,
    query: `{ me { enrollments(first: 20) { nodes { status course { title }
      progress { percent completedTopics totalTopics nextTopic { title } } } } } }`,
  },
  {
    name: 'a course, with my progress',
    who: 'learner',
    ofCourse: true,
    query: `query ($id: ID!) { course(id: $id) { title summary
      modules { title lessons { title topics { title myProgress { state } } } }
      myProgress { percent nextTopic { id title } } } }`,
  },
  {
    name: 'the catalogue',
    who: 'learner',
    query: `{ catalog(first: 20) { totalCount nodes { title summary enrolledCount paymentRequired
      offers { price { amountMinor currency } } myEnrollment { status } } } }`,
  },
  {
    name: 'my notifications',
    who: 'learner',
    query: `{ me { notifications(first: 20) { nodes { title body createdAt readAt course { title } } } } }`,
  },
  {
    name: 'who takes part in a course',
    who: 'instructor',
    ofCourse: true,
    query: `query ($id: ID!) { course(id: $id) { enrollments(first: 20) { nodes { status enrolledAt
      learner { name email } progress { percent lastActivityAt } } } } }`,
  },
  {
    name: 'the figures of a course',
    who: 'instructor',
    ofCourse: true,
    query: `query ($id: ID!) { course(id: $id) { insights { enrolled active completed averagePercent
      activityByDay { day activeLearners interactions } topics { topic { title } interactions } } } }`,
  },
  {
    name: 'the people of the organization',
    who: 'administrator',
    query: `{ users(first: 20) { nodes { name email roles { role } teams { name } } } }`,
  },
];
