import type { RequestContext } from '@lyceum/platform/context';
import { isId } from '@lyceum/platform/ids';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { Prisma } from '../../generated/prisma/client.js';
import type { Lesson, Module, Topic } from '../../generated/prisma/client.js';
import { coursesWith, TAKING_PART } from '../course/course.access.js';
import { grouped } from '../grouped.js';
import type { CourseDatabase } from '../service-types.js';
import { WITHOUT_ANSWERS, type QuizFeedback, type QuizKeys } from './block-content.js';
import type { BlockRow } from './block-view.js';

/** A thing within one version. */
export interface InVersion {
  versionId: string;
  id: string;
}

const TABLES = {
  Module: { table: Prisma.sql`module`, more: Prisma.empty },
  Lesson: { table: Prisma.sql`lesson`, more: Prisma.sql`, x.module_id AS "moduleId"` },
  Topic: {
    table: Prisma.sql`topic`,
    more: Prisma.sql`, x.lesson_id AS "lessonId", x.completion_rule AS "completionRule"`,
  },
} as const;

interface Parts {
  Module: Module;
  Lesson: Lesson;
  Topic: Topic;
}

/** Reads the parts of courses in batches: one statement a level, however many courses and parents. */
export class ContentLoaders {
  constructor(private readonly database: CourseDatabase) {}

  modules(versionId: string, context: RequestContext): Promise<Module[]> {
    return context.loader<string, Module[]>(this.#modules).load(versionId);
  }

  lessons(module: InVersion, context: RequestContext): Promise<Lesson[]> {
    return context.loader<InVersion, Lesson[]>(this.#lessons).load(module);
  }

  topics(lesson: InVersion, context: RequestContext): Promise<Topic[]> {
    return context.loader<InVersion, Topic[]>(this.#topics).load(lesson);
  }

  /** Without answer keys and feedback: they are not even read. */
  blocks(topic: InVersion, context: RequestContext): Promise<BlockRow[]> {
    return context.loader<InVersion, BlockRow[]>(this.#blocks).load(topic);
  }

  /** The keys of a quiz. Ask only for those who may edit the course. */
  answerKey(block: InVersion, context: RequestContext): Promise<QuizKeys | null> {
    return context.loader<InVersion, QuizKeys | null>(this.#answerKeys).load(block);
  }

  /** The feedback of a quiz, as its author wrote it. Ask only for those who may edit the course. */
  feedback(block: InVersion, context: RequestContext): Promise<QuizFeedback | null> {
    return context.loader<InVersion, QuizFeedback | null>(this.#feedback).load(block);
  }

  /**
   * A part by its id alone: as last published, also when it has since been taken out of the course
   * (what was learned still refers to it); for authors the draft when it was never published.
   */
  part<K extends keyof Parts>(
    kind: K,
    id: string,
    context: RequestContext,
  ): Promise<Parts[K] | null> {
    if (context.viewer.kind !== 'person') return Promise.resolve(null);
    const batch = this.#parts[kind] as (
      ids: readonly string[],
      context: RequestContext,
    ) => Promise<(Parts[K] | null)[]>;
    return context.loader<string, Parts[K] | null>(batch).load(id);
  }

  readonly #modules = async (versionIds: readonly string[], { viewer }: RequestContext) => {
    const rows = await this.database.of(requireSignedIn(viewer)).module.findMany({
      where: { versionId: { in: [...versionIds] } },
      orderBy: { position: 'asc' },
    });
    const byVersion = grouped(rows, ({ versionId }) => versionId);
    return versionIds.map((id) => byVersion.get(id) ?? []);
  };

  readonly #lessons = async (modules: readonly InVersion[], { viewer }: RequestContext) => {
    const { versionId, id } = columns(modules);
    const rows = await this.database.of(requireSignedIn(viewer)).lesson.findMany({
      where: { versionId, moduleId: id },
      orderBy: { position: 'asc' },
    });
    return perParent(modules, rows, ({ moduleId }) => moduleId);
  };

  readonly #topics = async (lessons: readonly InVersion[], { viewer }: RequestContext) => {
    const { versionId, id } = columns(lessons);
    const rows = await this.database.of(requireSignedIn(viewer)).topic.findMany({
      where: { versionId, lessonId: id },
      orderBy: { position: 'asc' },
    });
    return perParent(lessons, rows, ({ lessonId }) => lessonId);
  };

  readonly #blocks = async (topics: readonly InVersion[], { viewer }: RequestContext) => {
    const { versionId, id } = columns(topics);
    const rows = await this.database.of(requireSignedIn(viewer)).block.findMany({
      where: { versionId, topicId: id },
      omit: WITHOUT_ANSWERS,
      orderBy: { position: 'asc' },
    });
    return perParent(topics, rows, ({ topicId }) => topicId);
  };

  readonly #answerKeys = async (blocks: readonly InVersion[], { viewer }: RequestContext) => {
    const rows = await this.database.of(requireSignedIn(viewer)).block.findMany({
      where: columns(blocks),
      select: { versionId: true, id: true, answerKey: true },
    });
    const keys = new Map(rows.map((row) => [keyOf(row), row.answerKey as QuizKeys | null]));
    return blocks.map((block) => keys.get(keyOf(block)) ?? null);
  };

  readonly #feedback = async (blocks: readonly InVersion[], { viewer }: RequestContext) => {
    const rows = await this.database.of(requireSignedIn(viewer)).block.findMany({
      where: columns(blocks),
      select: { versionId: true, id: true, feedback: true },
    });
    const found = new Map(
      rows.map((row) => [keyOf(row), row.feedback as unknown as QuizFeedback | null]),
    );
    return blocks.map((block) => found.get(keyOf(block)) ?? null);
  };

  readonly #parts = {
    Module: (ids: readonly string[], context: RequestContext) => this.#byId('Module', ids, context),
    Lesson: (ids: readonly string[], context: RequestContext) => this.#byId('Lesson', ids, context),
    Topic: (ids: readonly string[], context: RequestContext) => this.#byId('Topic', ids, context),
  };

  async #byId<K extends keyof Parts>(
    kind: K,
    ids: readonly string[],
    context: RequestContext,
  ): Promise<(Parts[K] | null)[]> {
    const viewer = requireSignedIn(context.viewer);
    const { table, more } = TABLES[kind];
    const edited = onCourses(coursesWith(viewer, 'course:edit'));
    const overseen = onCourses(coursesWith(viewer, 'course:insights'));
    // The highest number is the version published last; the draft, without one, comes after them.
    const rows = await this.database.of(viewer).$queryRaw<Parts[K][]>`
      SELECT DISTINCT ON (x.id)
             x.id, x.version_id AS "versionId", x.organization_id AS "organizationId",
             x.course_id AS "courseId", x.position, x.title ${more}
      FROM ${table} x
      JOIN course_version v ON v.id = x.version_id
      JOIN course c ON c.id = x.course_id
      WHERE x.id = ANY(${ids.filter(isId)}::uuid[])
        AND x.organization_id = ${viewer.organizationId}::uuid
        AND (${edited} OR (v.number IS NOT NULL AND (
          c.status = 'PUBLISHED' OR ${overseen} OR (c.status = 'ARCHIVED' AND EXISTS (
            SELECT 1 FROM enrollment e
            WHERE e.course_id = c.id AND e.learner_id = ${viewer.userId}::uuid
              AND e.status::text = ANY(${[...TAKING_PART]}::text[]))))))
      ORDER BY x.id, v.number DESC NULLS LAST`;
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }
}

function onCourses(courses: 'ALL' | readonly string[]): Prisma.Sql {
  return courses === 'ALL' ? Prisma.sql`true` : Prisma.sql`c.id = ANY(${[...courses]}::uuid[])`;
}

/** Conditions wider than the pairs (every version × every id); `perParent` picks the pairs out. */
function columns(keys: readonly InVersion[]) {
  return {
    versionId: { in: [...new Set(keys.map(({ versionId }) => versionId))] },
    id: { in: [...new Set(keys.map(({ id }) => id))] },
  };
}

function perParent<T extends InVersion>(
  parents: readonly InVersion[],
  rows: readonly T[],
  parentOf: (row: T) => string,
): T[][] {
  const children = grouped(rows, (row) => keyOf({ versionId: row.versionId, id: parentOf(row) }));
  return parents.map((parent) => children.get(keyOf(parent)) ?? []);
}

function keyOf({ versionId, id }: InVersion): string {
  return `${versionId}:${id}`;
}
