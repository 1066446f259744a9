import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { projectPath } from '@lyceum/platform/project-path';
import { archiveFolder } from '../story/archive-folder.js';
import type { FileToUpload } from '../story/upload.js';

/** Beside the project, when somebody put it there. */
const OPEN_EDX_DEMO = ['..', 'shared', 'data', 'openedx-demo-course', 'course'];
const OWN_SAMPLE = ['standalone', 'assets', 'olx-sample'];

/** The course to import: the one that is named, else Open edX's demo course, else a small one of ours. */
export async function findCourse(named: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const demo = projectPath(...OPEN_EDX_DEMO);
  const found = await stat(join(demo, 'course.xml')).catch(() => null);
  return found ? demo : projectPath(...OWN_SAMPLE);
}

/** A folder is packed first. @throws Error when there is nothing at the path */
export async function courseArchive(path: string): Promise<FileToUpload> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new Error(`There is no ${path}.`);
  const contentType = 'application/gzip';
  if (!found.isDirectory()) {
    return { filename: basename(path), contentType, bytes: new Uint8Array(await readFile(path)) };
  }
  const folder = await mkdtemp(join(tmpdir(), 'lyceum-course-'));
  try {
    const filename = `${basename(path)}.tar.gz`;
    await archiveFolder(path, join(folder, filename));
    const bytes = new Uint8Array(await readFile(join(folder, filename)));
    return { filename, contentType, bytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
