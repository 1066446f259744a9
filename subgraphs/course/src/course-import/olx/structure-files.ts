import { ImportRefused } from '../import-problem.js';
import { isContainer, WRAPPERS } from './containers.rules.js';
import type { OlxFiles } from './olx-files.js';
import { attribute, elementsOf, readXml, type XmlElement } from './xml.js';

/** The files that the structure is written in, parsed, or why they cannot be. */
export type ParsedFiles = ReadonlyMap<string, XmlElement | ImportRefused>;

const PARTS: ReadonlySet<string> = new Set(['course', 'chapter', 'sequential', ...WRAPPERS]);
const folderOf = (path: string) => path.slice(0, path.indexOf('/'));
/** Whether a course is not a course without this file. */
export const isStructure = (path: string) => path === 'course.xml' || PARTS.has(folderOf(path));
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
    if (!path.endsWith('.xml') || !(isStructure(path) || isContainer(folderOf(path)))) continue;
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
export function isPointer(element: XmlElement): boolean {
  const names = Object.keys(element.attributes);
  const allowed = element.name === 'course' ? ['url_name', 'org', 'course', 'slug'] : ['url_name'];
  return (
    names.includes('url_name') &&
    names.every((name) => allowed.includes(name)) &&
    elementsOf(element).length === 0 &&
    element.text.trim() === ''
  );
}

export function policiesOf(json: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const given: unknown = json === undefined ? null : JSON.parse(json);
    return typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A colon in a `url_name` stands for a folder. */
export function pathOf(element: XmlElement): string {
  return `${element.name}/${attribute(element, 'url_name').replaceAll(':', '/')}.xml`;
}
