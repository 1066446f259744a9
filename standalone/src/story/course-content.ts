import type { GraphClient } from '../graph-client.js';
import type { AnswerKey, Question } from './answers.js';

export interface QuizContent {
  id: string;
  kind: 'QUIZ';
  attemptsAllowed: number | null;
  questions: Question[];
}
export type BlockContent =
  { id: string; kind: 'PAGE' | 'VIDEO' | 'LINK' | 'DOCUMENT' } | QuizContent;

export interface TopicContent {
  id: string;
  title: string;
  completionRule: 'VIEW' | 'QUIZ_SCORE' | 'MANUAL';
  blocks: BlockContent[];
}

/** What a learner finds in a course: its topics in order, with what is in them. */
export interface CourseContent {
  id: string;
  title: string;
  topics: TopicContent[];
}

const CONTENT = `query CourseContent($id: ID!) {
  course(id: $id) {
    id
    title
    modules { lessons { topics {
      id
      title
      completionRule
      blocks { id kind ... on QuizBlock {
        attemptsAllowed
        questions { id kind choices { id } }
      } }
    } } }
  }
}`;

interface Tree<T> {
  modules: { lessons: { topics: T[] }[] }[];
}
const topicsOf = <T>(tree: Tree<T>): T[] =>
  tree.modules.flatMap(({ lessons }) => lessons.flatMap(({ topics }) => topics));

/** The course as learners see it; its blocks take an enrollment (or to be its staff). */
export async function courseContent(client: GraphClient, id: string): Promise<CourseContent> {
  const { course } = await client.request<{
    course: ({ id: string; title: string } & Tree<TopicContent>) | null;
  }>(CONTENT, { id });
  if (!course) throw new Error('There is no such course.');
  return { id: course.id, title: course.title, topics: topicsOf(course) };
}

const KEYS = `query AnswerKeys($id: ID!) {
  course(id: $id) { modules { lessons { topics { blocks { ... on QuizBlock {
    id
    answerKey { questionId choiceIds ranges { minimum maximum } accepted }
  } } } } } }
}`;

/** What answers each question, by quiz block; for those who may edit the course. */
export type AnswerKeys = ReadonlyMap<string, ReadonlyMap<string, AnswerKey>>;

export async function answerKeys(author: GraphClient, courseId: string): Promise<AnswerKeys> {
  const { course } = await author.request<{
    course: Tree<{ blocks: { id?: string; answerKey?: AnswerKey[] | null }[] }> | null;
  }>(KEYS, { id: courseId });
  if (!course) throw new Error('There is no such course.');
  const keys = new Map<string, ReadonlyMap<string, AnswerKey>>();
  for (const { blocks } of topicsOf(course)) {
    for (const { id, answerKey } of blocks) {
      if (!id || !answerKey) continue;
      keys.set(id, new Map(answerKey.map((key) => [key.questionId, key])));
    }
  }
  return keys;
}
