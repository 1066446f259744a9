import type {
  CourseStructure,
  QuizCompletion,
  ShowFeedback,
  StructureQuestion,
  StructureTopic,
} from '@lyceum/events/course';

export interface Quiz {
  readonly blockId: string;
  readonly topicId: string;
  readonly title: string;
  /** 0–100. */
  readonly passingPercent: number;
  /** Absent in versions from before there was a choice: PASSED. */
  readonly completion?: QuizCompletion | undefined;
  /** null: as often as one likes. */
  readonly attemptsAllowed: number | null;
  /** Absent in versions from before there was feedback. */
  readonly showFeedback?: ShowFeedback | undefined;
  readonly questions: readonly StructureQuestion[];
}

export interface OutlineTopic {
  readonly id: string;
  readonly title: string;
  readonly rule: StructureTopic['completionRule'];
  readonly blockIds: ReadonlySet<string>;
  readonly quizzes: readonly Quiz[];
}

/** A published course as completion looks at it. */
export interface CourseOutline {
  readonly courseId: string;
  readonly versionNumber: number;
  readonly title: string;
  readonly modules: CourseStructure['modules'];
  /** Every topic, in the order of the course. */
  readonly topics: readonly OutlineTopic[];
  readonly topicById: ReadonlyMap<string, OutlineTopic>;
  readonly quizById: ReadonlyMap<string, Quiz>;
}

export function outlineOf(
  courseId: string,
  versionNumber: number,
  title: string,
  structure: CourseStructure,
): CourseOutline {
  const topics = structure.modules
    .flatMap((module) => module.lessons)
    .flatMap((lesson) => lesson.topics)
    .map(outlineTopic);
  return {
    courseId,
    versionNumber,
    title,
    modules: structure.modules,
    topics,
    topicById: new Map(topics.map((topic) => [topic.id, topic])),
    quizById: new Map(topics.flatMap((topic) => topic.quizzes).map((quiz) => [quiz.blockId, quiz])),
  };
}

/** For an enrollment whose course has not been heard of yet. */
export function emptyOutline(courseId: string): CourseOutline {
  return outlineOf(courseId, 0, '', { modules: [] });
}

function outlineTopic(topic: StructureTopic): OutlineTopic {
  return {
    id: topic.id,
    title: topic.title,
    rule: topic.completionRule,
    blockIds: new Set(topic.blocks.map((block) => block.id)),
    quizzes: topic.blocks.flatMap((block) =>
      block.quiz
        ? [{ ...block.quiz, blockId: block.id, topicId: topic.id, title: block.title }]
        : [],
    ),
  };
}
