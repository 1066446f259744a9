import { ImportRefused } from '../import-problem.js';
import type { ReportBuilder } from '../import-report.js';
import { reportUnread } from './accounting.js';
import { audienceOf } from './audience.rules.js';
import type { OlxFiles } from './olx-files.js';
import { attribute, elementsOf, readXml, type XmlElement } from './xml.js';

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
  blocks: OlxBlock[];
}
export interface OlxLesson {
  title: string;
  topics: OlxTopic[];
}
export interface OlxModule {
  title: string;
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

/** Blocks that only hold others, shown one after the other. */
const WRAPPERS = new Set(['vertical', 'wrapper', 'problemset', 'videosequence']);

/** The files that the structure is written in, parsed, or why they cannot be. */
export type ParsedFiles = ReadonlyMap<string, XmlElement | ImportRefused>;

const STRUCTURE =
  /^(course\.xml$|(course|chapter|sequential|vertical|wrapper|problemset|videosequence)\/)/;
/** Whether a course is not a course without this file. */
export const isStructure = (path: string) => STRUCTURE.test(path);
/** In all files of the structure together: they are held in memory. */
const MAX_ELEMENTS = 200_000;

/** @param pause called between files: what it awaits keeps the event loop free */
export async function parseFiles(
  files: OlxFiles,
  pause: () => Promise<void>,
): Promise<ParsedFiles> {
  const parsed = new Map<string, XmlElement | ImportRefused>();
  let elements = 0;
  for (const [path, text] of files.texts) {
    if (!path.endsWith('.xml') || !STRUCTURE.test(path)) continue;
    elements += text.split('<').length / 2;
    if (elements > MAX_ELEMENTS) throw new ImportRefused('TOO_LARGE', path);
    try {
      parsed.set(path, readXml(path, text));
    } catch (error) {
      if (!(error instanceof ImportRefused)) throw error;
      // Anything else is no mistake of an author.
      if (error.code !== 'MALFORMED_XML') throw error;
      parsed.set(path, error);
    }
    await pause();
  }
  return parsed;
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

class StructureReader {
  readonly #used = new Set<string>();
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
    const module: OlxModule = { title: titleOf(element, 'Module'), lessons: [] };
    for (const child of elementsOf(element)) {
      if (child.name === 'sequential') module.lessons.push(...this.#lesson(child, path));
      else if (WRAPPERS.has(child.name)) {
        const topics = this.#topic(child, path);
        const lessons = topics.map((topic) => ({
          title: topic.title ?? 'Lesson',
          topics: [topic],
        }));
        module.lessons.push(...lessons);
      } else this.#unsupported(child, path, 'UNSUPPORTED_KIND');
    }
    return [module];
  }

  #lesson(pointer: XmlElement, from: string): OlxLesson[] {
    const { element, path } = this.#follow(pointer, from);
    if (this.#hidden(element, path)) return [];
    const topics = elementsOf(element).flatMap((child) => {
      if (WRAPPERS.has(child.name)) return this.#topic(child, path);
      // A block outside a vertical is a topic of its own.
      const blocks = this.#blocks(child, path);
      return blocks.length === 0 ? [] : [{ urlNames: [], title: null, blocks }];
    });
    return [{ title: titleOf(element, 'Lesson'), topics }];
  }

  #topic(pointer: XmlElement, from: string): OlxTopic[] {
    const { element, path } = this.#follow(pointer, from);
    if (this.#hidden(element, path)) return [];
    return [
      {
        urlNames: [attribute(pointer, 'url_name')],
        title: titleOf(element, 'Topic'),
        blocks: elementsOf(element).flatMap((child) => this.#blocks(child, path)),
      },
    ];
  }

  #blocks(pointer: XmlElement, from: string, depth = 0): OlxBlock[] {
    const kind = pointer.name;
    if (WRAPPERS.has(kind) && depth < 20) {
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
    if (!hidden && (WRAPPERS.has(element.name) || isPart(element))) {
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

export function expectElement(
  kind: string,
  path: string,
  file: XmlElement | ImportRefused,
): XmlElement {
  if (file instanceof ImportRefused) throw file;
  if (file.name === kind) return file;
  throw new ImportRefused('MALFORMED_XML', path, `<${kind}> expected, <${file.name}> found.`);
}

/** Whether an element only says where it is written: as Open edX tells, it has a name and no content. */
function isPointer(element: XmlElement): boolean {
  const names = Object.keys(element.attributes);
  const allowed = element.name === 'course' ? ['url_name', 'org', 'course', 'slug'] : ['url_name'];
  return (
    names.includes('url_name') &&
    names.every((name) => allowed.includes(name)) &&
    elementsOf(element).length === 0 &&
    element.text.trim() === ''
  );
}

function policiesOf(json: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const given: unknown = json === undefined ? null : JSON.parse(json);
    return typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A colon in a `url_name` stands for a folder. */
function pathOf(element: XmlElement): string {
  return `${element.name}/${attribute(element, 'url_name').replaceAll(':', '/')}.xml`;
}

function titleOf(element: XmlElement, otherwise: string): string {
  const title = attribute(element, 'display_name').replace(/\s+/g, ' ').trim().slice(0, 300);
  return title || otherwise;
}
