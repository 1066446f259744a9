import type { ImportProblem } from './import-problem.js';

/** Why one thing of a course was not imported. Codes are stable. */
export const SKIP_REASONS = {
  UNSUPPORTED_KIND: 'A block of a kind that Lyceum has no counterpart for.',
  UNSUPPORTED_PROBLEM: 'A question of a problem that cannot be asked or marked here.',
  MISSING_FILE: 'A file that the course refers to is not in the archive.',
  MALFORMED_XML: 'The file is not well-formed XML.',
  TOO_LARGE: 'It is larger than a course may hold.',
  EMPTY: 'It has no content, or nothing is left of it without scripts and styles.',
  INTERACTIVE: 'It is worked by a script of its own.',
  NO_SOURCE: 'A video without an address.',
  STAFF_ONLY: 'It is hidden from learners.',
  RESTRICTED: 'It is only for some learners; nothing here restricts content to groups.',
  CONTAINER: 'It shows each learner some of its blocks; which of them are taken is said.',
  UNRESOLVED_LINK: 'A link to a part of the course that is not imported; its text is kept.',
  LEFT_OUT: 'The block is imported, but not this part of it.',
  UNUSED_FILE: 'A file of the archive that no imported part uses.',
  REMOVED: 'A part of the draft that is no longer in the source, taken out by an update.',
  KEPT: 'What an update leaves as it is: parts added by hand, what holds for the course as a whole.',
  MORE: 'Further entries, which are only counted.',
  COURSE_SETTING: 'A setting of the course that has no counterpart yet.',
} as const;
export type SkipReason = keyof typeof SKIP_REASONS;

export interface Skipped {
  /** The file within the archive, such as `problem/abc.xml`. */
  path: string;
  /** What the part is called; absent when it has no title, and in older reports. */
  title?: string;
  code: SkipReason;
  /** For people: what exactly, and why. */
  reason: string;
}

/** What became of a course's parts. */
export interface ImportReport {
  /** MODULE, LESSON, TOPIC, PAGE, VIDEO, DOCUMENT, QUIZ, QUESTION and MEDIA, as many as there are. */
  imported: { kind: string; count: number }[];
  skipped: Skipped[];
  /** Of an import that failed; empty otherwise. */
  errors: { path: string; code: ImportProblem; message: string }[];
}

/** One more says how many there were besides. */
const MAX_ENTRIES = 4_999;
const MAX_TITLE = 300;

/** Gathers a report while a course is read. Equal entries are one. */
export class ReportBuilder {
  readonly #counts = new Map<string, number>();
  readonly #skipped = new Map<string, Skipped>();
  readonly #paths = new Set<string>();
  readonly #titles = new Map<string, string>();
  #more = 0;

  imported(kind: string, count = 1): void {
    if (count > 0) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
  }

  /** What the part that is written in a file is called; entries about the file then say so. */
  named(path: string, title: string): void {
    const short = title.replace(/\s+/g, ' ').trim().slice(0, MAX_TITLE);
    if (short !== '') this.#titles.set(path, short);
  }

  /** Whether an entry is about this file. */
  names(path: string): boolean {
    return this.#paths.has(path);
  }

  skipped(path: string, code: SkipReason, reason: string): void {
    this.#paths.add(path);
    if (this.#skipped.size >= MAX_ENTRIES) {
      this.#more += 1;
      return;
    }
    const entry = { path: path.slice(0, 500), code, reason: reason.slice(0, 500) };
    this.#skipped.set(`${path}\0${code}\0${reason}`, entry);
  }

  /** @param first entries ahead of those that were gathered */
  build(first: readonly Skipped[] = []): ImportReport {
    const own = [...this.#skipped.values()].map((entry): Skipped => {
      const title = this.#titles.get(entry.path);
      return title === undefined ? entry : { ...entry, title };
    });
    const all = [...first, ...own];
    const more = this.#more + Math.max(0, all.length - MAX_ENTRIES);
    const rest: Skipped = { path: '', code: 'MORE', reason: `${more} more entries are not listed` };
    return {
      imported: [...this.#counts].map(([kind, count]) => ({ kind, count })),
      skipped: [...all.slice(0, MAX_ENTRIES), ...(more > 0 ? [rest] : [])],
      errors: [],
    };
  }
}
