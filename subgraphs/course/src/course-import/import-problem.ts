/** Why an import as a whole is refused. Codes are stable; clients may branch on them. */
export const IMPORT_PROBLEMS = {
  UPLOAD_MISSING: 'The uploaded file is not there (any more).',
  NOT_AN_ARCHIVE: 'The file is not a .tar.gz archive.',
  TRUNCATED: 'The archive ends in the middle.',
  TOO_LARGE: 'The archive, or what it unpacks to, is too large.',
  TOO_MANY_FILES: 'The archive holds too many files.',
  SUSPICIOUS_COMPRESSION: 'The archive unpacks to far more than a course would: a zip bomb.',
  UNSAFE_ENTRY: 'The archive holds an entry that would leave its folder, or is not a plain file.',
  DUPLICATE_ENTRY: 'The archive holds two files of the same path.',
  FILE_TOO_LARGE: 'One file of the course is too large.',
  NOT_OLX: 'The archive holds no Open edX course (there is no course.xml).',
  OTHER_FORMAT: 'The file is of a format that is not supported.',
  OTHER_SOURCE: 'The file is of another course than the one to be updated.',
  DRAFT_CHANGED:
    'The draft was changed while the import was under way, so it was left as it is. Ask for the update again.',
  MISSING_FILE: 'A file that the structure of the course needs is missing.',
  MALFORMED_XML: 'A file of the structure of the course is not well-formed XML.',
  FORBIDDEN_XML: 'A file declares a document type or entities, which courses do not need.',
  EMPTY_COURSE: 'The course holds no chapters.',
  TOO_DEEP: 'A file nests its elements too deeply.',
  INTERNAL: 'A fault of ours; the import may be tried again.',
} as const;
export type ImportProblem = keyof typeof IMPORT_PROBLEMS;

/** Refuses an import, naming the file at fault. */
export class ImportRefused extends Error {
  constructor(
    readonly code: ImportProblem,
    /** The file within the archive; empty when it is about the archive as a whole. */
    readonly path: string,
    message: string = IMPORT_PROBLEMS[code],
  ) {
    super(message);
  }
}
