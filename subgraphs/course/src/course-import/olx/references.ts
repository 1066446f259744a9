import type { ReportBuilder, SkipReason } from '../import-report.js';
import { StaticReferences, type OlxFiles, type StaticFile } from './olx-files.js';
import { MISSING, type PageSurroundings } from './page.js';

/** What addresses in the blocks of a course lead to. */
export class CourseReferences {
  /** Paths below the course's folder of the files that were referred to. */
  readonly usedFiles = new Set<string>();
  readonly #statics: StaticReferences;

  constructor(
    files: OlxFiles,
    /** Topic ids by the names that links use. */
    private readonly topicIds: ReadonlyMap<string, string>,
    private readonly report: ReportBuilder,
  ) {
    this.#statics = new StaticReferences(files);
  }

  /**
   * @param path the file that refers to something
   * @param notes gathers what is left out
   */
  surroundings(path: string, notes: [SkipReason, string][]): PageSurroundings {
    return {
      media: (address) => {
        if (this.#statics.pathOf(address) === null) return null;
        return this.file(address, path)?.mediaId ?? MISSING;
      },
      topic: (address) => {
        const name =
          /\/jump_to_id\/([^/?#]+)/.exec(address)?.[1] ??
          /\/jump_to\/[^?#]*[@/]([^@/?#]+)/.exec(address)?.[1];
        if (name === undefined) return /^\/?courses?\//.test(address) ? MISSING : null;
        return this.topicIds.get(name) ?? MISSING;
      },
      leftOut: (code, reason) => notes.push([code, reason]),
    };
  }

  /** The file of the course that an address names; tells when it is missing. */
  file(address: string, from: string): StaticFile | null {
    const path = this.#statics.pathOf(address);
    if (path === null) return null;
    const found = this.#statics.file(path);
    if (!found) {
      this.report.skipped(path, 'MISSING_FILE', `${from} refers to it`);
      return null;
    }
    this.usedFiles.add(found.path);
    return found.file;
  }
}
