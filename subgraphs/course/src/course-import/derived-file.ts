/** A file that is not in the archive itself, but made of one that is. */
export interface DerivedFile {
  /** Where the course finds it, below its folder; no file of an archive can have such a path. */
  path: string;
  /** What it is called when downloaded. */
  filename: string;
  content: Buffer;
}
