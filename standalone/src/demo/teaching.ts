import { relative } from 'node:path';
import type { GraphClient } from '../graph-client.js';
import { importCourse } from '../story/import-course.js';
import { uploadFile } from '../story/upload.js';
import { courseArchive, findCourse } from './course-archive.js';
import type { Screen } from './screen.js';

export interface PublishedCourse {
  id: string;
  title: string;
}

/** The instructor imports a course and looks at the report. */
export async function importAndReport(
  screen: Screen,
  instructor: GraphClient,
  named: string | undefined,
): Promise<PublishedCourse> {
  const path = await findCourse(named);
  const archive = await courseArchive(path);
  const kilobytes = Math.round(archive.bytes.byteLength / 1024);
  screen.say(`Uploading ${relative(process.cwd(), path) || path} (${kilobytes} kB)`);
  const uploadId = await uploadFile(instructor, archive);
  const imported = await screen.withBars(['Import'], async (bar) => {
    const ended = await importCourse(instructor, uploadId, ({ percent, state }) =>
      bar.update(percent, state.toLowerCase()),
    );
    bar.update(ended.percent, ended.state.toLowerCase());
    return ended;
  });
  const { report, course } = imported;
  if (imported.state !== 'SUCCEEDED' || !course) {
    const reasons = report?.errors.map(({ path: where, message }) => `${where}: ${message}`);
    throw new Error(`The import failed. ${reasons?.join('; ') ?? ''}`);
  }
  const counts = (report?.imported ?? []).map(({ kind, count }) => counted(count, kind));
  screen.check(`“${course.title}” is a draft: ${counts.join(', ')}`);
  const skipped = report?.skipped ?? [];
  if (skipped.length > 0) {
    screen.say(`${skipped.length} things were not imported, each with its reason, such as:`);
    const [first] = skipped;
    screen.say(`  ${first!.path}: ${first!.reason}`);
  }
  return course;
}

/** Reviews the draft and makes it what learners see. */
export async function reviewAndPublish(
  screen: Screen,
  instructor: GraphClient,
  courseId: string,
): Promise<void> {
  const { course } = await instructor.request<{
    course: { modules: { title: string; lessons: { topics: { id: string }[] }[] }[] };
  }>(
    `query Review($id: ID!) {
      course(id: $id) { modules(version: DRAFT) { title lessons { topics { id } } } }
    }`,
    { id: courseId },
  );
  for (const { title, lessons } of course.modules) {
    const topics = lessons.reduce((sum, lesson) => sum + lesson.topics.length, 0);
    screen.say(`${title}: ${counted(lessons.length, 'lesson')}, ${counted(topics, 'topic')}`);
  }
  const { publishCourse } = await instructor.request<{
    publishCourse: { status: string; publishedVersion: number };
  }>(
    `mutation Publish($id: ID!, $notes: String) {
      publishCourse(courseId: $id, notes: $notes) { status publishedVersion }
    }`,
    { id: courseId, notes: 'As imported.' },
  );
  screen.check(`Published as version ${publishCourse.publishedVersion}`);
}

/** `3 topics`; media are media. */
function counted(count: number, kind: string): string {
  const word = kind.toLowerCase();
  return `${count} ${plural(word, count)}`;
}

function plural(word: string, count: number): string {
  if (count === 1 || word === 'media') return word;
  return word.endsWith('z') ? `${word}zes` : `${word}s`;
}
