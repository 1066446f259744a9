import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { person } from '@lyceum/testkit/person';
import { ADD_BLOCK, QUIZ, scene, SECRET, type Scene } from '../../test/scene.js';

let at: Scene;
beforeAll(async () => {
  at = await scene();
});
afterAll(() => at.close());

const graph = () => at.app.as(at.author);
const DRAFT = `query ($id: ID) { course(id: $id) { modules(version: DRAFT) { id title position
  lessons { id title position topics { id title position completionRule blocks { id title position kind } } } } } }`;
interface Part {
  id: string;
  title: string;
  position: number;
}
interface DraftTree {
  course: {
    modules: (Part & { lessons: (Part & { topics: (Part & { blocks: Part[] })[] })[] })[];
  };
}
const draftOf = async (id: string) => (await graph().ok<DraftTree>(DRAFT, { id })).course.modules;
const places = (parts: readonly Part[]) => parts.map(({ title, position }) => [title, position]);

const add = async (field: string, input: object): Promise<string> => {
  const type = `A${field.slice(1)}Input`;
  const answer = await graph().ok<Record<string, { id: string }>>(
    `mutation ($input: ${type}!) { ${field}(input: $input) { id } }`,
    { input },
  );
  return answer[field]!.id;
};
const move = (field: string, input: object) =>
  graph().query(
    `mutation ($input: M${field.slice(1)}Input!) { ${field}(input: $input) { id position } }`,
    { input },
  );

describe('a draft', () => {
  it('keeps its parts in order without gaps while they are added, moved and removed', async () => {
    const { courseId, moduleId } = await at.draft();
    const b = await add('addModule', { courseId, title: 'B' });
    await add('addModule', { courseId, title: 'C' });
    await add('addModule', { courseId, title: 'A', position: 0 });
    expect(places(await draftOf(courseId))).toEqual([
      ...[
        ['A', 0],
        ['Module', 1],
      ],
      ...[
        ['B', 2],
        ['C', 3],
      ],
    ]);
    const moved = await move('moveModule', { id: b, position: 0 });
    expect(moved.data).toMatchObject({ moveModule: { id: b, position: 0 } });
    await graph().ok('mutation ($id: ID!) { removeModule(id: $id) { id } }', { id: moduleId });
    expect(places(await draftOf(courseId))).toEqual([
      ...[
        ['B', 0],
        ['A', 1],
        ['C', 2],
      ],
    ]);
  });

  it('moves parts to other parents of the same course only', async () => {
    const own = await at.draft();
    const other = await at.draft();
    const lesson = await add('addLesson', { moduleId: own.moduleId, title: 'Second' });
    await move('moveTopic', { id: own.topicId, lessonId: lesson });
    const blocks = (await draftOf(own.courseId))[0]!.lessons[1]!.topics[0]!.blocks;
    await move('moveBlock', { id: blocks[3]!.id, topicId: own.quizTopicId, position: 0 });

    const [first, second] = (await draftOf(own.courseId))[0]!.lessons;
    expect(places(first!.topics)).toEqual([['Quiz', 0]]);
    expect(places(second!.topics)).toEqual([['Reading', 0]]);
    expect(places(first!.topics[0]!.blocks)).toEqual([
      ['Document', 0],
      ['Quiz', 1],
    ]);
    expect(places(second!.topics[0]!.blocks)).toEqual([
      ['Page', 0],
      ['Video', 1],
      ['Link', 2],
    ]);

    const foreign = await move('moveTopic', { id: own.topicId, lessonId: other.lessonId });
    expect(foreign.errors?.[0]?.extensions).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', path: ['input', 'lessonId'] },
    });
  });

  it('is safe when many change it at once', async () => {
    const { courseId, moduleId } = await at.draft();
    const titles = Array.from({ length: 12 }, (_, i) => `L${i}`);
    await Promise.all(titles.map((title) => add('addLesson', { moduleId, title, position: 0 })));
    const before = (await draftOf(courseId))[0]!.lessons;
    await Promise.all(
      before.map(({ id }, i) => move('moveLesson', { id, position: (i * 7) % 13 })),
    );
    const after = (await draftOf(courseId))[0]!.lessons;
    expect(after.map(({ position }) => position)).toEqual(after.map((_, i) => i));
    expect(after.map(({ title }) => title).toSorted()).toEqual(['Lesson', ...titles].toSorted());
  });

  it('changes blocks, but not their kind', async () => {
    const { quizId, topicId } = await at.draft();
    const update = `mutation ($i: UpdateBlockInput!) { updateBlock(input: $i) { title
      ... on PageBlock { html }
      ... on QuizBlock { passingPercent attemptsAllowed questions { id } answerKey { questionId accepted } } } }`;
    const page = await add('addBlock', { topicId, title: 'P', page: { html: '<p>1</p>' } });
    expect(
      await graph().ok(update, { i: { id: page, page: { html: '<b onload=x>2</b>' } } }),
    ).toEqual({
      updateBlock: { title: 'P', html: '<b>2</b>' },
    });
    expect(await graph().refusal(update, { i: { id: page, quiz: QUIZ } })).toBe('BAD_USER_INPUT');
    expect(await graph().ok(update, { i: { id: quizId, title: 'Renamed' } })).toMatchObject({
      updateBlock: { title: 'Renamed', passingPercent: 60 },
    });
    const quiz = { passingPercent: 80, attemptsAllowed: 2, questions: QUIZ.questions.slice(1, 2) };
    expect(await graph().ok(update, { i: { id: quizId, quiz } })).toEqual({
      updateBlock: {
        ...{ title: 'Renamed', passingPercent: 80, attemptsAllowed: 2, questions: [{ id: 'two' }] },
        answerKey: [{ questionId: 'two', accepted: [SECRET] }],
      },
    });
  });

  it.each<[string, object, (string | number)[]]>([
    ['no content', {}, ['input']],
    ['two contents', { page: { html: '' }, link: { url: 'https://a.org' } }, ['input']],
    ['no title', { title: ' ', page: { html: '' } }, ['input', 'title']],
    ['too much html', { page: { html: 'x'.repeat(500_001) } }, ['input', 'page', 'html']],
    ['a script as link', { link: { url: 'javascript:alert(1)' } }, ['input', 'link', 'url']],
    ['a foreign scheme', { video: { url: 'file:///etc/passwd' } }, ['input', 'video', 'url']],
    [
      'a question without prompt',
      { quiz: { questions: [{ ...QUIZ.questions[1], prompt: '' }] } },
      ['input', 'quiz', 'questions', 0, 'prompt'],
    ],
    [
      'the same question twice',
      { quiz: { questions: [QUIZ.questions[1], QUIZ.questions[1]] } },
      ['input', 'quiz', 'questions', 1, 'id'],
    ],
  ])('refuses a block with %s', async (_, content, path) => {
    const { topicId } = await at.draft();
    const { errors } = await graph().query(ADD_BLOCK, {
      input: { topicId, title: 'T', ...content },
    });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path });
  });

  it('is published only when complete, and says what is missing', async () => {
    const { courseId, quizTopicId } = await at.draft();
    const quiz = { questions: [{ id: 'q', kind: 'TEXT', prompt: 'No key?' }] };
    await add('addBlock', { topicId: quizTopicId, title: 'Unfinished', quiz });
    const { errors } = await graph().query(
      'mutation ($id: ID!) { publishCourse(courseId: $id) { id } }',
      { id: courseId },
    );
    expect(errors?.[0]?.extensions).toMatchObject({
      ...{ code: 'CONFLICT', reason: 'NOT_PUBLISHABLE', obstacleCount: 1 },
      obstacles: [{ path: 'modules.0.lessons.0.topics.1.blocks.1.questions.0', reason: 'NO_KEY' }],
    });
  });

  it('belongs to those with course:edit, of the course too, and to nobody else', async () => {
    const [mine, other] = [await at.draft(), await at.draft()];
    const editor = at.app.as(
      person({
        organizationId: at.organizationId,
        assignments: [{ role: 'INSTRUCTOR', scope: 'COURSE', scopeId: mine.courseId }],
      }),
    );
    const rename = 'mutation ($i: UpdateModuleInput!) { updateModule(input: $i) { title } }';
    expect(await editor.ok(rename, { i: { id: mine.moduleId, title: 'X' } })).toEqual({
      updateModule: { title: 'X' },
    });
    expect(await editor.refusal(rename, { i: { id: other.moduleId, title: 'X' } })).toBe(
      'NOT_FOUND',
    );
    await at.publish(other.courseId);
    expect(await editor.refusal(rename, { i: { id: other.moduleId, title: 'X' } })).toBe(
      'PERMISSION_DENIED',
    );
    expect(
      await at.app
        .as(at.learner())
        .refusal('mutation { createCourse(input: { title: "T" }) { id } }'),
    ).toBe('PERMISSION_DENIED');
  });

  it('gives courses slugs of their own, and refuses one that is taken', async () => {
    const create = `mutation ($i: CreateCourseInput!) { createCourse(input: $i) { slug } }`;
    const input = { title: 'Übung macht den Meister!' };
    expect(await graph().ok(create, { i: input })).toEqual({
      createCourse: { slug: 'ubung-macht-den-meister' },
    });
    expect(await graph().ok(create, { i: input })).toEqual({
      createCourse: { slug: 'ubung-macht-den-meister-2' },
    });
    const alike = await Promise.all(
      Array.from({ length: 5 }, () => graph().ok(create, { i: { title: 'Twins' } })),
    );
    expect(new Set(alike.map((answer) => JSON.stringify(answer))).size).toBe(5);
    const taken = { ...input, slug: 'ubung-macht-den-meister' };
    const { errors } = await graph().query(create, { i: taken });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', reason: 'SLUG_TAKEN' });
    const bySlug = `{ course(slug: "ubung-macht-den-meister") { title } }`;
    expect(await graph().ok(bySlug)).toEqual({ course: { title: input.title } });
    expect(await at.app.as(at.learner()).ok(bySlug)).toEqual({ course: null });
  });
});
