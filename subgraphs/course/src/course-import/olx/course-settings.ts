import { Parser } from 'htmlparser2';
import type { ReportBuilder } from '../import-report.js';
import type { OlxFiles } from './olx-files.js';
import { attribute, type XmlElement } from './xml.js';

export interface CourseSettings {
  title: string;
  /** Plain text. */
  summary: string;
  /** BCP 47. */
  language: string;
  /** What a quiz takes to be passed, 0–100. */
  passingPercent: number;
  /** null: as often as one likes. */
  attemptsAllowed: number | null;
  /** When problems show their solutions, in the source's words; empty for its default. */
  showAnswer: string;
}

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

  for (const [name, what] of SETTINGS_WITHOUT_COUNTERPART) {
    const value = setting(name);
    const given = Array.isArray(value) ? value.length > 0 : value !== '' && value !== '[]';
    if (given && value !== undefined && value !== null) {
      const path = policy[name] === undefined ? coursePath : policyPath;
      report.skipped(path, 'COURSE_SETTING', what);
    }
  }
  for (const [path, html] of files.texts) {
    const extra = /^(about|info|tabs)\/.+\.html$/.test(path) && visibleText(html) !== '';
    if (extra && !['about/short_description.html', 'about/title.html'].includes(path)) {
      report.skipped(path, 'COURSE_SETTING', 'a page about the course; only its short one is kept');
    }
  }
  const attempts = Number(setting('max_attempts'));
  return {
    title: text(setting('display_name')) || titleOf(files) || run,
    summary: visibleText(files.texts.get('about/short_description.html') ?? '').slice(0, 2_000),
    language: languageTag(text(setting('language'))),
    passingPercent: passingPercent(run, files, report),
    attemptsAllowed: attempts >= 1 && attempts <= 1_000 ? Math.floor(attempts) : null,
    showAnswer: text(setting('showanswer')),
  };
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
  const cutoffs = Object.values(record(policy['GRADE_CUTOFFS'])).filter(
    (cutoff): cutoff is number => typeof cutoff === 'number' && cutoff > 0 && cutoff <= 1,
  );
  return cutoffs.length > 0 ? Math.round(Math.min(...cutoffs) * 100) : DEFAULT_PASSING_PERCENT;
}

/** Open edX also writes `zh_HANS`. */
function languageTag(given: string): string {
  try {
    return Intl.getCanonicalLocales(given.replaceAll('_', '-'))[0] ?? 'en';
  } catch {
    return 'en';
  }
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
