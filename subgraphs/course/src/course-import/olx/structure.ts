import { ImportRefused } from '../import-problem.js';
import type { ReportBuilder } from '../import-report.js';
import { reportUnread } from './accounting.js';
import { audienceOf } from './audience.rules.js';
import { choose, isContainer, WRAPPERS } from './containers.rules.js';
import type { OlxFiles } from './olx-files.js';
import {
  expectElement,
  isPointer,
  pathOf,
  policiesOf,
  type ParsedFiles,
} from './structure-files.js';
import { attribute, elementsOf, type XmlElement } from './xml.js';

/** A block where a learner meets it. */
export interface OlxBlock {
  kind: string;
  urlName: string;
  /** The file it is written in. */
  path: string;
  /** Null when it has that file to itself: it is parsed when its turn comes, and not kept. */
  element: XmlElement | null;
}
export interface OlxTopic {
  /** Names by which links within the course may mean this topic. */
  urlNames: string[];
  /** Null when it is as its first block is called. */
  title: string | null;
  /** The file it is written in. */
  path: string;
  blocks: OlxBlock[];
}
export interface OlxLesson {
  title: string;
  path: string;
  topics: OlxTopic[];
}
export interface OlxModule {
  title: string;
  path: string;
  lessons: OlxLesson[];
}
export interface OlxStructure {
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
  return new StructureReader(files, parsed, report).read();
}

const MAX_NESTING = 20;
const MAX_FOLLOWED = 100_000;

class StructureReader {
  readonly #used = new Set<string>();
  #followed = 0;
  #policies: Readonly<Record<string, unknown>> = {};
  /** Elements whose attributes are accounted for once everything was read. */
  readonly #visited = new Map<XmlElement, string>();

  constructor(
    private readonly files: OlxFiles,
    private readonly parsed: ParsedFiles,
    private readonly report: ReportBuilder,
  ) {}

  read(): OlxStructure {
    const root = this.parsed.get('course.xml');
    if (root instanceof ImportRefused) throw root;
    if (root?.name !== 'course') throw new ImportRefused('NOT_OLX', 'course.xml');
    const run = attribute(root, 'url_name');
    this.#policies = policiesOf(this.files.texts.get(`policies/${run}/policy.json`));
    this.#used.add('course.xml');
    const { element: course, path: coursePath } = this.#follow(root, 'course.xml');
    const modules: OlxModule[] = [];
    for (const child of elementsOf(course)) {
      if (child.name === 'chapter') modules.push(...this.#module(child, coursePath));
      else this.#unsupported(child, coursePath, 'COURSE_SETTING');
    }
    if (!elementsOf(course).some(({ name }) => name === 'chapter')) {
      throw new ImportRefused('EMPTY_COURSE', coursePath);
    }
    for (const [element, path] of this.#visited) reportUnread(element, path, this.report);
    return { run, coursePath, course, modules, usedFiles: this.#used };
  }

  #module(pointer: XmlElement, from: string): OlxModule[] {
    const { element, path } = this.#follow(pointer, from);
    if (this.#hidden(element, path)) return [];
    const lessons = this.#each(elementsOf(element), path, (child, at) =>
      this.#lessonsOf(child, at),
    );
    return [{ title: titleOf(element, 'Module'), path, lessons }];
  }

  #lessonsOf(child: XmlElement, from: string): OlxLesson[] {
    if (child.name === 'sequential') return this.#lesson(child, from);
    if (WRAPPERS.has(child.name)) {
      return this.#topic(child, from).map((topic) => ({
        ...{ title: topic.title ?? 'Lesson', path: topic.path },
        topics: [topic],
      }));
    }
    this.#unsupported(child, from, 'UNSUPPORTED_KIND');
    return [];
  }

  #lesson(pointer: XmlElement, from: string): OlxLesson[] {
    const { element, path } = this.#follow(pointer, from);
    if (this.#hidden(element, path)) return [];
    const topics = this.#each(elementsOf(element), path, (child, at) => this.#topicsOf(child, at));
    return [{ title: titleOf(element, 'Lesson'), path, topics }];
  }

  #topicsOf(child: XmlElement, from: string): OlxTopic[] {
    if (WRAPPERS.has(child.name)) return this.#topic(child, from);
    // A block outside a vertical is a topic of its own.
    const blocks = this.#blocks(child, from);
    return blocks.length === 0 ? [] : [{ urlNames: [], title: null, path: from, blocks }];
  }

  #topic(pointer: XmlElement, from: string): OlxTopic[] {
    const { element, path } = this.#follow(pointer, from);
    if (this.#hidden(element, path)) return [];
    const blocks = elementsOf(element).flatMap((child) => this.#blocks(child, path));
    const urlNames = [attribute(pointer, 'url_name')];
    return [{ urlNames, title: titleOf(element, 'Topic'), path, blocks }];
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
      const opened = this.#open(child, from, depth);
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

  /** What is taken of a container; null when it is not there, or not for everybody. */
  #open(
    pointer: XmlElement,
    from: string,
    depth: number,
  ): { children: XmlElement[]; path: string } | null {
    const path = pathOf(pointer);
    const missing = isPointer(pointer) && !this.parsed.has(path);
    if (missing && this.files.oversized?.has(path)) return null;
    if (missing || depth >= MAX_NESTING) {
      const why = missing ? `${from} refers to it` : `it is nested more than ${MAX_NESTING} deep`;
      this.report.skipped(path, missing ? 'MISSING_FILE' : 'TOO_LARGE', why);
      return null;
    }
    try {
      const found = this.#follow(pointer, from);
      if (this.#hidden(found.element, found.path)) return null;
      const { children, code, reason } = choose(found.element);
      this.report.skipped(found.path === from ? `${from}#${path}` : found.path, code, reason);
      return code === 'RESTRICTED' ? null : { children, path: found.path };
    } catch (error) {
      // A container is no part of the structure: one that cannot be read only costs its blocks.
      if (!(error instanceof ImportRefused) || error.code !== 'MALFORMED_XML') throw error;
      this.report.skipped(path, 'MALFORMED_XML', error.message);
      return null;
    }
  }

  #blocks(pointer: XmlElement, from: string, depth = 0): OlxBlock[] {
    const kind = pointer.name;
    if (isContainer(kind)) {
      const opened = this.#open(pointer, from, depth);
      const children = opened?.children ?? [];
      return children.flatMap((child) => this.#blocks(child, opened?.path ?? from, depth + 1));
    }
    if (WRAPPERS.has(kind) && depth < MAX_NESTING) {
      const { element, path } = this.#follow(pointer, from);
      if (this.#hidden(element, path)) return [];
      return elementsOf(element).flatMap((child) => this.#blocks(child, path, depth + 1));
    }
    const urlName = attribute(pointer, 'url_name');
    const path = pathOf(pointer);
    const inline = !isPointer(pointer);
    this.#applyPolicy(pointer, urlName);
    if (this.#hidden(pointer, from)) return [];
    if (inline) {
      return [{ kind, urlName, path: urlName ? `${from}#${path}` : from, element: pointer }];
    }
    if (this.files.texts.has(path)) {
      this.#used.add(path);
      return [{ kind, urlName, path, element: null }];
    }
    if (this.files.oversized?.has(path)) return [];
    // Some blocks of other kinds have no content but their name.
    if (!['html', 'problem', 'video'].includes(kind)) {
      return [{ kind, urlName, path: `${from}#${path}`, element: pointer }];
    }
    this.report.skipped(path, 'MISSING_FILE', `${from} refers to it`);
    return [];
  }

  /** @throws ImportRefused MISSING_FILE when a pointer leads nowhere */
  #follow(element: XmlElement, from: string): { element: XmlElement; path: string } {
    if (!isPointer(element)) return { element, path: from };
    const path = pathOf(element);
    const file = this.parsed.get(path);
    this.#followed += 1;
    // Parts that hold each other several times multiply.
    if (this.#followed > MAX_FOLLOWED) throw new ImportRefused('TOO_LARGE', path);
    if (!file) throw new ImportRefused('MISSING_FILE', path, `${from} refers to it.`);
    this.#used.add(path);
    const found = expectElement(element.name, path, file);
    this.#applyPolicy(found, attribute(element, 'url_name'));
    return { element: found, path };
  }

  /** Old courses keep what is said of a part in the policy of the course, which then holds. */
  #applyPolicy(element: XmlElement, urlName: string): void {
    const given = this.#policies[`${element.name}/${urlName}`];
    if (element.name === 'course' || typeof given !== 'object' || given === null) return;
    for (const [name, value] of Object.entries(given)) {
      element.attributes[name] = typeof value === 'string' ? value : JSON.stringify(value);
    }
  }

  /** What is left out is reported as a whole; of what is imported, each setting is. */
  #hidden(element: XmlElement, path: string): boolean {
    const hidden = reportHidden(element, path, this.report);
    // A block's own settings are the affair of what reads it.
    if (!hidden && (WRAPPERS.has(element.name) || isContainer(element.name) || isPart(element))) {
      this.#visited.set(element, path);
    }
    return hidden;
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

const isPart = ({ name }: XmlElement) => name === 'chapter' || name === 'sequential';

/** Whether an element is not for every learner, and so left out, which is then reported. */
export function reportHidden(element: XmlElement, path: string, report: ReportBuilder): boolean {
  const audience = audienceOf(element);
  if (!audience) return false;
  report.skipped(path, audience.code, audience.reason);
  return true;
}

function titleOf(element: XmlElement, otherwise: string): string {
  const title = attribute(element, 'display_name').replace(/\s+/g, ' ').trim().slice(0, 300);
  return title || otherwise;
}
