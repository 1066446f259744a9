import type { GraphClient } from '../graph-client.js';
import { courseContent, type AnswerKeys } from '../story/course-content.js';
import { eventually } from '../story/eventually.js';
import { completeCourse, type Attempt } from '../story/learn.js';
import { Live } from '../story/live.js';
import type { Screen } from './screen.js';

/** How many quizzes the learner gets wrong at first. */
const MISTAKES = 3;

interface Progress {
  percent: number;
  completedTopics: number;
  totalTopics: number;
  state: string;
  nextTopic: { title: string } | null;
  modules: { module: { title: string }; percent: number }[];
  certificate: { verificationCode: string } | null;
}

interface Activity {
  kind: string;
  learner: { id: string };
  progress: { percent: number } | null;
}

const PROGRESS = `subscription Progress($courseId: ID!) {
  courseProgressUpdated(courseId: $courseId) {
    percent completedTopics totalTopics state
    nextTopic { title }
    modules { module { title } percent }
    certificate { verificationCode }
  }
}`;
const ACTIVITY = `subscription Classroom($courseId: ID!) {
  courseActivity(courseId: $courseId) { kind learner { id } progress { percent } }
}`;

/** She finds the course by its title in the catalogue. */
export async function findInCatalogue(
  screen: Screen,
  learner: GraphClient,
  course: { id: string; title: string },
): Promise<void> {
  const { catalog } = await eventually(
    'The course in the catalogue',
    () =>
      learner.request<{ catalog: { totalCount: number; nodes: { id: string }[] } }>(
        `query Catalogue($search: String) {
          catalog(search: $search, first: 100) { totalCount nodes { id title } }
        }`,
        { search: course.title },
      ),
    ({ catalog: { nodes } }) => nodes.some(({ id }) => id === course.id),
  );
  screen.check(`Searched for “${course.title}”: ${catalog.totalCount} found, it is among them`);
}

/** What the instructor sees of a learner, as it happens. */
export function openClassroom(
  instructor: GraphClient,
  courseId: string,
  learnerId: string,
  onPercent: (percent: number) => void,
): Promise<Live<Activity>> {
  return Live.open<{ courseActivity: Activity }, Activity>(
    instructor,
    { query: ACTIVITY, variables: { courseId }, pick: (data) => data.courseActivity },
    ({ learner, progress }) => {
      if (learner.id === learnerId && progress) onPercent(progress.percent);
    },
  );
}

/**
 * The learner takes the whole course while she and the instructor watch it live.
 * @returns the certificate's verification code
 */
export async function learnLive(
  screen: Screen,
  people: { learner: GraphClient; learnerId: string; instructor: GraphClient },
  course: { courseId: string; enrollmentId: string; keys: AnswerKeys },
): Promise<string> {
  const { learner, learnerId, instructor } = people;
  const { courseId, enrollmentId, keys } = course;
  const content = await courseContent(learner, courseId);
  const attempts: Attempt[] = [];
  const milliseconds: number[] = [];
  const last = await screen.withBars(
    ['The learner sees', 'The instructor sees'],
    async (own, classroom) => {
      const activity = await openClassroom(instructor, courseId, learnerId, (percent) =>
        classroom.update(percent),
      );
      const progress = await Live.open<{ courseProgressUpdated: Progress }, Progress>(
        learner,
        { query: PROGRESS, variables: { courseId }, pick: (data) => data.courseProgressUpdated },
        ({ percent, nextTopic }) =>
          own.update(percent, nextTopic ? `next: ${nextTopic.title}` : 'nothing left to do'),
      );
      let begun = 0;
      await completeCourse(learner, content, {
        ...{ enrollmentId, keys, mistakes: MISTAKES },
        onAttempt: (attempt) => attempts.push(attempt),
        beforeTopic: () => (begun = performance.now()),
        afterTopic: async (topic, index) => {
          const isCounted = ({ completedTopics }: Progress) => completedTopics > index;
          await progress.until(`The progress of “${topic.title}”`, isCounted);
          // With a quiz, more than one thing was done.
          if (topic.completionRule !== 'QUIZ_SCORE') milliseconds.push(performance.now() - begun);
        },
      });
      const done = await progress.until('Completion', ({ state }) => state === 'COMPLETE');
      await activity.until(
        'The completion, as the instructor sees it,',
        ({ kind, learner: who }) => kind === 'COMPLETED' && who.id === learnerId,
      );
      activity.close();
      progress.close();
      return done;
    },
  );
  screen.check(`${last.completedTopics} of ${last.totalTopics} topics, ${last.percent}%`);
  const passed = attempts.filter((attempt) => attempt.passed).length;
  screen.say(`${attempts.length} quizzes handed in, ${attempts.length - passed} of them failed`);
  screen.say(`A live message came ${median(milliseconds)} ms after the click (median)`);
  if (last.certificate) return last.certificate.verificationCode;
  return certificateCode(learner, enrollmentId);
}

/** The message of the completion may have been put together before the certificate was issued. */
async function certificateCode(learner: GraphClient, enrollmentId: string): Promise<string> {
  const { enrollment } = await eventually(
    'The certificate',
    () =>
      learner.request<{ enrollment: { progress: Pick<Progress, 'certificate'> } }>(
        `query Code($id: ID!) {
          enrollment(id: $id) { progress { certificate { verificationCode } } }
        }`,
        { id: enrollmentId },
      ),
    ({ enrollment: { progress } }) => progress.certificate !== null,
  );
  return enrollment.progress.certificate!.verificationCode;
}

function median(numbers: readonly number[]): string {
  if (numbers.length === 0) return '–';
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!.toFixed(0);
}
