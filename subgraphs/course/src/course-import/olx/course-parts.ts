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
import { attribute, type XmlElement } from './xml.js';

/** How deep containers and wrappers may hold each other. */
export const MAX_NESTING = 20;
const MAX_FOLLOWED = 100_000;

export interface Found {
  element: XmlElement;
  path: string;
}

/** Finds the parts of a course where they are written, and keeps account of what was found. */
export class CourseParts {
  /** Files that were followed. */
  readonly used = new Set<string>();
  #followed = 0;
  /** Elements whose attributes are accounted for once everything was read. */
  readonly #visited = new Map<XmlElement, string>();
  readonly #policies: Readonly<Record<string, unknown>>;

  constructor(
    private readonly files: OlxFiles,
    private readonly parsed: ParsedFiles,
    private readonly report: ReportBuilder,
    run: string,
  ) {
    this.#policies = policiesOf(files.texts.get(`policies/${run}/policy.json`));
  }

  /** Reports the settings of parts and containers that nothing has asked for. */
  reportUnread(): void {
    for (const [element, path] of this.#visited) reportUnread(element, path, this.report);
  }

  /** @throws ImportRefused MISSING_FILE when a pointer leads nowhere */
  follow(element: XmlElement, from: string): Found {
    if (!isPointer(element)) return { element, path: from };
    const path = pathOf(element);
    const file = this.parsed.get(path);
    this.#followed += 1;
    // Parts that hold each other several times multiply.
    if (this.#followed > MAX_FOLLOWED) throw new ImportRefused('TOO_LARGE', path);
    if (!file) throw new ImportRefused('MISSING_FILE', path, `${from} refers to it.`);
    this.used.add(path);
    const found = expectElement(element.name, path, file);
    this.applyPolicy(found, attribute(element, 'url_name'));
    this.report.named(path, found.attributes['display_name'] ?? '');
    return { element: found, path };
  }

  /** Old courses keep what is said of a part in the policy of the course, which then holds. */
  applyPolicy(element: XmlElement, urlName: string): void {
    const given = this.#policies[`${element.name}/${urlName}`];
    if (element.name === 'course' || typeof given !== 'object' || given === null) return;
    for (const [name, value] of Object.entries(given)) {
      element.attributes[name] = typeof value === 'string' ? value : JSON.stringify(value);
    }
  }

  /** What is left out is reported as a whole; of what is imported, each setting is. */
  hidden(element: XmlElement, path: string): boolean {
    const hidden = reportHidden(element, path, this.report);
    // A block's own settings are the affair of what reads it.
    if (!hidden && (WRAPPERS.has(element.name) || isContainer(element.name) || isPart(element))) {
      this.#visited.set(element, path);
    }
    return hidden;
  }

  /** What is taken of a container; null when it is not there, or not for everybody. */
  open(
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
      const found = this.follow(pointer, from);
      if (this.hidden(found.element, found.path)) return null;
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
}

export const isPart = ({ name }: XmlElement) => name === 'chapter' || name === 'sequential';

/** Whether an element is not for every learner, and so left out, which is then reported. */
export function reportHidden(element: XmlElement, path: string, report: ReportBuilder): boolean {
  const audience = audienceOf(element);
  if (!audience) return false;
  report.skipped(path, audience.code, audience.reason);
  return true;
}
