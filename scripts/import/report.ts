export interface ImportedCourse {
  id: string;
  state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  percent: number;
  updatesCourse: boolean;
  course: { id: string; slug: string; title: string } | null;
  report: {
    imported: { kind: string; count: number }[];
    skipped: Skipped[];
    errors: { path: string; code: string; message: string }[];
  } | null;
}
export interface Skipped {
  path: string;
  /** Null when the entry is not about one part. */
  title: string | null;
  code: string;
  reason: string;
}

/** How many entries of one group, and titles of one entry, are shown unless all are wanted. */
const SHOWN = { entries: 6, titles: 3 };

/** What the codes mean for one and for several things, worst first. */
const GROUPS: readonly [code: string, one: string, several: string][] = [
  ['MALFORMED_XML', 'file that cannot be read', 'files that cannot be read'],
  ['MISSING_FILE', 'file that is missing', 'files that are missing'],
  ['TOO_LARGE', 'part beyond the limits', 'parts beyond the limits'],
  ['UNSUPPORTED_PROBLEM', 'question that cannot be asked', 'questions that cannot be asked'],
  [
    'UNSUPPORTED_KIND',
    'block of a kind without a counterpart',
    'blocks of kinds without a counterpart',
  ],
  ['INTERACTIVE', 'page worked by a script', 'pages worked by scripts'],
  ['NO_SOURCE', 'video without an address', 'videos without an address'],
  ['REMOVED', 'part removed from the draft', 'parts removed from the draft'],
  ['RESTRICTED', 'part for some learners only', 'parts for some learners only'],
  ['STAFF_ONLY', 'part hidden from learners', 'parts hidden from learners'],
  ['CONTAINER', 'container that chose what to show', 'containers that chose what to show'],
  ['EMPTY', 'part without content', 'parts without content'],
  ['UNRESOLVED_LINK', 'link that leads nowhere', 'links that lead nowhere'],
  ['LEFT_OUT', 'detail of an imported part', 'details of imported parts'],
  ['KEPT', 'thing that stays as it was', 'things that stay as they were'],
  ['COURSE_SETTING', 'setting of the course', 'settings of the course'],
  ['UNUSED_FILE', 'folder with files that nothing uses', 'folders with files that nothing uses'],
  ['MORE', 'note on further entries', 'notes on further entries'],
];
/** How kinds are called in the plural, where that is not the singular with an s. */
const PLURALS: Readonly<Record<string, string>> = { quiz: 'quizzes', media: 'media files' };
const SINGULARS: Readonly<Record<string, string>> = { media: 'media file' };

/** The report of an import, for reading in a terminal. */
export function printReport(imported: ImportedCourse, all: boolean): string {
  const { report, course, updatesCourse } = imported;
  if (!report) return 'The import has no report.';
  if (report.errors.length > 0) {
    const lines = report.errors.map(
      ({ path, code, message }) => `  ${path ? `${path}: ` : ''}${message} (${code})`,
    );
    return [`Nothing was ${updatesCourse ? 'changed' : 'imported'}:`, ...lines].join('\n');
  }
  const title = `“${course?.title ?? ''}”`;
  const slug = course?.slug ?? '';
  const lines = [
    updatesCourse
      ? `Updated the draft of ${title} (${slug}). It now has, from the file:`
      : `Imported ${title} as a draft (${slug}):`,
  ];
  for (const { kind, count } of report.imported) {
    lines.push(`  ${String(count).padStart(6)}  ${kindName(kind, count)}`);
  }
  const groups = groupsOf(report.skipped);
  if (groups.length > 0) lines.push('', 'What to know, worst first:');
  for (const { heading, entries } of groups) {
    lines.push(`  ${heading}`);
    const shown = all ? entries.map(one) : summarized(entries);
    lines.push(...shown.map((line) => `    ${line}`));
  }
  return lines.join('\n');
}

function kindName(kind: string, count: number): string {
  const word = kind.toLowerCase().replaceAll('_', ' ');
  return count === 1 ? (SINGULARS[word] ?? word) : (PLURALS[word] ?? `${word}s`);
}

/** Entries by what they mean. Codes that are not known here come first: they may be the worst. */
function groupsOf(skipped: readonly Skipped[]): { heading: string; entries: Skipped[] }[] {
  const byCode = grouped(skipped, ({ code }) => code);
  const rank = (code: string) => GROUPS.findIndex(([known]) => known === code);
  return [...byCode]
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(([code, entries]) => {
      const [, single, several] = GROUPS[rank(code)] ?? [code, code, code];
      return { heading: `${entries.length} ${entries.length === 1 ? single : several}`, entries };
    });
}

/** One line for what is said of several parts alike, with the first of their titles. */
function summarized(entries: readonly Skipped[]): string[] {
  const alike = [...grouped(entries, withoutTitle).values()].toSorted(
    (a, b) => b.length - a.length,
  );
  const lines = alike.slice(0, SHOWN.entries).map((same) => {
    const [first] = same;
    if (same.length === 1) return one(first!);
    const names = [...new Set(same.map(({ title, path }) => (title ? `“${title}”` : path)))];
    const shown = names.slice(0, SHOWN.titles).join(', ');
    const more = names.length - SHOWN.titles;
    return `${same.length} × ${withoutTitle(first!)}: ${shown}${more > 0 ? ` and ${more} more` : ''}`;
  });
  const rest = alike.slice(SHOWN.entries).flat().length;
  return rest > 0 ? [...lines, `… and ${rest} more (--all shows each)`] : lines;
}

function one({ path, title, reason }: Skipped): string {
  // Many a reason has the title in it.
  const named = title !== null && !reason.includes(`“${title}`);
  const place = named ? `“${title}”${path ? ` (${path})` : ''}` : path;
  return place ? `${place}: ${reason}` : reason;
}

/** What is said, without of what: equal for entries that say the same of different parts. */
function withoutTitle({ reason }: Skipped): string {
  return reason
    .replace(/^question \d+ of \d+ of “[^”]*”: /, '')
    .replaceAll(/ ?\(“[^”]*”\)| ?“[^”]*”/g, '')
    .replace(/(has no counterpart): .*$/, '$1')
    .replace(/^: /, '')
    .trim();
}

function grouped<T>(list: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of list) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
