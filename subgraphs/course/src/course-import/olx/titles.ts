import { LIMITS } from '../../draft/draft-tree.js';
import type { ReportBuilder } from '../import-report.js';
import { attribute, type XmlElement } from './xml.js';

/** The display name of an element, within the bounds of a title; `otherwise` when it has none. */
export function titleOf(
  element: XmlElement,
  otherwise: string,
  path: string,
  report: ReportBuilder,
): string {
  const title = attribute(element, 'display_name').replace(/\s+/g, ' ').trim();
  return shortened(title, LIMITS.title, 'title', path, report) || otherwise;
}

/** What fits of a text, by characters; the report says when that is not all of it. */
export function shortened(
  text: string,
  limit: number,
  what: string,
  path: string,
  report: ReportBuilder,
): string {
  if (text.length <= limit) return text;
  const [size, most] = [text.length, limit].map((n) => n.toLocaleString('en-US'));
  const which = `the ${what} “${text.slice(0, 60)}…”`;
  report.skipped(path, 'LEFT_OUT', `the end of ${which}: ${size} characters; the limit is ${most}`);
  // Half of a surrogate pair is no character.
  return text
    .slice(0, limit)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim();
}
