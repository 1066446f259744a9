import type { AnswerKey, CourseStructure, StructureQuestion } from '@lyceum/events/course';

/** Why a draft cannot be published, and where: positions from 0, such as `modules.0.lessons.2`. */
export interface Obstacle {
  path: string;
  reason: ObstacleReason;
}
export type ObstacleReason =
  | 'NO_TOPICS'
  | 'NO_QUESTIONS'
  | 'NO_CHOICES'
  | 'NO_KEY'
  | 'KEY_NOT_AMONG_CHOICES'
  | 'KEY_OF_OTHER_KIND'
  | 'RANGE_UPSIDE_DOWN'
  | 'NO_QUIZ_FOR_RULE'
  | 'TOO_LARGE';

/**
 * Largest structure that fits into the event that tells of it (1,000,000 bytes with its envelope),
 * in bytes of JSON.
 */
export const MAX_STRUCTURE_BYTES = 950_000;

/** Everything that keeps a draft from being published; empty when it can be. */
export function obstacles(structure: CourseStructure): Obstacle[] {
  const found: Obstacle[] = [];
  let topics = 0;
  structure.modules.forEach((module, m) => {
    module.lessons.forEach((lesson, l) => {
      lesson.topics.forEach((topic, t) => {
        topics += 1;
        const path = `modules.${m}.lessons.${l}.topics.${t}`;
        if (topic.completionRule === 'QUIZ_SCORE' && !topic.blocks.some(({ quiz }) => quiz)) {
          found.push({ path, reason: 'NO_QUIZ_FOR_RULE' });
        }
        topic.blocks.forEach(({ quiz }, b) => {
          if (!quiz) return;
          const at = `${path}.blocks.${b}`;
          if (quiz.questions.length === 0) found.push({ path: at, reason: 'NO_QUESTIONS' });
          quiz.questions.forEach((question, q) => {
            const reason = obstacleOf(question);
            if (reason) found.push({ path: `${at}.questions.${q}`, reason });
          });
        });
      });
    });
  });
  if (topics === 0) found.push({ path: 'modules', reason: 'NO_TOPICS' });
  if (Buffer.byteLength(JSON.stringify(structure)) > MAX_STRUCTURE_BYTES) {
    found.push({ path: 'modules', reason: 'TOO_LARGE' });
  }
  return found;
}

/** What keeps a question from being marked; null when nothing does. */
export function obstacleOf(question: StructureQuestion): ObstacleReason | null {
  const { kind, key, choices } = question;
  if (key.kind !== KEY_OF_KIND[kind]) return 'KEY_OF_OTHER_KIND';
  switch (key.kind) {
    case 'NUMERIC':
      if (key.ranges.length === 0) return 'NO_KEY';
      return key.ranges.some((r) => r.minimum > r.maximum) ? 'RANGE_UPSIDE_DOWN' : null;
    case 'TEXT':
      return key.accepted.some((text) => text.trim() !== '') ? null : 'NO_KEY';
    case 'CHOICES': {
      if (choices.length === 0) return 'NO_CHOICES';
      const known = new Set(choices.map(({ id }) => id));
      if (known.size < choices.length) return 'KEY_NOT_AMONG_CHOICES';
      if (key.choiceIds.some((id) => !known.has(id))) return 'KEY_NOT_AMONG_CHOICES';
      // Of "all that hold" it may be none; of one there must be a right one. Where several are
      // right, any of them answers a question with one choice.
      return kind !== 'MULTIPLE_CHOICE' && key.choiceIds.length === 0 ? 'NO_KEY' : null;
    }
  }
}

const KEY_OF_KIND: Record<StructureQuestion['kind'], AnswerKey['kind']> = {
  SINGLE_CHOICE: 'CHOICES',
  MULTIPLE_CHOICE: 'CHOICES',
  DROPDOWN: 'CHOICES',
  NUMERIC: 'NUMERIC',
  TEXT: 'TEXT',
};
