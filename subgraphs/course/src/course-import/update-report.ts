import type { Skipped } from './import-report.js';
import { flat, PART_LEVELS, type Merged, type Part } from './update.rules.js';

/** Further changes are counted. */
const MAX_LINES = 1_000;

/**
 * What an update has taken out and left as it is, as lines of a report.
 *
 * @param sources names in the source by the ids of imported parts
 */
export function changesOf(
  { removed, kept }: Pick<Merged, 'removed' | 'kept'>,
  sources: ReadonlyMap<string, string>,
): Skipped[] {
  const lines = removed.map(({ part, level }): Skipped => {
    const reason = `the ${PART_LEVELS[level]} “${part.title}”${heldBy(part, level)} is no longer in the source and was removed from the draft`;
    return { path: pathOf(sources.get(part.id)), title: part.title, code: 'REMOVED', reason };
  });
  const within = new Set(
    kept.flatMap(({ part, byHand }) => (byHand ? flat(part.children).map(({ id }) => id) : [])),
  );
  for (const { part, level, byHand } of kept) {
    // A part that was added by hand stands for what was added to it.
    if (within.has(part.id)) continue;
    const why = byHand
      ? 'was added by hand and stays'
      : 'is no longer in the source and stays for what was added to it by hand';
    lines.push({
      path: pathOf(sources.get(part.id)),
      title: part.title,
      code: 'KEPT',
      reason: `the ${PART_LEVELS[level]} “${part.title}” ${why}`,
    });
  }
  const more = lines.length - MAX_LINES;
  if (more <= 0) return lines;
  const rest = `${more} more parts were removed or stay`;
  return [...lines.slice(0, MAX_LINES), { path: '', code: 'MORE', reason: rest }];
}

/** What is said of a course as a whole. */
export interface OfCourse {
  title: string;
  summary: string;
  language: string;
  capacity: number | null;
}

/** What holds for a course as a whole, for learners at once, is never changed by an update. */
export function keptOfCourse(course: OfCourse, source: OfCourse): Skipped[] {
  return (['title', 'summary', 'language', 'capacity'] as const).flatMap((name) => {
    if (course[name] === source[name]) return [];
    const [own, other] = [course, source].map((each) => {
      const value = each[name];
      return value === null || value === '' ? 'none' : `“${String(value).slice(0, 100)}”`;
    });
    const reason = `the ${name} of the course stays ${own}; in the source it is ${other}`;
    return [{ path: 'course.xml', code: 'KEPT', reason }];
  });
}

/** `topic vertical/abc` is called `vertical/abc` in the source; parts without a name have none. */
function pathOf(source: string | undefined): string {
  return /^\w+ ([\w-]+\/\S+)$/.exec(source ?? '')?.[1] ?? '';
}

function heldBy(part: Part, level: number): string {
  const counts: string[] = [];
  let parts = part.children;
  for (const name of PART_LEVELS.slice(level + 1)) {
    if (parts.length > 0) counts.push(`${parts.length} ${name}${parts.length === 1 ? '' : 's'}`);
    parts = parts.flatMap(({ children }) => children);
  }
  return counts.length > 0 ? ` with ${counts.join(', ')}` : '';
}
