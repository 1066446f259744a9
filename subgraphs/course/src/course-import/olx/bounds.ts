import { LIMITS } from '../../draft/draft-tree.js';
import type { ReportBuilder } from '../import-report.js';
import type { OlxModule } from './structure.js';

/** The modules without the modules, lessons and topics beyond what a course may hold. */
export function withinBounds(
  modules: readonly OlxModule[],
  coursePath: string,
  report: ReportBuilder,
): OlxModule[] {
  let topicsLeft: number = LIMITS.topics;
  const total = modules.flatMap((each) => each.lessons.flatMap(({ topics }) => topics)).length;
  return first(modules, LIMITS.modules, coursePath, 'modules in the course', report).map(
    (module) => {
      const { lessonsOfModule } = LIMITS;
      const inModule = `lessons in the module “${module.title}”`;
      const lessons = first(module.lessons, lessonsOfModule, module.path, inModule, report);
      return {
        ...module,
        lessons: lessons.map((lesson) => {
          const inLesson = `topics in the lesson “${lesson.title}”`;
          const own = first(lesson.topics, LIMITS.topicsOfLesson, lesson.path, inLesson, report);
          const topics = own.slice(0, topicsLeft);
          topicsLeft -= topics.length;
          const cut = own[topics.length];
          if (cut) {
            const size = beyond(total, LIMITS.topics, 'topics in the course');
            const why = `${size}; “${lesson.title}” loses ${own.length - topics.length}`;
            report.skipped(cut.path, 'TOO_LARGE', why);
          }
          return { ...lesson, topics };
        }),
      };
    },
  );
}

/** The first of a list; the report says how many there are, how many may be, and where it is cut. */
export function first<T extends object>(
  list: readonly T[],
  limit: number,
  path: string,
  what: string,
  report: ReportBuilder,
): T[] {
  const cut = list[limit];
  if (cut === undefined) return [...list];
  const title = 'title' in cut && typeof cut.title === 'string' ? cut.title.slice(0, 60) : '';
  const from = title ? `; “${title}” and what follows it are left out` : '; the first are taken';
  report.skipped(path, 'TOO_LARGE', beyond(list.length, limit, what) + from);
  return list.slice(0, limit);
}

export function beyond(size: number, limit: number, what: string): string {
  return `${size.toLocaleString('en-US')} ${what}; the limit is ${limit.toLocaleString('en-US')}`;
}
