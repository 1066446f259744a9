import { DateTime } from '@lyceum/platform/scalars';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { CourseImportState } from '../../generated/prisma/enums.js';

registerEnumType(CourseImportState, {
  name: 'CourseImportState',
  description: 'How far the import of a course is.',
  valuesConfig: {
    QUEUED: { description: 'It waits for its turn.' },
    RUNNING: { description: 'It is under way; `percent` says how far.' },
    SUCCEEDED: { description: 'The draft is there: of a new course, or updated.' },
    FAILED: { description: 'Nothing was imported or changed; `report.errors` says why.' },
  },
});

@ObjectType({ description: 'How many things of one kind were imported.' })
export class ImportedCount {
  @Field(() => String, {
    description:
      'MODULE, LESSON, TOPIC, PAGE, VIDEO, DOCUMENT, QUIZ, QUESTION or MEDIA (a file). More kinds may come.',
  })
  kind!: string;

  @Field(() => Int, { description: 'How many; never 0.' })
  count!: number;
}

@ObjectType({
  description:
    'Something of the course that was not imported; of an update also what was removed, and what was left as it is.',
})
export class ImportSkipped {
  @Field(() => String, { description: 'The file within the archive, such as `problem/abc.xml`.' })
  path!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'What the part is called in the course; null when it has no title, or the entry is not about one part.',
  })
  title?: string;

  @Field(() => String, {
    description:
      'Stable code: UNSUPPORTED_KIND, UNSUPPORTED_PROBLEM, MISSING_FILE, MALFORMED_XML, TOO_LARGE, EMPTY (also topics, lessons and modules without content), INTERACTIVE, NO_SOURCE, STAFF_ONLY, RESTRICTED (content for some groups of learners only), UNRESOLVED_LINK, CONTAINER (one that shows each learner some of its blocks: what is taken of it), LEFT_OUT (a part or setting of something that is imported), UNUSED_FILE (files that no imported part uses, by folder), MORE (entries beyond the limit, counted), COURSE_SETTING or, of updates, REMOVED (no longer in the source) and KEPT (added by hand, or holding for the course as a whole). More may come.',
  })
  code!: string;

  @Field(() => String, { description: 'What exactly, and why, in English.' })
  reason!: string;
}

@ObjectType({ description: 'Why an import failed.' })
export class ImportError {
  @Field(() => String, {
    description: 'The file within the archive; empty when it is about the archive as a whole.',
  })
  path!: string;

  @Field(() => String, {
    description:
      'Stable code: NOT_AN_ARCHIVE, TRUNCATED, TOO_LARGE, TOO_MANY_FILES, SUSPICIOUS_COMPRESSION, UNSAFE_ENTRY, DUPLICATE_ENTRY, FILE_TOO_LARGE, NOT_OLX, OTHER_FORMAT (such as a Moodle backup), OTHER_SOURCE (not the course to be updated), DRAFT_CHANGED (while the update was under way), MISSING_FILE, MALFORMED_XML, FORBIDDEN_XML, TOO_DEEP, EMPTY_COURSE, UPLOAD_MISSING or INTERNAL. More may come.',
  })
  code!: string;

  @Field(() => String, { description: 'What is wrong, in English.' })
  message!: string;
}

@ObjectType({ description: 'What became of the parts of a course.' })
export class ImportReport {
  @Field(() => [ImportedCount], { description: 'What was imported; empty when it failed.' })
  imported!: ImportedCount[];

  @Field(() => [ImportSkipped], { description: 'What was not, up to 5,000 entries.' })
  skipped!: ImportSkipped[];

  @Field(() => [ImportError], { description: 'Why it failed; empty when it did not.' })
  errors!: ImportError[];
}

@ObjectType({
  description:
    'The import of a course from a file. It makes a whole draft or updates one, or changes nothing.',
})
export class CourseImport {
  @Field(() => ID, { description: 'Id of the import.' })
  id!: string;

  @Field(() => CourseImportState, { description: 'How far it is.' })
  state!: CourseImportState;

  @Field(() => Int, { description: 'How much is done, 0–100.' })
  percent!: number;

  @Field(() => ImportReport, {
    nullable: true,
    description: 'What was imported and what was not; null until the import has ended.',
  })
  report!: ImportReport | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The course in its own system, as `organization/course/run`. Null until the import has SUCCEEDED, and when the file does not say all three.',
  })
  source!: string | null;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it ended; null until then.' })
  finishedAt!: Date | null;
}

@InputType({ description: 'Which file to import a course from, and what to make of it.' })
export class ImportCourseInput {
  @Field(() => ID, {
    description: 'An upload of yours: a .tar.gz file of an Open edX course, as Studio exports it.',
  })
  uploadId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'A course that was imported from the same source: its draft is updated, and no course is made. Parts that are the same in the source keep their ids, and get the titles, order and content of the file; parts that were added by hand stay; parts that the source no longer has are removed. What holds for the course as a whole (title, summary, language, capacity) stays. Publish to show it to learners.',
  })
  updateCourseId?: string | null;
}
