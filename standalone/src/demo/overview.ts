import type { GraphClient } from '../graph-client.js';
import { eventually } from '../story/eventually.js';
import type { Screen } from './screen.js';

interface CourseFigures {
  enrolled: number;
  completed: number;
  questions: {
    prompt: string;
    answers: number;
    facility: number;
    commonWrongAnswers: { response: string; count: number }[];
  }[];
}

export interface OrganizationFigures {
  learners: number;
  enrollments: number;
  completions: number;
  activeLearnersByDay: { day: string; count: number }[];
}

const SHOWN = 3;

/** Which answers go wrong, as the instructor sees it. */
export async function showCourseInsights(
  screen: Screen,
  instructor: GraphClient,
  courseId: string,
): Promise<void> {
  const { course } = await eventually(
    'The completion in the course’s figures',
    () =>
      instructor.request<{ course: { insights: CourseFigures | null } }>(
        `query Insights($id: ID!) { course(id: $id) { insights {
          enrolled completed
          questions { prompt answers facility commonWrongAnswers { response count } }
        } } }`,
        { id: courseId },
      ),
    ({ course: { insights } }) => (insights?.completed ?? 0) >= 1,
  );
  const { enrolled, completed, questions } = course.insights!;
  screen.check(
    `${enrolled} enrolled, ${completed} completed, ${questions.length} questions answered`,
  );
  for (const { prompt, facility, commonWrongAnswers } of questions.slice(0, SHOWN)) {
    const [wrong] = commonWrongAnswers;
    const detail = wrong ? `, most often “${shorten(wrong.response, 30)}”` : '';
    screen.say(`${facility.toFixed(0).padStart(3)}% right: ${shorten(prompt, 50)}${detail}`);
  }
}

export async function organizationFigures(client: GraphClient): Promise<OrganizationFigures> {
  const { organization } = await client.request<{
    organization: { insights: OrganizationFigures | null };
  }>(`query Figures { organization { insights {
    learners enrollments completions activeLearnersByDay { day count }
  } } }`);
  if (!organization.insights) throw new Error('The administrator sees no figures.');
  return organization.insights;
}

/** The administrator's numbers have moved by what just happened. */
export async function showOrganizationFigures(
  screen: Screen,
  administrator: GraphClient,
  before: OrganizationFigures,
): Promise<void> {
  const today = ({ activeLearnersByDay }: OrganizationFigures) =>
    activeLearnersByDay.at(-1)?.count ?? 0;
  const after = await eventually(
    'The completion in the organization’s figures',
    () => organizationFigures(administrator),
    ({ completions, enrollments, learners }) =>
      completions > before.completions &&
      enrollments > before.enrollments &&
      learners > before.learners,
  );
  const rows = [
    ['Learners', before.learners, after.learners],
    ['Enrollments', before.enrollments, after.enrollments],
    ['Completions', before.completions, after.completions],
    ['Active today', today(before), today(after)],
  ] as const;
  for (const [name, was, is] of rows) screen.say(`${name.padEnd(14)} ${was} → ${is}`);
  if (today(after) < 1) throw new Error('Nobody was active today.');
  screen.check('Every figure was counted from events');
}

function shorten(text: string, length: number): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
