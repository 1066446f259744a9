import type { ReportBuilder } from '../import-report.js';
import type { OlxFiles } from './olx-files.js';
import { attribute, elementsOf, unreadAttributes, type XmlElement } from './xml.js';

/** Attributes that say nothing to learners or teachers: names, and notes of the editor to itself. */
const MEANINGLESS: ReadonlySet<string> = new Set([
  ...['url_name', 'org', 'course', 'slug', 'filename', 'xblock-family', 'xml_attributes'],
  ...['editor', 'markdown', 'markdown_edited', 'source_code', 'use_latex_compiler'],
  ...[
    'edx_video_id',
    'client_video_id',
    'video_link_transcripts',
    'parent',
    'index_in_children_list',
  ],
  ...['copied_from_block', 'upstream', 'upstream_version', 'days_early_for_beta', 'name'],
]);
const SAYS_NOTHING: ReadonlySet<string> = new Set(['', 'null', 'None', '{}', '[]', '""']);
/** Where `false` is what also holds without the attribute. */
const OFF_UNLESS_SET =
  /^(graded|hide_after_due|is_time_limited|is_proctored_enabled|is_practice_exam|is_onboarding_exam|is_entrance_exam|in_entrance_exam|download_video|download_track)$/;

/** Elements of HTML and MathML: what becomes of their attributes is the page's affair. */
const HTML =
  /^(a|abbr|article|aside|audio|b|blockquote|body|br|button|caption|center|cite|code|col|colgroup|dd|del|details|div|dl|dt|em|figcaption|figure|font|footer|form|h[1-6]|header|hr|i|iframe|img|input|ins|kbd|li|link|main|mark|math|m[a-z]+|nav|object|ol|p|param|pre|q|s|samp|script|section|small|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|tr|track|tt|u|ul|var)$/;

/** Reports each attribute of an imported element that no part of the importer has asked for. */
export function reportUnread(element: XmlElement, path: string, report: ReportBuilder): void {
  const said = unreadAttributes(element).filter(
    ([name, value]) =>
      !MEANINGLESS.has(name) &&
      !SAYS_NOTHING.has(value.trim()) &&
      !(OFF_UNLESS_SET.test(name) && value.trim().toLowerCase() === 'false'),
  );
  if (said.length === 0) return;
  const title = attribute(element, 'display_name');
  const what = `<${element.name}>${title ? ` “${title.slice(0, 60)}”` : ''}`;
  for (const [name, value] of said) {
    const reason = `the setting ${name} of ${what} has no counterpart: ${value.slice(0, 100)}`;
    report.skipped(path, 'LEFT_OUT', reason);
  }
}

/** The same for a block and the elements in it; HTML is rewritten as a whole. */
export function reportUnreadWithin(element: XmlElement, path: string, report: ReportBuilder): void {
  reportUnread(element, path, report);
  if (element.name === 'html') return;
  for (const child of elementsOf(element)) {
    if (HTML.test(child.name)) reportWithinHtml(child, path, report);
    else reportUnreadWithin(child, path, report);
  }
}

function reportWithinHtml(element: XmlElement, path: string, report: ReportBuilder): void {
  for (const child of elementsOf(element)) {
    if (HTML.test(child.name)) reportWithinHtml(child, path, report);
    else reportUnreadWithin(child, path, report);
  }
}

/** Files that only list what other files hold. */
const LISTS = /^(policies\/assets\.json|assets\/assets\.xml|assets\/[^/]*\.json)$/;
const NAMED = 5;

/** Reports the files that nothing has used and no other line of the report names, by folder. */
export function reportUnusedFiles(
  files: OlxFiles,
  used: ReadonlySet<string>,
  report: ReportBuilder,
): void {
  const folders = new Map<string, string[]>();
  const within = [...files.texts.keys(), ...files.statics.keys(), ...(files.others ?? [])];
  for (const path of within) {
    if (used.has(path) || LISTS.test(path) || report.names(path)) continue;
    // Of a pasted picture, the page it was pasted into is spoken of.
    if (path.includes('\\')) continue;
    const folder = path.includes('/') ? `${path.split('/')[0]}/` : path;
    folders.set(folder, [...(folders.get(folder) ?? []), path]);
  }
  if (files.outside && files.outside.length > 0) folders.set('../', [...files.outside]);
  for (const [folder, paths] of folders) {
    const named = paths.slice(0, NAMED).join(', ');
    const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
    const count = paths.length === 1 ? '1 file' : `${paths.length} files`;
    report.skipped(folder, 'UNUSED_FILE', `${count} ${WHY[folder] ?? WHY_ANY}: ${named}${more}`);
  }
}

const WHY_ANY = 'that no imported part uses';
const WHY: Readonly<Record<string, string>> = {
  'drafts/': 'of parts that were never published',
  '../': 'outside the folder of the course',
};
