import { inParallel } from '../in-parallel.js';
import { enroll, join } from '../school.js';
import type { Dataset } from './dataset.js';

export interface Learner {
  readonly userId: string;
  readonly enrollmentId: string;
}

/** Hashing a password takes a core for a while: more at a time are not faster. */
const REGISTRATIONS_AT_A_TIME = 4;

/** Registers every student and has them enroll themselves. */
export async function enrollStudents(
  url: string,
  slug: string,
  courseId: string,
  { students }: Dataset,
  onStep: (done: number, all: number) => void,
): Promise<Map<string, Learner>> {
  const learners = new Map<string, Learner>();
  await inParallel(students, REGISTRATIONS_AT_A_TIME, async (student) => {
    const session = await join(url, slug, `student-${student}`);
    const enrollmentId = await enroll(session, courseId);
    learners.set(student, { userId: session.userId, enrollmentId });
    onStep(learners.size, students.length);
  });
  return learners;
}
