import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { coursePublished } from '@lyceum/events/course';
import { newId } from '@lyceum/platform/ids';
import { person } from '@lyceum/testkit/person';
import { scene, SECRET, statementsOf, type DraftIds, type Scene } from '../../test/scene.js';

let at: Scene;
let ids: DraftIds;

beforeAll(async () => {
  at = await scene();
  ids = await at.course({ title: 'The whole tree', summary: 'All kinds of blocks' });
});
afterAll(() => at.close());

const BLOCKS = `blocks {
  __typename id kind title position
  ... on PageBlock { html }
  ... on VideoBlock { url provider durationSeconds transcriptUrl }
  ... on LinkBlock { url description }
  ... on DocumentBlock { url filename contentType byteLength }
  ... on QuizBlock {
    introduction passingPercent attemptsAllowed
    questions { id kind prompt points choices { id text } }
    answerKey { questionId choiceIds ranges { minimum maximum } accepted caseSensitive }
  }
}`;
const TREE = `modules { id title position lessons { id title position topics {
  id title position completionRule locked ${BLOCKS} } } }`;
const COURSE = `query ($id: ID) { course(id: $id) { id title ${TREE} } }`;
const ENTITIES = (fragment: string) =>
  `query ($r: [_Any!]!) { _entities(representations: $r) { __typename ${fragment} } }`;

type Tree = {
  course: {
    modules: {
      lessons: { topics: { title: string; locked: string | null; blocks: Block[] }[] }[];
    }[];
  } | null;
};
type Block = { __typename: string; id: string; html?: string; answerKey?: unknown[] | null };
const topicsOf = (data: Tree) => data.course!.modules[0]!.lessons[0]!.topics;

describe('content', () => {
  it('shows the outline to everyone and the blocks to those who take part', async () => {
    const learner = at.learner();
    const outside = topicsOf(await at.app.as(learner).ok<Tree>(COURSE, { id: ids.courseId }));
    expect(outside.map(({ title, locked, blocks }) => [title, locked, blocks])).toEqual([
      ['Reading', 'NOT_ENROLLED', []],
      ['Quiz', 'NOT_ENROLLED', []],
    ]);

    await at.enroll(learner, ids.courseId);
    const inside = topicsOf(await at.app.as(learner).ok<Tree>(COURSE, { id: ids.courseId }));
    expect(inside[0]!.blocks.map((block) => block.__typename)).toEqual([
      'PageBlock',
      'VideoBlock',
      'LinkBlock',
      'DocumentBlock',
    ]);
    expect(inside[0]!.blocks).toMatchObject([
      { html: expect.stringMatching(/^<p>Hello <img src="[^"]*pic1[^"]*" \/><\/p>$/) },
      { url: 'https://youtu.be/abc', provider: 'youtube', durationSeconds: null },
      { url: 'https://example.org/', description: '' },
      { url: expect.stringMatching(/doc1/), filename: 'a.pdf', byteLength: null },
    ]);
  });

  it('keeps answer keys from learners in every field, and shows them to authors', async () => {
    const learner = at.learner();
    await at.enroll(learner, ids.courseId);
    const graph = at.app.as(learner);
    const answers = [
      await graph.query(COURSE, { id: ids.courseId }),
      await graph.query(ENTITIES(`... on Topic { title ${BLOCKS} }`), {
        r: [{ __typename: 'Topic', id: ids.quizTopicId }],
      }),
      await graph.query(
        `query ($id: ID) { course(id: $id) { versions { id } hasUnpublishedChanges } }`,
        {
          id: ids.courseId,
        },
      ),
      await graph.query(`query ($id: ID) { course(id: $id) { modules(version: DRAFT) { id } } }`, {
        id: ids.courseId,
      }),
    ];
    expect(JSON.stringify(answers)).not.toContain(SECRET);
    expect(JSON.stringify(answers[0])).toContain('"answerKey":null');
    expect(JSON.stringify(answers[1])).toContain('"answerKey":null');
    expect(answers[3]!.errors?.[0]?.extensions?.['code']).toBe('PERMISSION_DENIED');

    const quiz = topicsOf(await at.app.as(at.author).ok<Tree>(COURSE, { id: ids.courseId }))[1]!;
    expect(quiz.blocks[0]!.answerKey).toEqual([
      ...[
        { questionId: 'one', choiceIds: ['b'], ranges: null, accepted: null, caseSensitive: null },
      ],
      {
        questionId: 'two',
        choiceIds: null,
        ranges: null,
        accepted: [SECRET],
        caseSensitive: false,
      },
      {
        ...{ questionId: 'three', choiceIds: null, accepted: null, caseSensitive: null },
        ranges: [{ minimum: 42, maximum: 42 }],
      },
    ]);
  });

  it('lets a teaching assistant of the course read it all, but not the keys', async () => {
    const assistant = person({
      organizationId: at.organizationId,
      assignments: [{ role: 'TEACHING_ASSISTANT', scope: 'COURSE', scopeId: ids.courseId }],
    });
    const answer = await at.app.as(assistant).ok<Tree>(COURSE, { id: ids.courseId });
    expect(topicsOf(answer)[1]!.blocks).toMatchObject([
      { __typename: 'QuizBlock', answerKey: null },
    ]);
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });

  it('shows learners the published version while the draft is edited, and the new one after', async () => {
    const own = await at.course();
    const learner = at.learner();
    await at.enroll(learner, own.courseId);
    const author = at.app.as(at.author);
    await author.ok('mutation ($i: UpdateTopicInput!) { updateTopic(input: $i) { title } }', {
      i: { id: own.topicId, title: 'Rewritten' },
    });
    await author.ok('mutation ($id: ID!) { removeTopic(id: $id) { id } }', { id: own.quizTopicId });
    await author.ok('mutation ($i: AddTopicInput!) { addTopic(input: $i) { id } }', {
      i: { lessonId: own.lessonId, title: 'New' },
    });

    const titles = async (viewer = learner) =>
      topicsOf(await at.app.as(viewer).ok<Tree>(COURSE, { id: own.courseId })).map((t) => t.title);
    expect(await titles()).toEqual(['Reading', 'Quiz']);
    expect(await titles(at.author)).toEqual(['Reading', 'Quiz']);
    const draft = await author.ok<Tree>(
      'query ($id: ID) { course(id: $id) { modules(version: DRAFT) { lessons { topics { title } } } } }',
      { id: own.courseId },
    );
    expect(topicsOf(draft).map((t) => t.title)).toEqual(['Rewritten', 'New']);
    const state = `query ($id: ID) { course(id: $id) { hasUnpublishedChanges publishedVersion versions { number } } }`;
    expect(await author.ok(state, { id: own.courseId })).toEqual({
      course: { hasUnpublishedChanges: true, publishedVersion: 1, versions: [{ number: 1 }] },
    });

    await at.publish(own.courseId);
    expect(await titles()).toEqual(['Rewritten', 'New']);
    expect(await author.ok(state, { id: own.courseId })).toEqual({
      course: {
        ...{ hasUnpublishedChanges: false, publishedVersion: 2 },
        versions: [{ number: 2 }, { number: 1 }],
      },
    });
  });

  it('still resolves a topic that was taken out, as last published, and hides what is only a draft', async () => {
    const own = await at.course();
    const author = at.app.as(at.author);
    await author.ok('mutation ($id: ID!) { removeTopic(id: $id) { id } }', { id: own.quizTopicId });
    const added = await author.ok<{ addTopic: { id: string } }>(
      'mutation ($i: AddTopicInput!) { addTopic(input: $i) { id } }',
      { i: { lessonId: own.lessonId, title: 'Only in the draft' } },
    );
    await at.publish(own.courseId);
    const later = await author.ok<{ addTopic: { id: string } }>(
      'mutation ($i: AddTopicInput!) { addTopic(input: $i) { id } }',
      { i: { lessonId: own.lessonId, title: 'Not yet published' } },
    );
    const r = [own.quizTopicId, added.addTopic.id, later.addTopic.id, newId(), 'nonsense'].map(
      (id) => ({ __typename: 'Topic', id }),
    );
    const query = ENTITIES('... on Topic { title }');
    const seen = await at.app.as(at.learner()).ok<{ _entities: unknown[] }>(query, { r });
    expect(seen._entities).toEqual([
      { __typename: 'Topic', title: 'Quiz' },
      { __typename: 'Topic', title: 'Only in the draft' },
      ...[null, null, null],
    ]);
    const authors = await author.ok<{ _entities: unknown[] }>(query, { r });
    expect(authors._entities[2]).toEqual({ __typename: 'Topic', title: 'Not yet published' });
  });

  it('reads a whole course in seven statements, whatever its size', async () => {
    const learner = at.learner();
    await at.enroll(learner, ids.courseId);
    const larger = await at.draft();
    for (let m = 0; m < 3; m += 1) {
      const author = at.app.as(at.author);
      const { addModule } = await author.ok<{ addModule: { id: string } }>(
        'mutation ($i: AddModuleInput!) { addModule(input: $i) { id } }',
        { i: { courseId: larger.courseId, title: `M${m}` } },
      );
      const { addLesson } = await author.ok<{ addLesson: { id: string } }>(
        'mutation ($i: AddLessonInput!) { addLesson(input: $i) { id } }',
        { i: { moduleId: addModule.id, title: 'L' } },
      );
      await author.ok('mutation ($i: AddTopicInput!) { addTopic(input: $i) { id } }', {
        i: { lessonId: addLesson.id, title: 'T' },
      });
    }
    await at.publish(larger.courseId);
    await at.enroll(learner, larger.courseId);
    const graph = at.app.as(learner);
    const small = await statementsOf(at.app, () => graph.ok(COURSE, { id: ids.courseId }));
    const large = await statementsOf(at.app, () => graph.ok(COURSE, { id: larger.courseId }));
    expect([small, large]).toEqual([7, 7]);
  });

  it('resolves references of each kind in one statement, beside that for the roles', async () => {
    const other = await at.course();
    const learner = at.learner();
    await at.enroll(learner, ids.courseId);
    const count = (__typename: string, found: string[], fragment: string) =>
      statementsOf(at.app, async () => {
        const { _entities } = await at.app
          .as(learner)
          .ok<{ _entities: unknown[] }>(ENTITIES(`... on ${__typename} { ${fragment} }`), {
            r: found.map((id) => ({ __typename, id })),
          });
        expect(_entities).not.toContain(null);
      });
    expect(await count('Course', [ids.courseId, other.courseId], 'title')).toBe(2);
    expect(await count('Module', [ids.moduleId, other.moduleId], 'title')).toBe(2);
    expect(await count('Lesson', [ids.lessonId, other.lessonId], 'title')).toBe(2);
    expect(await count('Topic', [ids.topicId, other.topicId], 'title')).toBe(2);
  });

  it('is nowhere to be found for another organization, whatever the role', async () => {
    const draft = await at.draft();
    const learner = at.learner();
    const { enrollment } = await at.enroll(learner, ids.courseId);
    const stranger = at.app.as(person({ roles: ['ORGANIZATION_ADMIN', 'PLATFORM_ADMIN'] }));
    expect(await stranger.ok(COURSE, { id: ids.courseId })).toEqual({ course: null });
    expect(await stranger.ok(COURSE, { id: draft.courseId })).toEqual({ course: null });
    expect(
      await stranger.ok(
        `query ($r: [_Any!]!) { _entities(representations: $r) {
           ... on Course { title } ... on Module { title } ... on Lesson { title } ... on Topic { title }
           ... on Enrollment { status } ... on Organization { courses { totalCount } }
           ... on User { enrollments { nodes { id } } } } }`,
        {
          r: [
            { __typename: 'Course', id: ids.courseId },
            { __typename: 'Module', id: ids.moduleId },
            { __typename: 'Lesson', id: ids.lessonId },
            { __typename: 'Topic', id: ids.topicId },
            { __typename: 'Enrollment', id: enrollment!.id },
            { __typename: 'Organization', id: at.organizationId },
            { __typename: 'User', id: learner.userId },
          ],
        },
      ),
    ).toEqual({ _entities: [null, null, null, null, null, null, { enrollments: { nodes: [] } }] });
    expect(await stranger.ok('{ catalog { totalCount nodes { id } } }')).toEqual({
      catalog: { totalCount: 0, nodes: [] },
    });
    for (const [mutation, id] of [
      ['removeTopic(id: $id) { id }', ids.topicId],
      ['publishCourse(courseId: $id) { id }', ids.courseId],
      ['archiveCourse(courseId: $id) { id }', ids.courseId],
      ['withdrawFromCourse(enrollmentId: $id) { id }', enrollment!.id],
      ['enrollInCourse(input: { courseId: $id }) { __typename }', ids.courseId],
      ['addModule(input: { courseId: $id, title: "x" }) { id }', ids.courseId],
      ['updateCourse(input: { courseId: $id, title: "x" }) { id }', ids.courseId],
    ]) {
      const code = await stranger.refusal(`mutation ($id: ID!) { ${mutation} }`, { id });
      expect([mutation, code]).toEqual([mutation, 'NOT_FOUND']);
    }
  });

  it('stays readable for those who take part when archived, and disappears for others', async () => {
    const own = await at.course();
    const [inside, outside] = [at.learner(), at.learner()];
    await at.enroll(inside, own.courseId);
    await at.app.as(at.author).ok('mutation ($id: ID!) { archiveCourse(courseId: $id) { id } }', {
      id: own.courseId,
    });
    const seen = await at.app.as(inside).ok<Tree>(COURSE, { id: own.courseId });
    expect(topicsOf(seen)[0]!.blocks).toHaveLength(4);
    expect(await at.app.as(outside).ok(COURSE, { id: own.courseId })).toEqual({ course: null });
    const r = [{ __typename: 'Topic', id: own.topicId }];
    const query = ENTITIES('... on Topic { title }');
    expect(await at.app.as(inside).ok(query, { r })).toMatchObject({
      _entities: [{ title: 'Reading' }],
    });
    expect(await at.app.as(outside).ok(query, { r })).toEqual({ _entities: [null] });
  });

  it('tells other services of a new version with its structure and keys', async () => {
    const events = await at.app.published(coursePublished);
    const event = events.find(({ aggregateId }) => aggregateId === ids.courseId)!;
    expect(event.data).toMatchObject({ versionNumber: 1, title: 'The whole tree' });
    const { topics } = event.data.structure.modules[0]!.lessons[0]!;
    expect(topics[1]).toMatchObject({
      id: ids.quizTopicId,
      completionRule: 'QUIZ_SCORE',
      blocks: [
        { id: ids.quizId, kind: 'QUIZ', quiz: { passingPercent: 60, attemptsAllowed: null } },
      ],
    });
    expect(topics[1]!.blocks[0]!.quiz!.questions[1]!.key).toEqual({
      kind: 'TEXT',
      accepted: [SECRET],
      caseSensitive: false,
    });
    expect(topics[0]!.blocks.map(({ kind }) => kind)).toEqual([
      'PAGE',
      'VIDEO',
      'LINK',
      'DOCUMENT',
    ]);
  });
});
