import { eachFile } from '@lyceum/course/course-import/archive';
import { ImportRefused } from '@lyceum/course/course-import/import-problem';
import { sourceOf } from '@lyceum/course/course-import/olx/source-names';
import { readXml } from '@lyceum/course/course-import/olx/xml';

const MAX_BYTES = 1024 * 1024;

/**
 * How the course in a .tar.gz file is called in its own system: organization/course/run.
 * @returns null when the file does not say, or is no such archive, which the import itself explains
 */
export async function sourceOfArchive(archive: string): Promise<string | null> {
  let root: { path: string; text: string } | null = null;
  try {
    await eachFile(archive, async ({ path, byteLength, content }) => {
      if (!/(^|\/)course\.xml$/.test(path) || byteLength > MAX_BYTES) return;
      if (root && depth(path) >= depth(root.path)) return;
      const chunks: Buffer[] = [];
      for await (const chunk of content) chunks.push(chunk as Buffer);
      root = { path, text: Buffer.concat(chunks).toString('utf8') };
    });
    const found = root as { path: string; text: string } | null;
    return found && sourceOf(readXml(found.path, found.text));
  } catch (error) {
    if (error instanceof ImportRefused) return null;
    throw error;
  }
}

const depth = (path: string) => path.split('/').length;

export interface EarlierCourse {
  id: string;
  title: string;
  slug: string;
}

/**
 * What to do when a course may have been imported before.
 *
 * @param source of the file; null when it does not say
 * @param earlier the course that was made of the same source
 * @returns the course to update, null to make one, or why neither can be done
 */
export function decide(
  wanted: { update: boolean; copy: boolean },
  source: string | null,
  earlier: EarlierCourse | null,
): { updateCourseId: string | null } | { mistake: string } {
  if (wanted.update && wanted.copy) return { mistake: 'Give --update or --copy, one of them.' };
  if (wanted.update && source === null) {
    const mistake =
      'The course.xml of this file does not say organization, course and run, by which a course is recognized. Import it without --update.';
    return { mistake };
  }
  if (wanted.update && !earlier) {
    const mistake = `No course that you may change was imported from ${source}. Import it without --update.`;
    return { mistake };
  }
  if (wanted.update || !earlier || wanted.copy) {
    return { updateCourseId: wanted.update && earlier ? earlier.id : null };
  }
  const mistake = [
    `${source} was imported before, as “${earlier.title}” (${earlier.slug}).`,
    '  --update  updates the draft of that course: what learners have done stays, nothing is published',
    '  --copy    makes another course',
  ].join('\n');
  return { mistake };
}
