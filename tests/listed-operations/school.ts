import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectPath } from '@lyceum/platform/project-path';
import { archiveFolder } from '@lyceum/standalone/story/archive-folder';
import { uploadFile } from '@lyceum/standalone/story/upload';
import { answer, enroll, publishTestCourse, view, type TestCourse } from '../courses.js';
import { administrator, instructor, learner, type Person } from '../people.js';
import { settled, type Topology } from '../topology.js';

const SLUG = 'listed-school';

/** What every run finds: people, and a course that `pupil` completed after one wrong answer. */
export interface School {
  readonly slug: string;
  readonly topology: Topology;
  readonly admin: Person;
  readonly teacher: Person;
  readonly pupil: Person;
  readonly course: TestCourse;
  /** Of the pupil in the course. */
  readonly enrollmentId: string;
  /** Somebody new, for runs that change what they find. */
  newcomer(name: string): Promise<Person>;
  newCourse(title: string): Promise<TestCourse>;
  /** The archive of a course, uploaded by the teacher; @returns the upload's id */
  uploadCourse(): Promise<string>;
}

export async function openSchool(topology: Topology): Promise<School> {
  const admin = await administrator(topology, SLUG);
  const teacher = await instructor(topology, SLUG, admin);
  const pupil = await learner(topology, SLUG, 'Paula Pupil');
  const course = await publishTestCourse(teacher.client, 'Listed');
  const enrollmentId = await enroll(pupil.client, course.id);
  await view(pupil.client, enrollmentId, course.pageTopicId, course.pageBlockId);
  await answer(pupil.client, enrollmentId, course, false);
  await answer(pupil.client, enrollmentId, course);
  await settled(topology);
  return {
    slug: SLUG,
    topology,
    admin,
    teacher,
    pupil,
    course,
    enrollmentId,
    newcomer: (name) => learner(topology, SLUG, name),
    newCourse: (title) => publishTestCourse(teacher.client, title),
    async uploadCourse() {
      const folder = await mkdtemp(join(tmpdir(), 'lyceum-olx-'));
      try {
        const archive = join(folder, 'course.tar.gz');
        await archiveFolder(projectPath('standalone', 'assets', 'olx-sample'), archive);
        return await uploadFile(teacher.client, {
          filename: 'course.tar.gz',
          contentType: 'application/gzip',
          bytes: new Uint8Array(await readFile(archive)),
        });
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  };
}
