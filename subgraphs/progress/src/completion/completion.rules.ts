import type {
  CourseOutline,
  OutlineTopic,
  Quiz,
} from '../course-structure/course-outline.rules.js';

export const STATES = ['INCOMPLETE', 'COMPLETE', 'COMPLETE_PASS'] as const;
/** COMPLETE_PASS: complete because its quizzes had to be passed, and were. */
export type State = (typeof STATES)[number];

/** What is known of a learner's work in one topic. */
export interface TopicFacts {
  /** Opened as a whole, by a record that names no block. */
  readonly seen: boolean;
  readonly seenBlockIds: readonly string[];
  /** The best attempt at each quiz, 0–100, by block id. */
  readonly bestPercents: ReadonlyMap<string, number>;
}

export const NOTHING_DONE: TopicFacts = { seen: false, seenBlockIds: [], bestPercents: new Map() };

/** Rounding of binary fractions must not cost anyone a pass at exactly the limit. */
const EPSILON = 1e-9;

/**
 * Whether a topic is complete by its rule.
 *
 * - VIEW: every block was opened, or the topic as a whole. A topic without blocks takes the latter.
 * - QUIZ_SCORE: the best attempt at each quiz reaches its passing percent; of a quiz that only has to
 *   be submitted, any attempt counts. A topic that has no quiz (any more) could never be completed so,
 *   and goes by VIEW.
 * - MANUAL: never by itself; the learner says so.
 */
export function isTopicComplete(topic: OutlineTopic, facts: TopicFacts): boolean {
  if (topic.rule === 'MANUAL') return false;
  if (byQuizzes(topic)) {
    return topic.quizzes.every((quiz) => {
      const best = facts.bestPercents.get(quiz.blockId);
      return best !== undefined && (!hasToBePassed(quiz) || best >= quiz.passingPercent - EPSILON);
    });
  }
  if (facts.seen) return true;
  const opened = new Set(facts.seenBlockIds);
  return topic.blockIds.size > 0 && [...topic.blockIds].every((id) => opened.has(id));
}

/** The state of a topic once it is complete. */
export function completeState(topic: OutlineTopic): State {
  return byQuizzes(topic) && topic.quizzes.every(hasToBePassed) ? 'COMPLETE_PASS' : 'COMPLETE';
}

function hasToBePassed({ completion }: Quiz): boolean {
  return completion !== 'SUBMITTED';
}

/** Whether opening what is in a topic completes it. */
export function isCompletedByViewing(topic: OutlineTopic): boolean {
  return topic.rule !== 'MANUAL' && !byQuizzes(topic);
}

function byQuizzes(topic: OutlineTopic): boolean {
  return topic.rule === 'QUIZ_SCORE' && topic.quizzes.length > 0;
}

/**
 * A share in whole percent: rounded to the nearest, but 100 only when nothing is left, and never 0
 * once something is done.
 */
export function percentOf(completed: number, total: number): number {
  if (completed <= 0 || total <= 0) return 0;
  if (completed >= total) return 100;
  return Math.min(99, Math.max(1, Math.round((100 * completed) / total)));
}

export interface Figures {
  readonly percent: number;
  readonly completedTopics: number;
  readonly totalTopics: number;
  readonly state: State;
}

/** Completion of some topics together: of a lesson, a module, a course. Nothing at all is incomplete. */
export function figuresOf(topicIds: readonly string[], completed: ReadonlySet<string>): Figures {
  const totalTopics = topicIds.length;
  const completedTopics = topicIds.filter((id) => completed.has(id)).length;
  const percent = percentOf(completedTopics, totalTopics);
  return {
    percent,
    completedTopics,
    totalTopics,
    state: percent === 100 ? 'COMPLETE' : 'INCOMPLETE',
  };
}

/** How far someone is in a course, and the first topic left, in the order of the course. */
export function courseFigures(
  outline: CourseOutline,
  completed: ReadonlySet<string>,
): Figures & { nextTopicId: string | null } {
  const ids = outline.topics.map((topic) => topic.id);
  return {
    ...figuresOf(ids, completed),
    nextTopicId: ids.find((id) => !completed.has(id)) ?? null,
  };
}

export interface LessonFigures extends Figures {
  readonly lessonId: string;
  readonly topicIds: readonly string[];
}
export interface ModuleFigures extends Figures {
  readonly moduleId: string;
  readonly lessons: readonly LessonFigures[];
}

/** The same per module and lesson. */
export function breakdown(outline: CourseOutline, completed: ReadonlySet<string>): ModuleFigures[] {
  return outline.modules.map((module) => {
    const lessons = module.lessons.map((lesson) => {
      const topicIds = lesson.topics.map((topic) => topic.id);
      return { lessonId: lesson.id, topicIds, ...figuresOf(topicIds, completed) };
    });
    const topicIds = lessons.flatMap((lesson) => lesson.topicIds);
    return { moduleId: module.id, lessons, ...figuresOf(topicIds, completed) };
  });
}
