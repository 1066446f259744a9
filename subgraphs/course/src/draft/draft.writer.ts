import { newId } from '@lyceum/platform/ids';
import type { Queries } from '@lyceum/platform/database';
import type { PrismaClient } from '../../generated/prisma/client.js';
import type { BlockKind, CompletionRule } from '../../generated/prisma/enums.js';
import { storedContent } from '../content/block-content.js';
import type { DraftTree } from './draft-tree.js';

type DraftTransaction = {
  prisma: Pick<Queries<PrismaClient>, '$executeRaw' | 'course' | 'courseVersion'>;
};

/**
 * Locks the course's draft until the transaction ends, and counts the change about to be made.
 * @returns null when there is no such course in the transaction's organization
 */
export async function lockDraft(
  { prisma }: DraftTransaction,
  courseId: string,
): Promise<{ id: string; organizationId: string } | null> {
  const course = await prisma.course.findFirst({
    where: { id: courseId },
    select: { draftVersionId: true, organizationId: true },
  });
  if (!course) return null;
  await prisma.courseVersion.updateMany({
    where: { id: course.draftVersionId },
    data: { revision: { increment: 1 } },
  });
  return { id: course.draftVersionId, organizationId: course.organizationId };
}

/** The parts of a draft, a list a level; `parentId` is the part one level above. */
export interface DraftRows {
  modules: { id: string; position: number; title: string }[];
  lessons: ChildRow[];
  topics: (ChildRow & { completionRule: CompletionRule })[];
  blocks: (ChildRow & StoredBlock)[];
}
interface ChildRow {
  id: string;
  parentId: string;
  position: number;
  title: string;
}
interface StoredBlock {
  kind: BlockKind;
  /** What the columns of these names hold. */
  content: unknown;
  answerKey: unknown;
  feedback: unknown;
}

/**
 * Puts a whole tree in place of the course's draft, in seven statements whatever its size.
 * `tx` is the transaction of the caller, confined to the course's organization.
 *
 * @returns how many of each were written
 * @throws Error when there is no such course in the organization
 */
async function write(
  tx: DraftTransaction,
  courseId: string,
  tree: DraftTree,
): Promise<{ modules: number; lessons: number; topics: number; blocks: number }> {
  const draft = await lockDraft(tx, courseId);
  if (!draft) throw new Error(`No draft of course ${courseId}`);
  const rows = rowsOf(tree);
  await writeRows(tx, { ...draft, courseId }, rows);
  const { modules, lessons, topics, blocks } = rows;
  return {
    modules: modules.length,
    lessons: lessons.length,
    topics: topics.length,
    blocks: blocks.length,
  };
}

/** Puts these rows in place of a draft that the same transaction has locked. */
export async function writeRows(
  { prisma }: DraftTransaction,
  { courseId, ...draft }: { id: string; organizationId: string; courseId: string },
  { modules, lessons, topics, blocks }: DraftRows,
): Promise<void> {
  await prisma.$executeRaw`
    DELETE FROM module
    WHERE version_id = ${draft.id}::uuid AND organization_id = ${draft.organizationId}::uuid`;
  await prisma.$executeRaw`
    INSERT INTO module (id, version_id, organization_id, course_id, position, title)
    SELECT id, ${draft.id}::uuid, ${draft.organizationId}::uuid, ${courseId}::uuid, position, title
    FROM jsonb_to_recordset(${JSON.stringify(modules)}::jsonb)
      AS t(id uuid, position int, title text)`;
  await prisma.$executeRaw`
    INSERT INTO lesson (id, version_id, organization_id, course_id, module_id, position, title)
    SELECT id, ${draft.id}::uuid, ${draft.organizationId}::uuid, ${courseId}::uuid,
           "parentId", position, title
    FROM jsonb_to_recordset(${JSON.stringify(lessons)}::jsonb)
      AS t(id uuid, "parentId" uuid, position int, title text)`;
  await prisma.$executeRaw`
    INSERT INTO topic (id, version_id, organization_id, course_id, lesson_id, position, title, completion_rule)
    SELECT id, ${draft.id}::uuid, ${draft.organizationId}::uuid, ${courseId}::uuid,
           "parentId", position, title, "completionRule"::"CompletionRule"
    FROM jsonb_to_recordset(${JSON.stringify(topics)}::jsonb)
      AS t(id uuid, "parentId" uuid, position int, title text, "completionRule" text)`;
  await prisma.$executeRaw`
    INSERT INTO block (id, version_id, organization_id, course_id, topic_id, position, kind, title, content, answer_key, feedback)
    SELECT id, ${draft.id}::uuid, ${draft.organizationId}::uuid, ${courseId}::uuid,
           "parentId", position, kind::"BlockKind", title, content, "answerKey", feedback
    FROM jsonb_to_recordset(${JSON.stringify(blocks)}::jsonb)
      AS t(id uuid, "parentId" uuid, position int, kind text, title text, content jsonb, "answerKey" jsonb, feedback jsonb)`;
}

/** The rows of a tree; parts without an id get one. */
export function rowsOf(tree: DraftTree): DraftRows {
  const rows: DraftRows = { modules: [], lessons: [], topics: [], blocks: [] };
  tree.modules.forEach((module, m) => {
    const moduleId = module.id ?? newId();
    rows.modules.push({ id: moduleId, position: m, title: module.title });
    module.lessons.forEach((lesson, l) => {
      const lessonId = lesson.id ?? newId();
      rows.lessons.push({ id: lessonId, parentId: moduleId, position: l, title: lesson.title });
      lesson.topics.forEach((topic, t) => {
        const topicId = topic.id ?? newId();
        const { title, completionRule } = topic;
        rows.topics.push({ id: topicId, parentId: lessonId, position: t, title, completionRule });
        topic.blocks.forEach((block, b) => {
          const stored = storedContent(block);
          rows.blocks.push({
            id: block.id ?? newId(),
            parentId: topicId,
            position: b,
            kind: block.kind,
            title: block.title,
            ...stored,
          });
        });
      });
    });
  });
  return rows;
}

export const draftWriter = { write };
