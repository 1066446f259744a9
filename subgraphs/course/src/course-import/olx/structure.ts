import { ImportRefused } from '../import-problem.js';
import type { ReportBuilder } from '../import-report.js';
import { isContainer, WRAPPERS } from './containers.rules.js';
import { CourseParts, isPart, MAX_NESTING } from './course-parts.js';
import type { OlxFiles } from './olx-files.js';
import { SourceNames, sourceOf } from './source-names.js';
import { isPointer, pathOf, type ParsedFiles } from './structure-files.js';
import { titleOf } from './titles.js';
import { attribute, elementsOf, type XmlElement } from './xml.js';

/** A block where a learner meets it. */
export interface OlxBlock {
  /** What it is called from one export to the next; see source-names.ts. */
  source: string;
  kind: string;
  urlName: string;
  /** The file it is written in. */
  path: string;
  /** Null when it has that file to itself: it is parsed when its turn comes, and not kept. */
  element: XmlElement | null;
}
export interface OlxTopic {
  source: string;
  /** Names by which links within the course may mean this topic. */
  urlNames: string[];
  /** Null when it is as its first block is called. */
  title: string | null;
  /** The file it is written in. */
  path: string;
  blocks: OlxBlock[];
}
export interface OlxLesson {
  source: string;
  title: string;
  path: string;
  topics: OlxTopic[];
}
export interface OlxModule {
  source: string;
  title: string;
  path: string;
  lessons: OlxLesson[];
}
export interface OlxStructure {
  /** organization/course/run; null when the export does not say all three. */
  source: string | null;
  /** The name of the course's run. */
  run: string;
  coursePath: string;
  course: XmlElement;
  modules: OlxModule[];
  /** Files that were followed. */
  usedFiles: ReadonlySet<string>;
}

/**
 * Follows course.xml → course → chapters → sequentials → verticals → blocks, by `url_name` and inline.
 *
 * @throws ImportRefused when a file of the structure is missing or not well-formed
 */
export function readStructure(
  files: OlxFiles,
  parsed: ParsedFiles,
  report: ReportBuilder,
): OlxStructure {
  const root = parsed.get('course.xml');
  if (root instanceof ImportRefused) throw root;
  if (root?.name !== 'course') throw new ImportRefused('NOT_OLX', 'course.xml');
  return new StructureReader(files, parsed, report, root).read();
}

class StructureReader {
  readonly #parts: CourseParts;
  readonly #names = new SourceNames();
  readonly #run: string;

  constructor(
    private readonly files: OlxFiles,
    private readonly parsed: ParsedFiles,
    private readonly report: ReportBuilder,
    private readonly root: XmlElement,
  ) {
    this.#run = attribute(root, 'url_name');
    this.#parts = new CourseParts(files, parsed, report, this.#run);
  }

  read(): OlxStructure {
    const { element: course, path: coursePath } = this.#parts.follow(this.root, 'course.xml');
    const modules: OlxModule[] = [];
    for (const child of elementsOf(course)) {
      if (child.name === 'chapter') modules.push(...this.#module(child, coursePath));
      else this.#unsupported(child, coursePath, 'COURSE_SETTING');
    }
    if (!elementsOf(course).some(({ name }) => name === 'chapter')) {
      throw new ImportRefused('EMPTY_COURSE', coursePath);
    }
    this.#parts.reportUnread();
    const usedFiles = new Set(['course.xml', ...this.#parts.used]);
    const source = sourceOf(this.root);
    return { source, run: this.#run, coursePath, course, modules, usedFiles };
  }

  #module(pointer: XmlElement, from: string): OlxModule[] {
    const { element, path } = this.#parts.follow(pointer, from);
    if (this.#parts.hidden(element, path)) return [];
    const source = this.#names.of('module', pointer, '');
    const lessons = this.#each(elementsOf(element), path, (child, at) =>
      this.#lessonsOf(child, at, source),
    );
    return [{ source, title: titleOf(element, 'Module', path, this.report), path, lessons }];
  }

  #lessonsOf(child: XmlElement, from: string, parent: string): OlxLesson[] {
    if (child.name === 'sequential') return this.#lesson(child, from, parent);
    if (WRAPPERS.has(child.name)) {
      return this.#topic(child, from, parent).map((topic) => ({
        source: this.#names.of('lesson', child, parent),
        ...{ title: topic.title ?? 'Lesson', path: topic.path },
        topics: [topic],
      }));
    }
    this.#unsupported(child, from, 'UNSUPPORTED_KIND');
    return [];
  }

  #lesson(pointer: XmlElement, from: string, parent: string): OlxLesson[] {
    const { element, path } = this.#parts.follow(pointer, from);
    if (this.#parts.hidden(element, path)) return [];
    const source = this.#names.of('lesson', pointer, parent);
    const topics = this.#each(elementsOf(element), path, (child, at) =>
      this.#topicsOf(child, at, source),
    );
    return [{ source, title: titleOf(element, 'Lesson', path, this.report), path, topics }];
  }

  #topicsOf(child: XmlElement, from: string, parent: string): OlxTopic[] {
    if (WRAPPERS.has(child.name)) return this.#topic(child, from, parent);
    // A block outside a vertical is a topic of its own.
    const blocks = this.#blocks(child, from, parent);
    if (blocks.length === 0) return [];
    const source = this.#names.of('topic', child, parent);
    return [{ source, urlNames: [], title: null, path: from, blocks }];
  }

  #topic(pointer: XmlElement, from: string, parent: string): OlxTopic[] {
    const { element, path } = this.#parts.follow(pointer, from);
    if (this.#parts.hidden(element, path)) return [];
    const source = this.#names.of('topic', pointer, parent);
    const blocks = elementsOf(element).flatMap((child) => this.#blocks(child, path, source));
    const urlNames = [attribute(pointer, 'url_name')];
    const title = titleOf(element, 'Topic', path, this.report);
    return [{ source, urlNames, title, path, blocks }];
  }

  /** Reads children; those of a container of lessons or topics stand in its place. */
  #each<T>(
    children: readonly XmlElement[],
    from: string,
    read: (child: XmlElement, from: string) => T[],
    depth = 0,
  ): T[] {
    return children.flatMap((child) => {
      if (!isContainer(child.name) || !this.#holdsParts(child)) return read(child, from);
      const opened = this.#parts.open(child, from, depth);
      return opened ? this.#each(opened.children, opened.path, read, depth + 1) : [];
    });
  }

  #holdsParts(container: XmlElement): boolean {
    const file = isPointer(container) ? this.parsed.get(pathOf(container)) : container;
    if (!file || file instanceof ImportRefused) return false;
    return elementsOf(file).some(
      (child) => isPart(child) || WRAPPERS.has(child.name) || isContainer(child.name),
    );
  }

  #blocks(pointer: XmlElement, from: string, parent: string, depth = 0): OlxBlock[] {
    const kind = pointer.name;
    if (isContainer(kind)) {
      const opened = this.#parts.open(pointer, from, depth);
      const children = opened?.children ?? [];
      return children.flatMap((child) =>
        this.#blocks(child, opened?.path ?? from, parent, depth + 1),
      );
    }
    if (WRAPPERS.has(kind) && depth < MAX_NESTING) {
      const { element, path } = this.#parts.follow(pointer, from);
      if (this.#parts.hidden(element, path)) return [];
      return elementsOf(element).flatMap((child) => this.#blocks(child, path, parent, depth + 1));
    }
    const urlName = attribute(pointer, 'url_name');
    const path = pathOf(pointer);
    const inline = !isPointer(pointer);
    this.#parts.applyPolicy(pointer, urlName);
    if (this.#parts.hidden(pointer, from)) return [];
    const source = this.#names.of('block', pointer, parent);
    if (inline) {
      const at = urlName ? `${from}#${path}` : from;
      return [{ source, kind, urlName, path: at, element: pointer }];
    }
    if (this.files.texts.has(path)) {
      this.#parts.used.add(path);
      return [{ source, kind, urlName, path, element: null }];
    }
    if (this.files.oversized?.has(path)) return [];
    // Some blocks of other kinds have no content but their name.
    if (!['html', 'problem', 'video'].includes(kind)) {
      return [{ source, kind, urlName, path: `${from}#${path}`, element: pointer }];
    }
    this.report.skipped(path, 'MISSING_FILE', `${from} refers to it`);
    return [];
  }

  #unsupported(element: XmlElement, from: string, code: 'COURSE_SETTING' | 'UNSUPPORTED_KIND') {
    const name = attribute(element, 'url_name') || attribute(element, 'slug');
    this.report.skipped(
      name ? `${element.name}/${name}` : from,
      code,
      `<${element.name}> in ${from} has no counterpart`,
    );
  }
}
