import { create, publish } from '../school.js';
import type { Session } from '../session.js';
import { CRITERIA } from './criteria.rules.js';
import type { Dataset, Site } from './dataset.js';

export interface Quiz {
  readonly blockId: string;
  readonly topicId: string;
  readonly questionIds: readonly string[];
}

export interface ReplayCourse {
  readonly id: string;
  /** The topic of each site. */
  readonly topicOf: ReadonlyMap<string, string>;
  /** The quiz of each assessment. */
  readonly quizOf: ReadonlyMap<string, Quiz>;
}

export const PASSING_PERCENT = 40;

/** The dataset's activity types, as the parts of a course. */
const MODULES: readonly { title: string; types: readonly string[] }[] = [
  { title: 'Start here', types: ['homepage', 'subpage', 'glossary', 'dataplus'] },
  { title: 'Study guide', types: ['oucontent'] },
  { title: 'Readings', types: ['resource'] },
  { title: 'Elsewhere', types: ['url'] },
  { title: 'Talking to each other', types: ['forumng', 'oucollaborate'] },
];
const TOPICS_PER_LESSON = 12;

/** Builds and publishes the course: a topic for each site, and one with a quiz for each assessment. */
export async function buildCourse(
  instructor: Session,
  dataset: Dataset,
  onStep: (done: number, all: number) => void,
): Promise<ReplayCourse> {
  const make = (mutation: string, input: Record<string, unknown>) =>
    create(instructor, mutation, input);
  const all = dataset.sites.length + dataset.assessments.length;
  let done = 0;
  const courseId = await make('createCourse', {
    title: 'Social sciences (a replay of AAA 2013J)',
    summary: 'One presentation of the Open University Learning Analytics Dataset.',
    tags: ['replay'],
  });

  const topicOf = new Map<string, string>();
  for (const { title, sites } of modulesOf(dataset.sites)) {
    const moduleId = await make('addModule', { courseId, title });
    for (let from = 0; from < sites.length; from += TOPICS_PER_LESSON) {
      const lessonTitle = `${title}, part ${from / TOPICS_PER_LESSON + 1}`;
      const lessonId = await make('addLesson', { moduleId, title: lessonTitle });
      for (const site of sites.slice(from, from + TOPICS_PER_LESSON)) {
        const siteTitle = `${site.activityType} ${site.id}`;
        const topicId = await make('addTopic', {
          lessonId,
          title: siteTitle,
          completionRule: 'VIEW',
        });
        const page = { html: `<p>Stands for site ${site.id}, of type ${site.activityType}.</p>` };
        await make('addBlock', { topicId, title: siteTitle, page });
        topicOf.set(site.id, topicId);
        onStep((done += 1), all);
      }
    }
  }

  const quizOf = new Map<string, Quiz>();
  const moduleId = await make('addModule', { courseId, title: 'Assessments' });
  const lessonId = await make('addLesson', { moduleId, title: 'Assessments' });
  for (const { id, type } of dataset.assessments) {
    const title = `${type} ${id}`;
    const topicId = await make('addTopic', { lessonId, title, completionRule: 'QUIZ_SCORE' });
    const questions = CRITERIA.map((points) => ({
      id: `criterion-${points}`,
      kind: 'SINGLE_CHOICE',
      prompt: `Was the criterion worth ${points} points met?`,
      points,
      choices: [
        { id: 'met', text: 'Met' },
        { id: 'missed', text: 'Missed' },
      ],
      correctChoiceIds: ['met'],
    }));
    const quiz = { passingPercent: PASSING_PERCENT, attemptsAllowed: 1, questions };
    const blockId = await make('addBlock', { topicId, title, quiz });
    quizOf.set(id, { blockId, topicId, questionIds: questions.map((question) => question.id) });
    onStep((done += 1), all);
  }
  await publish(instructor, courseId);
  return { id: courseId, topicOf, quizOf };
}

function modulesOf(sites: readonly Site[]): { title: string; sites: Site[] }[] {
  const known = new Set(MODULES.flatMap(({ types }) => types));
  const rest = sites.filter(({ activityType }) => !known.has(activityType));
  const modules = MODULES.map(({ title, types }) => ({
    title,
    sites: sites.filter(({ activityType }) => types.includes(activityType)),
  }));
  return [...modules, { title: 'More', sites: rest }].filter((module) => module.sites.length > 0);
}
