import { expect } from '@jest/globals';
import { importCourse } from '@lyceum/standalone/story/import-course';
import { RIGHT_WORD } from '../courses.js';
import type { Runs } from './run.js';
import type { School } from './school.js';

interface ImportState {
  courseImportUpdated: { id: string; state: string; course: { title: string } | null };
}

async function beginImport({ teacher, uploadCourse }: School): Promise<string> {
  const { importCourse: begun } = await teacher.client.request<{ importCourse: { id: string } }>(
    `mutation ($input: ImportCourseInput!) { importCourse(input: $input) { id } }`,
    { input: { uploadId: await uploadCourse() } },
  );
  return begun.id;
}

export const authoring: Runs = {
  async CreateCourse(operation, { teacher }) {
    const input = { title: 'A new course', language: 'en' };
    expect(await operation.ask(teacher.client, { input })).toMatchObject({
      createCourse: { title: input.title, status: 'DRAFT', slug: 'a-new-course' },
    });
  },

  async UpdateCourse(operation, { teacher, newCourse }) {
    const { id: courseId } = await newCourse('To be changed');
    const changed = { summary: 'Changed.', category: 'Health', tags: ['nurses'], capacity: 20 };
    expect(await operation.ask(teacher.client, { input: { courseId, ...changed } })).toMatchObject({
      updateCourse: { id: courseId, ...changed },
    });
  },

  async AddBlock(operation, { teacher, newCourse }) {
    const { pageTopicId: topicId } = await newCourse('To be extended');
    const input = { topicId, title: 'More', page: { html: '<p>More</p>' } };
    expect(await operation.ask(teacher.client, { input })).toMatchObject({
      addBlock: { kind: 'PAGE', title: 'More' },
    });
  },

  async PublishCourse(operation, { teacher, newCourse }) {
    const { id: courseId } = await newCourse('To be published again');
    expect(await operation.ask(teacher.client, { courseId, notes: 'Second' })).toMatchObject({
      publishCourse: { id: courseId, status: 'PUBLISHED', hasUnpublishedChanges: false },
    });
  },

  async CourseEditor(operation, { teacher, course }) {
    const lesson = { title: 'Listed lesson' };
    const answered = await operation.ask(teacher.client, { courseId: course.id });
    expect(answered).toMatchObject({
      course: {
        id: course.id,
        versions: [{ number: 1 }],
        modules: [{ id: course.moduleId, lessons: [lesson] }],
      },
    });
    // Answer keys and all.
    expect(JSON.stringify(answered)).toContain(RIGHT_WORD);
    expect(JSON.stringify(answered)).toContain('Listed content');
  },

  async CreateUpload(operation, { teacher }) {
    const input = { filename: 'a.tar.gz', contentType: 'application/gzip', byteLength: 10 };
    expect(await operation.ask(teacher.client, { input })).toMatchObject({
      createUpload: { url: expect.stringContaining('/'), method: 'PUT' },
    });
  },

  async ImportCourse(operation, { teacher, uploadCourse }) {
    const input = { uploadId: await uploadCourse() };
    expect(await operation.ask(teacher.client, { input })).toMatchObject({
      importCourse: { id: expect.any(String), state: expect.stringMatching(/QUEUED|RUNNING/) },
    });
  },

  async CourseImport(operation, { teacher, uploadCourse }) {
    const { id } = await importCourse(teacher.client, await uploadCourse());
    const { courseImport } = await operation.ask<{
      courseImport: { report: { imported: unknown[] } };
    }>(teacher.client, { id });
    expect(courseImport).toMatchObject({
      ...{ id, state: 'SUCCEEDED', percent: 100 },
      course: { title: expect.any(String) },
    });
    expect(courseImport.report.imported.length).toBeGreaterThan(0);
  },

  async CourseImportUpdated(operation, school) {
    // The second waits for the first, which is time enough to begin to listen.
    await beginImport(school);
    const importId = await beginImport(school);
    const live = await operation.listen<ImportState>(school.teacher.client, { importId });
    const done = await live.until(
      'the end of the import',
      ({ courseImportUpdated }) => courseImportUpdated.state === 'SUCCEEDED',
      60_000,
    );
    live.close();
    expect(done.courseImportUpdated).toMatchObject({ id: importId, percent: 100 });
    expect(done.courseImportUpdated.course?.title).toEqual(expect.any(String));
  },
};
