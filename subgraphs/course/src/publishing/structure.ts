import type { CourseStructure, StructureQuestion } from '@lyceum/events/course';
import type { QuizContent, QuizKeys } from '../content/block-content.js';
import { grouped } from '../grouped.js';
import type { AnyTx } from '../service-types.js';

/**
 * A version as other services know it: the tree with its quizzes and their keys, in four statements.
 * It is for events, never for an answer to a person.
 */
export async function structureOf(
  { prisma }: Pick<AnyTx, 'prisma'>,
  versionId: string,
): Promise<CourseStructure> {
  const of = { where: { versionId }, orderBy: { position: 'asc' } } as const;
  const modules = await prisma.module.findMany(of);
  const lessons = grouped(await prisma.lesson.findMany(of), ({ moduleId }) => moduleId);
  const topics = grouped(await prisma.topic.findMany(of), ({ lessonId }) => lessonId);
  const blocks = grouped(await readBlocks({ prisma }, versionId), ({ topicId }) => topicId);
  return {
    modules: modules.map((module) => ({
      id: module.id,
      title: module.title,
      lessons: (lessons.get(module.id) ?? []).map((lesson) => ({
        id: lesson.id,
        title: lesson.title,
        topics: (topics.get(lesson.id) ?? []).map(({ id, title, completionRule }) => ({
          id,
          title,
          completionRule,
          blocks: (blocks.get(id) ?? []).map(({ topicId: _, ...block }) => block),
        })),
      })),
    })),
  };
}

/** Pages and the like without their content, which may be large and is not part of the structure. */
async function readBlocks({ prisma }: Pick<AnyTx, 'prisma'>, versionId: string) {
  const plain = await prisma.block.findMany({
    where: { versionId, kind: { not: 'QUIZ' } },
    select: { id: true, kind: true, title: true, topicId: true, position: true },
  });
  const quizzes = await prisma.block.findMany({
    where: { versionId, kind: 'QUIZ' },
    omit: { feedback: true },
  });
  return [
    ...plain.map(({ position, ...block }) => ({ ...block, position, quiz: null })),
    ...quizzes.map(({ id, kind, title, topicId, position, content, answerKey }) => ({
      id,
      kind,
      title,
      topicId,
      position,
      quiz: quizOf(content as unknown as QuizContent, answerKey as unknown as QuizKeys),
    })),
  ]
    .toSorted((a, b) => a.position - b.position)
    .map(({ position: _, ...block }) => block);
}

function quizOf(quiz: QuizContent, keys: QuizKeys) {
  const { passingPercent, attemptsAllowed, completion, showFeedback, questions } = quiz;
  return {
    passingPercent,
    attemptsAllowed,
    ...(completion ? { completion } : {}),
    ...(showFeedback ? { showFeedback } : {}),
    questions: questions.map((question): StructureQuestion => {
      const key = keys[question.id];
      if (!key) throw new Error(`Question ${question.id} has no key`);
      // What other services know of a question is its plain text: HTML is for those who answer it.
      const { promptHtml: _, choices, ...own } = question;
      return { ...own, choices: choices.map(({ id, text }) => ({ id, text })), key };
    }),
  };
}
