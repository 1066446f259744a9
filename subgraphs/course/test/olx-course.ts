import type { OlxFiles } from '../src/course-import/olx/olx-files.js';
import type { OlxCourse } from '../src/course-import/olx/read-olx.js';

export const MEDIA = '01900000-0000-7000-8000-000000000001';

/** A small course: the given files, with the rest of what a course needs. */
export function course(files: Record<string, string>, statics: string[] = []): OlxFiles {
  const texts = new Map(
    Object.entries({
      'course.xml': '<course url_name="run" org="o" course="c"/>',
      'course/run.xml':
        '<course display_name="Small" language="de"><chapter url_name="ch"/></course>',
      'chapter/ch.xml': '<chapter display_name="First"><sequential url_name="sq"/></chapter>',
      'sequential/sq.xml':
        '<sequential display_name="Lesson"><vertical url_name="v1"/></sequential>',
      'vertical/v1.xml': '<vertical display_name="Topic"><html url_name="h"/></vertical>',
      'html/h.xml': '<html filename="h" display_name="Page"/>',
      'html/h.html': '<p>Hello.</p>',
      ...files,
    }),
  );
  const file = (path: string) => ({
    mediaId: MEDIA,
    filename: path.split('/').at(-1)!,
    contentType: 'image/png',
    byteLength: 3,
  });
  return { texts, statics: new Map(statics.map((path) => [path, file(path)])) };
}

export const blocksOf = (read: OlxCourse) =>
  read.tree.modules.flatMap((m) => m.lessons.flatMap((l) => l.topics.flatMap((t) => t.blocks)));
