import { XmlCdata, XmlText } from '@rgrove/parse-xml';
import { descendants, elementsOf, type XmlElement } from './xml.js';

/** Fifteen digits: what every double keeps, and writes as Python does. */
const INTEGER = /^-?(?:0|[1-9]\d{0,14})$/;
const DECIMAL = /^-?\d{0,9}\.\d{1,5}$/;
/** Without escapes: what is between the quotes is the text. */
const QUOTED = /^(?:'([^'\\]*)'|"([^"\\]*)"|[rR](?:'([^']*)'|"([^"]*)"))$/;
/** As in Python: a quote in a comment is no quote, and `#` within quotes is no comment. */
const COMMENT = /^((?:[^'"#]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*)#.*$/;
const IMPORT =
  /^(?:import|from)\s+[\w.]+(?:\s+(?:import|as)\s+[\w*]+)?(?:\s*,\s*[\w.]+)*(?:\s+as\s+\w+)?$/;

/**
 * The constants of scripts that only assign numbers and texts to names, as Python writes them.
 * Nothing is evaluated.
 *
 * @param scripts in their order: a later assignment counts
 * @returns null when any of them may compute something
 */
export function constantsOf(scripts: readonly string[]): Map<string, string> | null {
  const constants = new Map<string, string>();
  for (const line of scripts.flatMap((script) => script.split(/\r?\n/))) {
    const statement = line.replace(COMMENT, '$1').trim().replace(/;$/, '').trim();
    if (statement === '' || IMPORT.test(statement)) continue;
    const [, name, given] = /^([A-Za-z_]\w*)\s*=\s*(.+)$/.exec(statement) ?? [];
    const value = given === undefined ? null : literal(given.trim());
    if (name === undefined || value === null) return null;
    constants.set(name, value);
  }
  return constants;
}

function literal(text: string): string | null {
  if (INTEGER.test(text)) return text === '-0' ? '0' : text;
  if (DECIMAL.test(text)) {
    const written = String(Number(text));
    if (Object.is(Number(text), -0)) return '-0.0';
    // Small ones are written with an exponent, in other ways than Python's.
    if (written.includes('e')) return null;
    return written.includes('.') ? written : `${written}.0`;
  }
  const quoted = QUOTED.exec(text);
  return quoted ? (quoted.slice(1).find((part) => part !== undefined) ?? '') : null;
}

/**
 * Puts the constants of a problem's scripts in place of their names (`$name`), in texts and attributes.
 *
 * @returns false, having changed nothing, when a script may compute something
 */
export function settleScripts(problem: XmlElement): boolean {
  const scripts = descendants(problem, 'script');
  const plain = scripts.every(
    ({ attributes, text }) =>
      attributes['src'] === undefined &&
      (text.trim() === '' || /^(|loncapa\/python|text\/python)$/.test(attributes['type'] ?? '')),
  );
  const constants = plain ? constantsOf(scripts.map(({ text }) => text)) : null;
  if (!constants) return false;
  if (constants.size > 0) substitute(problem, constants);
  return true;
}

function substitute(problem: XmlElement, constants: ReadonlyMap<string, string>): void {
  // As in the source: the longest name that fits, whatever follows it.
  const names = [...constants.keys()].toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(`\\$(${names.join('|')})`, 'g');
  const settle = (text: string) =>
    text.replaceAll(pattern, (_, name: string) => constants.get(name) ?? '');
  const visit = (element: XmlElement) => {
    if (element.name === 'script') return;
    for (const [name, value] of Object.entries(element.attributes)) {
      element.attributes[name] = settle(value);
    }
    for (const child of element.children) {
      if (child instanceof XmlText || child instanceof XmlCdata) child.text = settle(child.text);
    }
    elementsOf(element).forEach(visit);
  };
  visit(problem);
}
