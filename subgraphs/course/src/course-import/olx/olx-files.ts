/** A file of the course's `static` folder, once it is known what its media id will be. */
export interface StaticFile {
  mediaId: string;
  filename: string;
  contentType: string;
  byteLength: number;
}

/** The files of a course by their paths below the folder of course.xml. */
export interface OlxFiles {
  /** XML, HTML and JSON files. */
  texts: ReadonlyMap<string, string>;
  /** Everything below `static/`. */
  statics: ReadonlyMap<string, StaticFile>;
  /** Texts that are too large to be read, and why. */
  oversized?: ReadonlyMap<string, string>;
  /** Every other file of the course. */
  others?: ReadonlySet<string>;
  /** Files outside the folder of the course. */
  outside?: readonly string[];
}

/**
 * Finds what a course's address of a file stands for. Open edX writes `/static/a_b.png` for the file
 * `a b.png`, and also knows `asset-v1:…@a_b.png` and `/c4x/…/asset/a_b.png`.
 */
export class StaticReferences {
  readonly #byPlainName = new Map<string, string>();

  constructor(private readonly files: OlxFiles) {
    for (const path of files.statics.keys()) this.#byPlainName.set(plainName(path), path);
  }

  /** The path below the course's folder that an address names; null for addresses elsewhere. */
  pathOf(address: string): string | null {
    const name =
      /^\/?static\/([^?#]+)/.exec(address)?.[1] ??
      /^\/?(?:assets\/courseware\/[^?#]*\/)?asset-v1:[^?#]*[@/]([^@/?#]+)/.exec(address)?.[1] ??
      /^\/?c4x\/[^?#]*\/asset\/([^?#]+)/.exec(address)?.[1];
    return name === undefined ? null : `static/${decoded(name)}`;
  }

  file(path: string): { path: string; file: StaticFile } | null {
    const found = this.files.statics.has(path) ? path : this.#byPlainName.get(plainName(path));
    const file = found === undefined ? undefined : this.files.statics.get(found);
    return found === undefined || file === undefined ? null : { path: found, file };
  }
}

const plainName = (path: string) => path.replaceAll(/[^\w./-]+/g, '_').toLowerCase();

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
