import { badInput, notFound } from '@lyceum/platform/errors';
import { isId, newId } from '@lyceum/platform/ids';
import { parseInput } from '@lyceum/platform/input';
import type { SignedIn } from '@lyceum/platform/viewer';
import { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.js';
import type { Lesson, Module, Topic } from '../../generated/prisma/client.js';
import type { CompletionRule } from '../../generated/prisma/enums.js';
import { storedContent, WITHOUT_ANSWERS } from '../content/block-content.js';
import type { BlockRow } from '../content/block-view.js';
import { requireOnCourse } from '../course/course.access.js';
import type { CourseDatabase, Tx } from '../service-types.js';
import { parseBlock } from './block-input.js';
import type { BlockContentInput } from './block-input.types.js';
import { arrange, childrenOf, type Level } from './draft.order.js';
import { placed } from './draft.rules.js';
import { LIMITS } from './draft-tree.js';
import { lockDraft } from './draft.writer.js';

type Draft = { id: string; organizationId: string; courseId: string };
type Placing = { position?: number | null };

const title = z.string().trim().min(1).max(LIMITS.title);
const place = z.int().min(0).nullish();

const MOST: Record<Level, number> = {
  module: LIMITS.modules,
  lesson: LIMITS.lessonsOfModule,
  topic: LIMITS.topicsOfLesson,
  block: LIMITS.blocksOfTopic,
};
const NAMES = { module: 'Module', lesson: 'Lesson', topic: 'Topic', block: 'Block' } as const;
const PARENT_FIELDS = {
  module: 'courseId',
  lesson: 'moduleId',
  topic: 'lessonId',
  block: 'topicId',
} as const;

/** Changes drafts. The draft is locked while one change is made, so changes follow one another. */
export class DraftService {
  constructor(private readonly database: CourseDatabase) {}

  addModule(viewer: SignedIn, input: { courseId: string; title: string } & Placing) {
    return this.#inDraftOf(viewer, input.courseId, 'Course', async (tx, draft): Promise<Module> => {
      const values = { title: this.#title(input.title) };
      return this.#insert(tx, draft, 'module', draft.id, input, (own) =>
        tx.prisma.module.create({ data: { ...own, ...values } }),
      );
    });
  }

  addLesson(viewer: SignedIn, input: { moduleId: string; title: string } & Placing) {
    const { moduleId } = input;
    return this.#inDraftWith(viewer, 'module', moduleId, async (tx, draft): Promise<Lesson> => {
      const values = { moduleId, title: this.#title(input.title) };
      return this.#insert(tx, draft, 'lesson', moduleId, input, (own) =>
        tx.prisma.lesson.create({ data: { ...own, ...values } }),
      );
    });
  }

  addTopic(
    viewer: SignedIn,
    input: { lessonId: string; title: string; completionRule?: CompletionRule | null } & Placing,
  ) {
    const { lessonId, completionRule } = input;
    return this.#inDraftWith(viewer, 'lesson', lessonId, async (tx, draft): Promise<Topic> => {
      const topics = await tx.prisma.topic.count({ where: { versionId: draft.id } });
      if (topics >= LIMITS.topics) throw tooMany('courseId', LIMITS.topics, 'topics in a course');
      const values = { title: this.#title(input.title), completionRule: completionRule ?? 'VIEW' };
      return this.#insert(tx, draft, 'topic', lessonId, input, (own) =>
        tx.prisma.topic.create({ data: { ...own, lessonId, ...values } }),
      );
    });
  }

  addBlock(
    viewer: SignedIn,
    input: { topicId: string; title: string } & Placing & BlockContentInput,
  ) {
    const { topicId } = input;
    const block = parseBlock(input.title, input);
    return this.#inDraftWith(viewer, 'topic', topicId, async (tx, draft): Promise<BlockRow> => {
      const blocks = await tx.prisma.block.count({ where: { versionId: draft.id } });
      if (blocks >= LIMITS.blocks) throw tooMany('topicId', LIMITS.blocks, 'blocks in a course');
      const { kind } = block;
      const { content, answerKey, feedback } = storedContent(block);
      return this.#insert(tx, draft, 'block', topicId, input, (own) =>
        tx.prisma.block.create({
          data: {
            ...own,
            topicId,
            kind,
            title: block.title,
            content,
            answerKey: answerKey ?? Prisma.DbNull,
            feedback: feedback ?? Prisma.DbNull,
          },
          omit: WITHOUT_ANSWERS,
        }),
      );
    });
  }

  updateModule(viewer: SignedIn, input: { id: string; title: string }) {
    return this.#inDraftWith(viewer, 'module', input.id, async (tx, draft): Promise<Module> => {
      const where = { versionId: draft.id, id: input.id };
      const data = { title: this.#title(input.title) };
      return (await tx.prisma.module.updateManyAndReturn({ where, data }))[0]!;
    });
  }

  updateLesson(viewer: SignedIn, input: { id: string; title: string }) {
    return this.#inDraftWith(viewer, 'lesson', input.id, async (tx, draft): Promise<Lesson> => {
      const where = { versionId: draft.id, id: input.id };
      const data = { title: this.#title(input.title) };
      return (await tx.prisma.lesson.updateManyAndReturn({ where, data }))[0]!;
    });
  }

  updateTopic(
    viewer: SignedIn,
    input: { id: string; title?: string | null; completionRule?: CompletionRule | null },
  ) {
    return this.#inDraftWith(viewer, 'topic', input.id, async (tx, draft): Promise<Topic> => {
      const where = { versionId: draft.id, id: input.id };
      const data = {
        title: input.title == null ? undefined : this.#title(input.title),
        completionRule: input.completionRule ?? undefined,
      };
      return (await tx.prisma.topic.updateManyAndReturn({ where, data }))[0]!;
    });
  }

  /** @throws BAD_USER_INPUT when the content given is of another kind than the block */
  updateBlock(viewer: SignedIn, input: { id: string; title?: string | null } & BlockContentInput) {
    return this.#inDraftWith(viewer, 'block', input.id, async (tx, draft): Promise<BlockRow> => {
      const where = { versionId: draft.id, id: input.id };
      const before = await tx.prisma.block.findFirstOrThrow({ where });
      const titleOnly = !(['page', 'video', 'link', 'document', 'quiz'] as const).some(
        (part) => input[part] != null,
      );
      const data: Prisma.BlockUpdateManyMutationInput = {
        title: input.title == null ? undefined : this.#title(input.title),
      };
      if (!titleOnly) {
        const block = parseBlock(input.title ?? before.title, input);
        if (block.kind !== before.kind) {
          throw badInput(['input'], 'OTHER_KIND', `The block is of the kind ${before.kind}.`);
        }
        const { content, answerKey, feedback } = storedContent(block);
        data.content = content;
        data.answerKey = answerKey ?? Prisma.DbNull;
        data.feedback = feedback ?? Prisma.DbNull;
      }
      const [updated] = await tx.prisma.block.updateManyAndReturn({
        where,
        data,
        omit: WITHOUT_ANSWERS,
      });
      return updated!;
    });
  }

  /** Puts a part at another place, under another parent of the same course if one is given. */
  async move(
    viewer: SignedIn,
    level: Level,
    input: { id: string; parentId?: string | null } & Placing,
  ): Promise<unknown> {
    return this.#inDraftWith(viewer, level, input.id, async (tx, draft) => {
      const position = parseInput(place, input.position, 'position');
      const before = await this.#parentOf(tx, draft, level, input.id);
      const target = input.parentId ?? before;
      const siblings = await this.#siblingsAt(tx, draft, level, target);
      if (target !== before && siblings.length >= MOST[level]) throw full(level);
      await arrange(tx, draft, level, target, placed(siblings, input.id, position));
      if (target !== before) {
        await arrange(tx, draft, level, before, await childrenOf(tx, draft, level, before));
      }
      return this.#read(tx, draft, level, input.id);
    });
  }

  /** Removes a part and all in it from the draft; what is published stays. */
  async remove(viewer: SignedIn, level: Level, id: string): Promise<string> {
    return this.#inDraftWith(viewer, level, id, async (tx, draft) => {
      const parent = await this.#parentOf(tx, draft, level, id);
      const where = { versionId: draft.id, id };
      // What is below goes with it: the foreign keys cascade.
      if (level === 'module') await tx.prisma.module.deleteMany({ where });
      else if (level === 'lesson') await tx.prisma.lesson.deleteMany({ where });
      else if (level === 'topic') await tx.prisma.topic.deleteMany({ where });
      else await tx.prisma.block.deleteMany({ where });
      await arrange(tx, draft, level, parent, await childrenOf(tx, draft, level, parent));
      return draft.courseId;
    });
  }

  async #insert<R>(
    tx: Tx,
    draft: Draft,
    level: Level,
    parentId: string,
    input: Placing,
    create: (own: {
      id: string;
      versionId: string;
      organizationId: string;
      courseId: string;
      position: number;
    }) => Promise<R>,
  ): Promise<R> {
    const wanted = parseInput(place, input.position, 'position');
    const siblings = await childrenOf(tx, draft, level, parentId);
    if (siblings.length >= MOST[level]) throw full(level);
    const id = newId();
    const order = placed(siblings, id, wanted);
    const position = order.indexOf(id);
    const { organizationId, courseId } = draft;
    const row = await create({ id, versionId: draft.id, organizationId, courseId, position });
    if (position < siblings.length) await arrange(tx, draft, level, parentId, order);
    return row;
  }

  #inDraftOf<R>(
    viewer: SignedIn,
    courseId: string,
    what: string,
    work: (tx: Tx, draft: Draft) => Promise<R>,
  ): Promise<R> {
    return this.database.transaction(viewer, async (tx) => {
      const where = { id: courseId };
      const course = isId(courseId) ? await tx.prisma.course.findFirst({ where }) : null;
      requireOnCourse(viewer, 'course:edit', course, what);
      const draft = (await lockDraft(tx, courseId))!;
      return work(tx, { ...draft, courseId });
    });
  }

  /** In the draft that has this part. @throws NOT_FOUND when no draft has it (any more) */
  async #inDraftWith<R>(
    viewer: SignedIn,
    level: Level,
    id: string,
    work: (tx: Tx, draft: Draft) => Promise<R>,
  ): Promise<R> {
    const what = NAMES[level];
    if (!isId(id)) throw notFound(what);
    const read = this.database.of(viewer);
    const select = { courseId: true };
    const args = { where: { id, version: { number: null } }, select };
    const found = await {
      module: () => read.module.findFirst(args),
      lesson: () => read.lesson.findFirst(args),
      topic: () => read.topic.findFirst(args),
      block: () => read.block.findFirst(args),
    }[level]();
    if (!found) throw notFound(what);
    return this.#inDraftOf(viewer, found.courseId, what, async (tx, draft) => {
      // Now that the draft is locked: it may have been removed in between.
      if (!(await this.#read(tx, draft, level, id))) throw notFound(what);
      return work(tx, draft);
    });
  }

  async #siblingsAt(tx: Tx, draft: Draft, level: Level, parentId: string): Promise<string[]> {
    const above = { module: null, lesson: 'module', topic: 'lesson', block: 'topic' } as const;
    const parent = above[level];
    if (parent && !(isId(parentId) && (await this.#read(tx, draft, parent, parentId)))) {
      throw badInput(['input', PARENT_FIELDS[level]], 'UNKNOWN', 'The course has no such part.');
    }
    return childrenOf(tx, draft, level, parentId);
  }

  async #parentOf(tx: Tx, draft: Draft, level: Level, id: string): Promise<string> {
    const row = (await this.#read(tx, draft, level, id)) as Partial<Lesson & Topic & BlockRow>;
    return { module: draft.id, lesson: row.moduleId!, topic: row.lessonId!, block: row.topicId! }[
      level
    ];
  }

  #read({ prisma }: Tx, draft: Draft, level: Level, id: string) {
    const where = { versionId: draft.id, id };
    switch (level) {
      case 'module':
        return prisma.module.findFirst({ where });
      case 'lesson':
        return prisma.lesson.findFirst({ where });
      case 'topic':
        return prisma.topic.findFirst({ where });
      case 'block':
        return prisma.block.findFirst({ where, omit: WITHOUT_ANSWERS });
    }
  }

  #title(value: string): string {
    return parseInput(z.object({ title }), { title: value }).title;
  }
}

function full(level: Level) {
  return tooMany(PARENT_FIELDS[level], MOST[level], `${level}s there`);
}

function tooMany(field: string, most: number, what: string) {
  return badInput(['input', field], 'TOO_MANY', `At most ${most} ${what}.`);
}
