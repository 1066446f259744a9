import { Parser } from 'htmlparser2';
import type { ReportBuilder } from '../import-report.js';
import type { OlxFiles } from './olx-files.js';
import { shortened } from './titles.js';
import { attribute, type XmlElement } from './xml.js';

export interface CourseSettings {
  title: string;
  /** Plain text. */
  summary: string;
  /** BCP 47. */
  language: string;
  /** Seats; null for as many as come. */
  capacity: number | null;
  /** What a quiz takes to be passed, 0–100. */
  passingPercent: number;
  /** null: as often as one likes. */
  attemptsAllowed: number | null;
  /** When problems show their solutions, in the source's words; empty for its default. */
  showAnswer: string;
  /** Files that were read for this. */
  usedFiles: ReadonlySet<string>;
}

const SUMMARY = 'about/short_description.html';
const MAX_SUMMARY = 2_000;
const MAX_LANGUAGE = 35;
const MAX_CAPACITY = 1_000_000;
/** What Open edX itself takes where a course says nothing. */
const DEFAULT_PASSING_PERCENT = 50;
const SETTINGS_WITHOUT_COUNTERPART: readonly [name: string, what: string][] = [
  ['course_image', 'the image of the course'],
  ['start', 'the date on which the course opens'],
  ['end', 'the date on which the course ends'],
  ['enrollment_start', 'the date from which one may enroll'],
  ['enrollment_end', 'the date until which one may enroll'],
  ['lti_passports', 'keys of LTI tools'],
  ['user_partitions', 'content groups'],
  ['teams_configuration', 'teams of the course'],
  ['tabs', 'pages beside the course'],
];

/** Reads what is said of the course as a whole; the rest goes to the report. */
export function readSettings(
  run: string,
  coursePath: string,
  course: XmlElement,
  files: OlxFiles,
  report: ReportBuilder,
): CourseSettings {
  const policyPath = `policies/${run}/policy.json`;
  const policies = record(parse(files.texts.get(policyPath)));
  const policy = record(policies[`course/${run}`] ?? Object.values(policies)[0]);
  const setting = (name: string): unknown => policy[name] ?? attribute(course, name);

  reportSettings(policy, course, { policyPath, coursePath }, report);
  reportOtherPolicies(policies, policy, policyPath, report);
  for (const [path, html] of files.texts) {
    const extra = /^(about|info|tabs)\/.+\.html$/.test(path) && visibleText(html) !== '';
    if (extra && ![SUMMARY, 'about/title.html'].includes(path)) {
      report.skipped(path, 'COURSE_SETTING', 'a page about the course; only its short one is kept');
    }
  }
  const attempts = Number(setting('max_attempts'));
  return {
    title: text(setting('display_name')) || titleOf(files) || run,
    summary: shortened(
      visibleText(files.texts.get(SUMMARY) ?? ''),
      MAX_SUMMARY,
      'summary',
      SUMMARY,
      report,
    ),
    language: languageTag(text(setting('language')), policyPath, report),
    capacity: capacityOf(setting('max_student_enrollments_allowed'), policyPath, report),
    passingPercent: passingPercent(run, files, report),
    attemptsAllowed: attempts >= 1 && attempts <= 1_000 ? Math.floor(attempts) : null,
    showAnswer: text(setting('showanswer')),
    usedFiles: new Set([
      ...[policyPath, `policies/${run}/grading_policy.json`, 'policies/grading_policy.json'],
      ...[SUMMARY, 'about/title.html'],
    ]),
  };
}

const USED: ReadonlySet<string> = new Set([
  ...['display_name', 'language', 'max_attempts', 'max_student_enrollments_allowed', 'showanswer'],
]);
/** What only names the course, or says the same elsewhere. */
const MEANINGLESS: ReadonlySet<string> = new Set([
  ...['url_name', 'org', 'course', 'slug', 'xml_attributes', 'filename', 'wiki_slug'],
]);

/** Each setting is used or reported: those with a known meaning in words, any other by its name. */
function reportSettings(
  policy: Readonly<Record<string, unknown>>,
  course: XmlElement,
  paths: { policyPath: string; coursePath: string },
  report: ReportBuilder,
): void {
  const words = new Map(SETTINGS_WITHOUT_COUNTERPART);
  for (const name of new Set([...Object.keys(policy), ...Object.keys(course.attributes)])) {
    if (USED.has(name) || MEANINGLESS.has(name)) continue;
    const value = policy[name] ?? attribute(course, name);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (['', '[]', '{}', 'null', 'None'].includes(text)) continue;
    const path = policy[name] === undefined ? paths.coursePath : paths.policyPath;
    const what = words.get(name);
    // Keys of other systems stay out of the report.
    const secret = /passport|secret|key|token|password/i.test(name);
    const reason = what ?? `the setting ${name}${secret ? '' : `: ${text.slice(0, 100)}`}`;
    report.skipped(path, 'COURSE_SETTING', reason);
  }
}

/** Policies of single parts, as old courses have them. */
function reportOtherPolicies(
  policies: Readonly<Record<string, unknown>>,
  course: Readonly<Record<string, unknown>>,
  path: string,
  report: ReportBuilder,
): void {
  for (const [part, given] of Object.entries(policies)) {
    const names = Object.keys(record(given));
    if (given === course || part.startsWith('course/')) continue;
    report.skipped(path, 'LEFT_OUT', `settings of ${part}: ${names.join(', ')}`);
  }
}

function titleOf(files: OlxFiles): string {
  return visibleText(files.texts.get('about/title.html') ?? '');
}

/** The lowest grade that counts as passed. */
function passingPercent(run: string, files: OlxFiles, report: ReportBuilder): number {
  const path = [`policies/${run}/grading_policy.json`, 'policies/grading_policy.json'].find(
    (each) => files.texts.has(each),
  );
  if (!path) return DEFAULT_PASSING_PERCENT;
  const policy = record(parse(files.texts.get(path)));
  const graders = policy['GRADER'];
  if (Array.isArray(graders) && graders.length > 0) {
    report.skipped(path, 'COURSE_SETTING', `the weights of ${graders.length} assignment types`);
  }
  for (const [name, value] of Object.entries(policy)) {
    if (name === 'GRADER' || name === 'GRADE_CUTOFFS') continue;
    const reason = `the setting ${name}: ${JSON.stringify(value).slice(0, 100)}`;
    report.skipped(path, 'COURSE_SETTING', reason);
  }
  const cutoffs = Object.values(record(policy['GRADE_CUTOFFS'])).filter(
    (cutoff): cutoff is number => typeof cutoff === 'number' && cutoff > 0 && cutoff <= 1,
  );
  if (cutoffs.length > 1) {
    const grades = JSON.stringify(policy['GRADE_CUTOFFS']).slice(0, 200);
    report.skipped(path, 'COURSE_SETTING', `the grades above the lowest: ${grades}`);
  }
  return cutoffs.length > 0 ? Math.round(Math.min(...cutoffs) * 100) : DEFAULT_PASSING_PERCENT;
}

/** Open edX also writes `zh_HANS`. */
function languageTag(given: string, path: string, report: ReportBuilder): string {
  try {
    const [tag] = given === '' ? ['en'] : Intl.getCanonicalLocales(given.replaceAll('_', '-'));
    if (tag !== undefined && tag.length <= MAX_LANGUAGE) return tag;
  } catch {
    // Not a language: reported as one that is too long is.
  }
  const reason = `the language ${given.slice(0, 50)}, which is no language tag; English is taken`;
  report.skipped(path, 'LEFT_OUT', reason);
  return 'en';
}

function capacityOf(given: unknown, path: string, report: ReportBuilder): number | null {
  if (given === null || given === undefined) return null;
  if (typeof given === 'string' && ['', 'null', 'None'].includes(given.trim())) return null;
  const seats = typeof given === 'boolean' ? NaN : Number(given);
  if (Number.isInteger(seats) && seats >= 0 && seats <= MAX_CAPACITY) return seats;
  const reason = `max_student_enrollments_allowed: ${JSON.stringify(given).slice(0, 50)}`;
  report.skipped(path, 'COURSE_SETTING', reason);
  return null;
}

function visibleText(html: string): string {
  let visible = '';
  const parser = new Parser({ ontext: (words) => (visible += words) }, { decodeEntities: true });
  parser.end(html);
  return visible.replace(/\s+/g, ' ').trim();
}

function parse(json: string | undefined): unknown {
  try {
    return json === undefined ? null : (JSON.parse(json) as unknown);
  } catch {
    return null;
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
