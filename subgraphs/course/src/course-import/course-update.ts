import type { AnyTx } from '../service-types.js';
import { grouped } from '../grouped.js';
import { LIMITS, type DraftTree } from '../draft/draft-tree.js';
import { lockDraft, rowsOf, writeRows, type DraftRows } from '../draft/draft.writer.js';
import { ImportRefused } from './import-problem.js';
import type { Skipped } from './import-report.js';
import { changesOf, keptOfCourse, type OfCourse } from './update-report.js';
import { mergeUpdate, type Part } from './update.rules.js';

/** Which draft an import changes. */
export interface DraftUpdate {
  courseId: string;
  /** The revision of the draft when the update was asked for. */
  revision: number;
}

/**
 * Puts what a course's source has now in place of what was imported of it before, in the transaction
 * of the caller. Parts keep their ids; what was added by hand stays.
 *
 * @param read the tree has an id for every part
 * @param imported ids of all parts that were ever imported, by their names in the source
 * @returns what was taken out and what stays, for the report
 * @throws ImportRefused DRAFT_CHANGED when the draft was changed since the update was asked for;
 * TOO_LARGE when a course cannot hold the additions as well
 */
export async function updateDraft(
  tx: Pick<AnyTx, 'prisma'>,
  { courseId, revision }: DraftUpdate,
  read: OfCourse & { tree: DraftTree },
  imported: ReadonlyMap<string, string>,
): Promise<Skipped[]> {
  const draft = await lockDraft(tx, courseId);
  const now = await tx.prisma.courseVersion.findFirst({ where: { courseId, number: null } });
  // Locking has counted one change: this one.
  if (!draft || now?.revision !== revision + 1) throw new ImportRefused('DRAFT_CHANGED', '');
  const current = await readDraft(tx, draft.id);
  const incoming = rowsOf(read.tree);
  const names = new Map([...imported].map(([name, id]) => [id, name]));
  const merged = mergeUpdate(partsOf(current), partsOf(incoming), new Set(names.keys()));
  requireRoom(merged.parts);
  const rows = await rowsOfMerged(tx, draft.id, merged.parts, current, incoming);
  await writeRows(tx, { ...draft, courseId }, rows);
  const course = await tx.prisma.course.findFirstOrThrow({ where: { id: courseId } });
  return [...changesOf(merged, names), ...keptOfCourse(course, read)];
}

/** Without the content of blocks. */
async function readDraft({ prisma }: Pick<AnyTx, 'prisma'>, versionId: string): Promise<DraftRows> {
  const of = { where: { versionId }, orderBy: { position: 'asc' } } as const;
  const own = { id: true, position: true, title: true } as const;
  const modules = await prisma.module.findMany({ ...of, select: own });
  const lessons = await prisma.lesson.findMany({ ...of, select: { ...own, moduleId: true } });
  const topics = await prisma.topic.findMany({
    ...of,
    select: { ...own, lessonId: true, completionRule: true },
  });
  const blocks = await prisma.block.findMany({
    ...of,
    select: { ...own, topicId: true, kind: true },
  });
  const empty = { content: null, answerKey: null, feedback: null };
  return {
    modules,
    lessons: lessons.map(({ moduleId: parentId, ...row }) => ({ ...row, parentId })),
    topics: topics.map(({ lessonId: parentId, ...row }) => ({ ...row, parentId })),
    blocks: blocks.map(({ topicId: parentId, ...row }) => ({ ...row, ...empty, parentId })),
  };
}

function partsOf({ modules, lessons, topics, blocks }: DraftRows): Part[] {
  type Row = Pick<DraftRows['lessons'][0], 'id' | 'parentId' | 'title'>;
  const levels = [lessons, topics, blocks].map((rows: readonly Row[]) =>
    grouped(rows, ({ parentId }) => parentId),
  );
  const below = (parentId: string, level: number): Part[] =>
    (levels[level]?.get(parentId) ?? []).map(({ id, title }) => ({
      ...{ id, title },
      children: below(id, level + 1),
    }));
  return modules.map(({ id, title }) => ({ id, title, children: below(id, 0) }));
}

function requireRoom(modules: readonly Part[]): void {
  const lessons = modules.flatMap(({ children }) => children);
  const topics = lessons.flatMap(({ children }) => children);
  const most = (parts: readonly Part[]) =>
    Math.max(0, ...parts.map((part) => part.children.length));
  const blocks = topics.reduce((sum, { children }) => sum + children.length, 0);
  for (const [what, size, limit] of [
    ['modules', modules.length, LIMITS.modules],
    ['lessons in a module', most(modules), LIMITS.lessonsOfModule],
    ['topics in a lesson', most(lessons), LIMITS.topicsOfLesson],
    ['topics', topics.length, LIMITS.topics],
    ['blocks in a topic', most(topics), LIMITS.blocksOfTopic],
    ['blocks', blocks, LIMITS.blocks],
  ] as const) {
    if (size <= limit) continue;
    const message = `With what was added by hand the draft would have ${size} ${what}; the limit is ${limit}.`;
    throw new ImportRefused('TOO_LARGE', '', message);
  }
}

/** The rows of the merged draft: those of the source, and those that stay with their content. */
async function rowsOfMerged(
  { prisma }: Pick<AnyTx, 'prisma'>,
  versionId: string,
  parts: readonly Part[],
  current: DraftRows,
  incoming: DraftRows,
): Promise<DraftRows> {
  const known = <R extends { id: string }>(before: readonly R[], now: readonly R[]) =>
    new Map([...before, ...now].map((row) => [row.id, row]));
  const lessons = known(current.lessons, incoming.lessons);
  const topics = known(current.topics, incoming.topics);
  const blocks = known(current.blocks, incoming.blocks);
  const placed: DraftRows = { modules: [], lessons: [], topics: [], blocks: [] };
  parts.forEach((module, position) => {
    placed.modules.push({ id: module.id, title: module.title, position });
    module.children.forEach((lesson, l) => {
      placed.lessons.push({ ...lessons.get(lesson.id)!, parentId: module.id, position: l });
      lesson.children.forEach((topic, t) => {
        const own = topic.children.map(({ id }) => blocks.get(id)!);
        const row = topics.get(topic.id)!;
        const quizless = !own.some(({ kind }) => kind === 'QUIZ');
        // The quizzes of a topic that stays for other things may be gone.
        const rule = quizless && row.completionRule === 'QUIZ_SCORE' ? 'VIEW' : row.completionRule;
        placed.topics.push({ ...row, parentId: lesson.id, position: t, completionRule: rule });
        placed.blocks.push(
          ...own.map((block, b) => ({ ...block, parentId: topic.id, position: b })),
        );
      });
    });
  });
  const arriving = new Set(incoming.blocks.map(({ id }) => id));
  const staying = placed.blocks.map(({ id }) => id).filter((id) => !arriving.has(id));
  const contents = await prisma.block.findMany({
    where: { versionId, id: { in: staying } },
    select: { id: true, content: true, answerKey: true, feedback: true },
  });
  const contentOf = new Map(contents.map(({ id, ...content }) => [id, content]));
  return { ...placed, blocks: placed.blocks.map((row) => ({ ...row, ...contentOf.get(row.id) })) };
}
