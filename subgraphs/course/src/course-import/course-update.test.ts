import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { eventually } from '@lyceum/testkit/eventually';
import { person } from '@lyceum/testkit/person';
import type { SignedIn } from '@lyceum/platform/viewer';
import { archive, IMPORT, ImportScene, instructor, type Entry } from '../../test/import-scene.js';

let scene: ImportScene;
beforeAll(async () => {
  scene = await ImportScene.start();
});
afterAll(() => scene.close());

/** Two lessons of two topics; every part but one page has a name. */
const COURSE = {
  'course.xml': '<course url_name="r1" org="Hive" course="BEES"/>',
  'course/r1.xml': '<course display_name="Bees"><chapter url_name="c1"/></course>',
  'chapter/c1.xml':
    '<chapter display_name="Bees at work"><sequential url_name="s1"/><sequential url_name="s2"/></chapter>',
  'sequential/s1.xml':
    '<sequential display_name="Outside"><vertical url_name="v1"/><vertical url_name="v2"/></sequential>',
  'sequential/s2.xml': '<sequential display_name="Inside"><vertical url_name="v3"/></sequential>',
  'vertical/v1.xml':
    '<vertical display_name="Flowers"><html url_name="h1" display_name="Read"><p>Red</p></html><problem url_name="p1"/></vertical>',
  'vertical/v2.xml':
    '<vertical display_name="Ways"><html display_name="Nameless"><p>See <a href="/jump_to_id/v1">flowers</a></p></html></vertical>',
  'vertical/v3.xml':
    '<vertical display_name="Combs"><html url_name="h3" display_name="Wax"><p>Wax</p></html></vertical>',
  'problem/p1.xml':
    '<problem display_name="Legs"><numericalresponse answer="6"><label>Legs?</label></numericalresponse></problem>',
};
type Files = Readonly<Record<string, Entry>>;

interface Draft {
  course: {
    id: string;
    title: string;
    hasUnpublishedChanges: boolean;
    modules: Part<Part<Part<Part<never>>>>[];
  };
}
interface Part<C> {
  id: string;
  title: string;
  html?: string;
  completionRule?: string;
  lessons?: C[];
  topics?: C[];
  blocks?: C[];
}
const DRAFT = `query($id: ID!) { course(id: $id) { id title hasUnpublishedChanges modules(version: DRAFT) { id title
  lessons { id title topics { id title completionRule blocks { id title ... on PageBlock { html } } } } } } }`;

async function draftOf(viewer: SignedIn, id: string): Promise<Draft['course']> {
  return (await scene.app.as(viewer).ok<Draft>(DRAFT, { id })).course;
}

/** Ids of all parts, by title. */
function idsOf(course: Draft['course']): Record<string, string> {
  const ids: Record<string, string> = {};
  const add = (part: Part<unknown>) => {
    ids[part.title] = part.id;
    const inside = (part.lessons ?? part.topics ?? part.blocks ?? []) as Part<unknown>[];
    inside.forEach(add);
  };
  course.modules.forEach(add);
  return ids;
}

/** Titles in their order, those within a part behind it. */
const outline = (course: Draft['course']) => Object.keys(idsOf(course));

async function imported(viewer: SignedIn, files: Files = COURSE): Promise<string> {
  const id = await scene.importArchive(viewer, await archive(files));
  const { course, ...rest } = await scene.ended(viewer, id);
  if (!course) throw new Error(JSON.stringify(rest));
  return course.id;
}

async function update(viewer: SignedIn, courseId: string, files: Files) {
  return scene.ended(viewer, await scene.importArchive(viewer, await archive(files), courseId));
}

const ADD = {
  topic: `mutation($input: AddTopicInput!) { addTopic(input: $input) { id } }`,
  block: `mutation($input: AddBlockInput!) { addBlock(input: $input) { id } }`,
  lesson: `mutation($input: AddLessonInput!) { addLesson(input: $input) { id } }`,
};

describe('importing a course again into its draft', () => {
  test('parts keep their ids when they are changed, renamed and moved; no course is made', async () => {
    const viewer = instructor();
    const courseId = await imported(viewer);
    const before = idsOf(await draftOf(viewer, courseId));
    const ended = await update(viewer, courseId, {
      ...COURSE,
      'course/r1.xml': '<course display_name="Bees, again"><chapter url_name="c1"/></course>',
      'sequential/s1.xml':
        '<sequential display_name="In the open"><vertical url_name="new"/><vertical url_name="v2"/></sequential>',
      'sequential/s2.xml':
        '<sequential display_name="Inside"><vertical url_name="v3"/><vertical url_name="v1"/></sequential>',
      'vertical/new.xml':
        '<vertical display_name="New"><html url_name="n"><p>New</p></html></vertical>',
      'vertical/v1.xml':
        '<vertical display_name="Blossoms"><problem url_name="p1"/><html url_name="h1" display_name="Read"><p>Blue</p></html></vertical>',
    });
    expect(ended).toMatchObject({ state: 'SUCCEEDED', course: { id: courseId } });
    expect(await scene.rows('course', viewer.organizationId)).toHaveLength(1);

    const after = await draftOf(viewer, courseId);
    expect(outline(after)).toEqual([
      ...['Bees at work', 'In the open', 'New', 'Page', 'Ways', 'Nameless'],
      ...['Inside', 'Combs', 'Wax', 'Blossoms', 'Legs', 'Read'],
    ]);
    const ids = idsOf(after);
    for (const title of ['Bees at work', 'Inside', 'Ways', 'Nameless', 'Combs', 'Legs', 'Read']) {
      expect([title, ids[title]]).toEqual([title, before[title]]);
    }
    expect(ids['In the open']).toBe(before['Outside']);
    expect(ids['Blossoms']).toBe(before['Flowers']);
    const text = JSON.stringify(after);
    expect(text).toContain('<p>Blue</p>');
    expect(text).toContain(`topic:${before['Flowers']}`);
    // It holds at once, for learners too: the draft alone is updated.
    expect(after.title).toBe('Bees');
    expect(ended.report?.skipped).toContainEqual({
      path: 'course.xml',
      code: 'KEPT',
      reason: 'the title of the course stays “Bees”; in the source it is “Bees, again”',
    });
  });

  test('what is gone from the source is removed, and is the same when it comes back', async () => {
    const viewer = instructor();
    const courseId = await imported(viewer);
    const before = idsOf(await draftOf(viewer, courseId));
    const without = {
      ...COURSE,
      'chapter/c1.xml':
        '<chapter display_name="Bees at work"><sequential url_name="s2"/></chapter>',
    };
    const { report } = await update(viewer, courseId, without);
    expect(outline(await draftOf(viewer, courseId))).toEqual([
      ...['Bees at work', 'Inside', 'Combs', 'Wax'],
    ]);
    expect(report?.skipped.filter(({ code }) => code === 'REMOVED')).toEqual([
      {
        path: 'sequential/s1',
        code: 'REMOVED',
        reason:
          'the lesson “Outside” with 2 topics, 3 blocks is no longer in the source and was removed from the draft',
      },
    ]);
    await update(viewer, courseId, COURSE);
    expect(idsOf(await draftOf(viewer, courseId))).toEqual(before);
  });

  test('what was added by hand stays where it is, whole; what was edited is as in the source', async () => {
    const viewer = instructor();
    const ask = scene.app.as(viewer);
    const courseId = await imported(viewer);
    const before = idsOf(await draftOf(viewer, courseId));
    const page = { html: '<p>By hand</p>' };
    const quiz = {
      passingPercent: 50,
      questions: [
        {
          kind: 'NUMERIC',
          prompt: 'Wings?',
          points: 1,
          acceptedRanges: [{ minimum: 4, maximum: 4 }],
          feedback: { correct: 'Four.' },
        },
      ],
    };
    const add = async (level: keyof typeof ADD, input: object) =>
      Object.values(await ask.ok<Record<string, { id: string }>>(ADD[level], { input }))[0]!.id;
    await add('block', { topicId: before['Flowers'], title: 'Note', page, position: 1 });
    const topicId = await add('topic', { lessonId: before['Inside'], title: 'Own topic' });
    await add('block', { topicId, title: 'Own quiz', quiz });
    await ask.ok(`mutation($input: UpdateTopicInput!) { updateTopic(input: $input) { id } }`, {
      input: { id: before['Ways'], title: 'Edited', completionRule: 'MANUAL' },
    });
    const quizOf = `SELECT content, answer_key, feedback FROM block WHERE title = 'Own quiz' AND organization_id = $1`;
    const stored = await scene.app.sql(quizOf, [viewer.organizationId]);
    const hands = idsOf(await draftOf(viewer, courseId));

    // The topic with the note and the lesson with the topic of one's own are gone from the source.
    const { report } = await update(viewer, courseId, {
      ...COURSE,
      'chapter/c1.xml':
        '<chapter display_name="Bees at work"><sequential url_name="s1"/></chapter>',
      'sequential/s1.xml':
        '<sequential display_name="Outside"><vertical url_name="v2"/></sequential>',
    });
    const after = await draftOf(viewer, courseId);
    expect(outline(after)).toEqual([
      ...['Bees at work', 'Outside', 'Flowers', 'Note', 'Ways', 'Nameless'],
      ...['Inside', 'Own topic', 'Own quiz'],
    ]);
    const ids = idsOf(after);
    for (const title of outline(after)) {
      const own = title === 'Ways' ? before['Ways'] : hands[title];
      expect([title, ids[title]]).toEqual([title, own]);
    }
    expect(await scene.app.sql(quizOf, [viewer.organizationId])).toEqual(stored);
    expect(stored[0]!['feedback']).not.toBeNull();
    const topics = after.modules[0]!.lessons!.flatMap((lesson) => lesson.topics!);
    expect(topics.map(({ completionRule }) => completionRule)).toEqual([
      // Its quiz is gone.
      'VIEW',
      'VIEW',
      'VIEW',
    ]);
    const reasons = report!.skipped
      .filter(({ code }) => code === 'KEPT')
      .map((line) => line.reason);
    expect(reasons.toSorted()).toEqual([
      'the block “Note” was added by hand and stays',
      'the lesson “Inside” is no longer in the source and stays for what was added to it by hand',
      'the topic “Flowers” is no longer in the source and stays for what was added to it by hand',
      'the topic “Own topic” was added by hand and stays',
    ]);
  });

  test('a file of another course is refused, and changes nothing', async () => {
    const viewer = instructor();
    const courseId = await imported(viewer);
    const before = await draftOf(viewer, courseId);
    for (const root of [
      '<course url_name="r1" org="Hive" course="WASPS"/>',
      '<course url_name="r1"/>',
    ]) {
      const { state, report } = await update(viewer, courseId, { ...COURSE, 'course.xml': root });
      expect(state).toBe('FAILED');
      expect(report?.errors).toMatchObject([{ code: 'OTHER_SOURCE', path: 'course.xml' }]);
    }
    expect(await draftOf(viewer, courseId)).toEqual(before);
  });

  test('a draft that is changed while the import is under way is left as it is', async () => {
    const viewer = instructor();
    const courseId = await imported(viewer);
    const { Inside: id } = idsOf(await draftOf(viewer, courseId));
    const uploadId = await scene.upload(viewer, await archive(COURSE));
    // The draft is changed between the request and its turn, as when other imports are before it.
    const importId = newId();
    await scene.app.sql(
      `INSERT INTO course_import (id, organization_id, requested_by, upload_id, update_course_id, update_revision, created_at)
       SELECT $1, $2, $3, $4, course_id, revision, now() FROM course_version WHERE course_id = $5 AND number IS NULL`,
      [importId, viewer.organizationId, viewer.userId, uploadId, courseId],
    );
    await scene.app
      .as(viewer)
      .ok(`mutation($input: UpdateLessonInput!) { updateLesson(input: $input) { id } }`, {
        input: { id, title: 'Edited' },
      });
    const other = instructor();
    await scene.ended(other, await scene.importArchive(other, Buffer.from('wakes the job')));
    const { state, report } = await scene.ended(viewer, importId);
    expect([state, report?.errors[0]?.code]).toEqual(['FAILED', 'DRAFT_CHANGED']);
    expect(outline(await draftOf(viewer, courseId))).toContain('Edited');
    expect(await scene.rows('imported_part', viewer.organizationId)).toHaveLength(10);
    await eventually(async () => expect(await scene.files(viewer.organizationId)).toEqual([]));
  });

  test('a course that was not imported, or before its source was kept, cannot be updated', async () => {
    const viewer = instructor();
    const ask = scene.app.as(viewer);
    const courseId = await imported(viewer);
    await scene.app.sql(`UPDATE course_import SET source = NULL WHERE course_id = $1`, [courseId]);
    const { createCourse } = await ask.ok<{ createCourse: { id: string } }>(
      `mutation { createCourse(input: { title: "By hand" }) { id } }`,
    );
    const uploadId = await scene.upload(viewer, await archive(COURSE));
    for (const updateCourseId of [courseId, createCourse.id]) {
      const { errors } = await ask.query(IMPORT, { input: { uploadId, updateCourseId } });
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', reason: 'NO_SOURCE' });
    }
    // The upload is still good.
    expect((await scene.ended(viewer, await scene.import(viewer, uploadId))).state).toBe(
      'SUCCEEDED',
    );
    const again = await ask.query(IMPORT, { input: { uploadId, updateCourseId: null } });
    expect(again.errors).toBeUndefined();
  });

  test('an upload that made a course is not asked for as an update as well', async () => {
    const viewer = instructor();
    const courseId = await imported(viewer);
    const uploadId = await scene.upload(viewer, await archive(COURSE));
    await scene.ended(viewer, await scene.import(viewer, uploadId));
    const { errors } = await scene.app
      .as(viewer)
      .query(IMPORT, { input: { uploadId, updateCourseId: courseId } });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', reason: 'UPLOAD_USED' });
  });
});

describe('who may update, and who is offered to', () => {
  const OFFER = `query($source: String!) { courseImportedFrom(source: $source) { id } }`;
  const SOURCE = 'Hive/BEES/r1';

  test('course:edit of the course is enough; nobody else can', async () => {
    const viewer = instructor();
    const { organizationId } = viewer;
    const courseId = await imported(viewer);
    const teacher = person({
      organizationId,
      assignments: [{ role: 'INSTRUCTOR', scope: 'COURSE', scopeId: courseId }],
    });
    const input = { filename: 'c', contentType: 'application/gzip', byteLength: 1 };
    const other = instructor();
    const colleague = person({ organizationId, roles: ['INSTRUCTOR'] });
    for (const stranger of [other, colleague, person({ organizationId })]) {
      const uploadId = (
        await scene.app.sql<{ id: string }>(
          `SELECT upload_id AS id FROM course_import WHERE course_id = $1`,
          [courseId],
        )
      )[0]!.id;
      const asked = { input: { uploadId, updateCourseId: courseId } };
      expect(await scene.app.as(stranger).refusal(IMPORT, asked)).toBe('NOT_FOUND');
      expect(await scene.app.as(stranger).ok(OFFER, { source: SOURCE })).toEqual({
        courseImportedFrom: null,
      });
    }
    const bytes = await archive(COURSE);
    const { createUpload } = await scene.app
      .as(teacher)
      .ok<{ createUpload: { id: string; url: string } }>(
        `mutation($input: CreateUploadInput!) { createUpload(input: $input) { id url } }`,
        { input: { ...input, byteLength: bytes.length, courseId } },
      );
    await scene.put(createUpload.url, bytes);
    const { state } = await scene.ended(
      teacher,
      await scene.import(teacher, createUpload.id, courseId),
    );
    expect(state).toBe('SUCCEEDED');
    expect(await scene.app.as(teacher).ok(OFFER, { source: SOURCE })).toEqual({
      courseImportedFrom: { id: courseId },
    });
  });

  test('the newest of several courses of one source is offered; an import names the one before it', async () => {
    const viewer = instructor();
    const seen = `query($id: ID!) { courseImport(id: $id) { source updatesCourse course { id } earlierCourse { id } } }`;
    const imports: string[] = [];
    for (const _ of [1, 2]) {
      imports.push(await scene.importArchive(viewer, await archive(COURSE)));
      await scene.ended(viewer, imports.at(-1)!);
    }
    const look = async (id: string | undefined) =>
      (await scene.app.as(viewer).ok<{ courseImport: { course: { id: string } } }>(seen, { id }))
        .courseImport;
    const [first, second] = [await look(imports[0]), await look(imports[1])];
    expect(first).toMatchObject({ source: SOURCE, updatesCourse: false, earlierCourse: null });
    expect(second).toMatchObject({ source: SOURCE, earlierCourse: first.course });
    expect(await scene.app.as(viewer).ok(OFFER, { source: SOURCE })).toEqual({
      courseImportedFrom: second.course,
    });
    // An update makes no course newer.
    const id = await scene.importArchive(viewer, await archive(COURSE), first.course.id);
    await scene.ended(viewer, id);
    expect(await look(id)).toMatchObject({ updatesCourse: true, course: first.course });
    expect(await scene.app.as(viewer).ok(OFFER, { source: SOURCE })).toEqual({
      courseImportedFrom: second.course,
    });
    expect(await scene.app.as(viewer).ok(OFFER, { source: 'Hive/WASPS/r1' })).toEqual({
      courseImportedFrom: null,
    });
  });
});
