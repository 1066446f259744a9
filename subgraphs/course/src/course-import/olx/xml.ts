import { parseXml, XmlCdata, XmlElement, XmlError, XmlText } from '@rgrove/parse-xml';
import { ImportRefused } from '../import-problem.js';

export type { XmlElement } from '@rgrove/parse-xml';

const MAX_DEPTH = 100;
/** Parsing takes some ten microseconds an element, at one go. */
export const MAX_ELEMENTS = 20_000;

/**
 * Parses one XML file. Entities beyond XML's own five are never expanded, and a file that declares a
 * document type is refused before it is parsed, so that no file grows while it is read.
 *
 * @throws ImportRefused FORBIDDEN_XML, TOO_DEEP, FILE_TOO_LARGE or MALFORMED_XML (with line and column)
 */
export function readXml(path: string, text: string): XmlElement {
  const markup = text.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, '');
  if (/<!DOCTYPE|<!ENTITY/i.test(markup)) throw new ImportRefused('FORBIDDEN_XML', path);
  const { depth, elements } = measure(markup);
  if (depth > MAX_DEPTH) throw new ImportRefused('TOO_DEEP', path);
  if (elements > MAX_ELEMENTS) {
    throw new ImportRefused('FILE_TOO_LARGE', path, `More than ${MAX_ELEMENTS} elements.`);
  }
  try {
    const root = parseXml(text).root;
    if (!root) throw new ImportRefused('MALFORMED_XML', path, 'The file is empty.');
    return root;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    // The first line says what and where; the others quote the file.
    throw new ImportRefused('MALFORMED_XML', path, error.message.split('\n', 1)[0]);
  }
}

/** Depth and number of elements, told cheaply before the parser recurses and allocates. */
function measure(text: string): { depth: number; elements: number } {
  let [open, depth, elements] = [0, 0, 0];
  const tag = /<(\/?)[^\s/>!?](?:"[^"]*"|'[^']*'|[^"'<>])*>/g;
  for (let match = tag.exec(text); match; match = tag.exec(text)) {
    if (match[1] === '/') open -= 1;
    else {
      elements += 1;
      if (!match[0].endsWith('/>')) open += 1;
    }
    depth = Math.max(depth, open);
    if (depth > MAX_DEPTH || elements > MAX_ELEMENTS) break;
  }
  return { depth, elements };
}

export function elementsOf(parent: XmlElement): XmlElement[] {
  return parent.children.filter((child): child is XmlElement => child instanceof XmlElement);
}

const read = new WeakMap<XmlElement, Set<string>>();

/** The value, or an empty text. Whoever asks accounts for the attribute: see `unreadAttributes`. */
export function attribute(element: XmlElement, name: string): string {
  const names = read.get(element) ?? new Set();
  read.set(element, names.add(name));
  return element.attributes[name] ?? '';
}

/** Attributes that nothing has asked for. */
export function unreadAttributes(element: XmlElement): [name: string, value: string][] {
  return Object.entries(element.attributes).filter(([name]) => !read.get(element)?.has(name));
}

/** Every element of one of these names below `parent`, in document order. */
export function descendants(parent: XmlElement, ...names: string[]): XmlElement[] {
  return elementsOf(parent).flatMap((child) => [
    ...(names.includes(child.name) ? [child] : []),
    ...descendants(child, ...names),
  ]);
}

export function firstOf(parent: XmlElement, name: string): XmlElement | null {
  return descendants(parent, name)[0] ?? null;
}

/** Text as a reader sees it: white space collapsed, elements of `without` left out, images by their description. */
export function plainText(element: XmlElement, without: ReadonlySet<string> = new Set()): string {
  return rawText(element, without).replace(/\s+/g, ' ').trim();
}

const BREAKS = new Set([
  ...['p', 'div', 'br', 'li', 'tr', 'td', 'th', 'h1', 'h2', 'h3', 'h4', 'pre'],
  ...['label', 'description'],
]);

function rawText(element: XmlElement, without: ReadonlySet<string>): string {
  return element.children
    .map((child) => {
      if (child instanceof XmlText || child instanceof XmlCdata) return child.text;
      if (!(child instanceof XmlElement) || without.has(child.name)) return '';
      if (child.name === 'img') return ` ${attribute(child, 'alt')} `;
      const text = rawText(child, without);
      return BREAKS.has(child.name) ? ` ${text} ` : text;
    })
    .join('');
}

const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'source', 'wbr']);

/** Writes the children as HTML; elements of `without` are left out. */
export function innerHtml(element: XmlElement, without: ReadonlySet<string> = new Set()): string {
  return element.children
    .map((child) => {
      if (child instanceof XmlText || child instanceof XmlCdata) return escapeHtml(child.text);
      return child instanceof XmlElement ? outerHtml(child, without) : '';
    })
    .join('');
}

export function outerHtml(element: XmlElement, without: ReadonlySet<string> = new Set()): string {
  if (without.has(element.name)) return '';
  const attributes = Object.entries(element.attributes)
    .map(([name, value]) => ` ${name}="${escapeHtml(value).replaceAll('"', '&quot;')}"`)
    .join('');
  const open = `<${element.name}${attributes}>`;
  return VOID.has(element.name) ? open : `${open}${innerHtml(element, without)}</${element.name}>`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
