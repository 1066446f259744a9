import type { ImportProblem } from './import-problem.js';

/** Why one thing of a course was not imported. Codes are stable. */
export const SKIP_REASONS = {
  UNSUPPORTED_KIND: 'A block of a kind that Lyceum has no counterpart for.',
  UNSUPPORTED_PROBLEM: 'A question of a problem that cannot be asked or marked here.',
  MISSING_FILE: 'A file that the course refers to is not in the archive.',
  MALFORMED_XML: 'The file is not well-formed XML.',
  TOO_LARGE: 'It is larger than a course may hold.',
  EMPTY: 'Nothing is left of it without scripts and styles.',
  INTERACTIVE: 'It is worked by a script of its own.',
  NO_SOURCE: 'A video without an address.',
  STAFF_ONLY: 'It is hidden from learners.',
  RESTRICTED: 'It is only for some learners; nothing here restricts content to groups.',
  UNRESOLVED_LINK: 'A link to a part of the course that is not imported; its text is kept.',
  LEFT_OUT: 'The block is imported, but not this part of it.',
  COURSE_SETTING: 'A setting of the course that has no counterpart yet.',
} as const;
export type SkipReason = keyof typeof SKIP_REASONS;

export interface Skipped {
  /** The file within the archive, such as `problem/abc.xml`. */
  path: string;
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

const MAX_ENTRIES = 5_000;

/** Gathers a report while a course is read. Equal entries are one. */
export class ReportBuilder {
  readonly #counts = new Map<string, number>();
  readonly #skipped = new Map<string, Skipped>();

  imported(kind: string, count = 1): void {
    if (count > 0) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
  }

  skipped(path: string, code: SkipReason, reason: string): void {
    if (this.#skipped.size >= MAX_ENTRIES) return;
    const entry = { path: path.slice(0, 500), code, reason: reason.slice(0, 500) };
    this.#skipped.set(`${path}\0${code}\0${reason}`, entry);
  }

  build(): ImportReport {
    return {
      imported: [...this.#counts].map(([kind, count]) => ({ kind, count })),
      skipped: [...this.#skipped.values()],
      errors: [],
    };
  }
}
