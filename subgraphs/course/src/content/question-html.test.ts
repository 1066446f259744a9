import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { coursePublished } from '@lyceum/events/course';
import { scene, type Scene } from '../../test/scene.js';

let at: Scene;
beforeAll(async () => {
  at = await scene();
});
afterAll(() => at.close());

const ADD = `mutation ($input: AddBlockInput!) { addBlock(input: $input) { id
  ... on QuizBlock { questions { id prompt promptHtml choices { id text html } } } } }`;
const UPDATE = `mutation ($input: UpdateBlockInput!) { updateBlock(input: $input) { id
  ... on QuizBlock { questions { id prompt promptHtml choices { id text html } } } } }`;
const READ = `query ($id: ID!) { course(id: $id) { modules { lessons { topics { blocks {
  ... on QuizBlock { id questions { prompt promptHtml choices { text html } } } } } } } } }`;

const TILES = {
  id: 'tiles',
  kind: 'SINGLE_CHOICE',
  promptHtml:
    'How large is 10<sup>3</sup> m<sup>2</sup>? <script>alert(1)</script><img src="media:pic1" alt="A floor">',
  choices: [
    { id: 'a', html: '10<sup>3</sup> tiles' },
    { id: 'b', text: '103 tiles' },
    { id: 'c', html: '<img src="media:pic2">' },
  ],
  correctChoiceIds: ['a'],
};
const PLAIN = {
  id: 'plain',
  kind: 'TEXT',
  prompt: 'Is a < b?\nSay so: src="media:pic1"',
  acceptedTexts: ['yes'],
};

const quiz = (...questions: object[]) => ({ quiz: { questions } });

describe('questions in HTML', () => {
  it('are sanitized, readable as plain text, and show their pictures', async () => {
    const { courseId, quizTopicId: topicId } = await at.draft();
    const input = { topicId, title: 'Quiz', ...quiz(TILES, PLAIN) };
    await at.app.as(at.author).ok(ADD, { input });
    await at.publish(courseId);
    const learner = at.learner();
    await at.enroll(learner, courseId);
    const seen = JSON.stringify(await at.app.as(learner).ok(READ, { id: courseId }));
    expect(seen).not.toContain('script');
    const { course } = JSON.parse(seen) as {
      course: { modules: { lessons: { topics: { blocks: { questions?: object[] }[] }[] }[] }[] };
    };
    const blocks = course.modules[0]!.lessons[0]!.topics[1]!.blocks;
    expect(blocks[1]!.questions).toEqual([
      {
        prompt: 'How large is 10^3 m^2? A floor',
        promptHtml: expect.stringMatching(
          /^How large is 10<sup>3<\/sup> m<sup>2<\/sup>\? <img src="[^"]*pic1[^"]*" alt="A floor" \/>$/,
        ),
        choices: [
          { text: '10^3 tiles', html: '10<sup>3</sup> tiles' },
          { text: '103 tiles', html: '103 tiles' },
          { text: '[picture]', html: expect.stringMatching(/^<img src="[^"]*pic2[^"]*" \/>$/) },
        ],
      },
      {
        prompt: PLAIN.prompt,
        promptHtml: 'Is a &lt; b?<br />Say so: src="media:pic1"',
        choices: [],
      },
    ]);
    // Other services know the plain text alone.
    const [event] = (await at.app.published(coursePublished)).filter(
      ({ aggregateId }) => aggregateId === courseId,
    );
    const told = event!.data.structure.modules[0]!.lessons[0]!.topics[1]!.blocks[1]!.quiz!;
    expect(told.questions[0]).toMatchObject({
      prompt: 'How large is 10^3 m^2? A floor',
      choices: [{ id: 'a', text: '10^3 tiles' }, { id: 'b' }, { id: 'c' }],
    });
    expect(JSON.stringify(told)).not.toMatch(/html|<sup>/i);
  });

  it.each([
    ['neither', { prompt: undefined, promptHtml: undefined }, ['prompt'], 'EXACTLY_ONE'],
    ['both', { prompt: 'a', promptHtml: '<b>a</b>' }, ['prompt'], 'EXACTLY_ONE'],
    ['nothing safe', { promptHtml: '<script>x()</script>' }, ['promptHtml'], 'EMPTY'],
    [
      'an empty choice',
      { choices: [{ id: 'a', html: '<p></p>' }] },
      ['choices', 0, 'html'],
      'EMPTY',
    ],
    ['a choice without text', { choices: [{ id: 'a' }] }, ['choices', 0, 'text'], 'EXACTLY_ONE'],
    [
      'equal choices',
      {
        choices: [
          { id: 'a', text: 'x < y' },
          { id: 'b', html: '<p>x &lt; <i></i>y</p>' },
          { id: 'c', html: '<p>x &lt; y</p>' },
        ],
      },
      ['choices', 2],
      'EQUAL_CHOICES',
    ],
  ])('are refused with %s', async (_what, given, path, reason) => {
    const { quizTopicId: topicId, quizId } = await at.draft();
    const content = quiz({ ...TILES, correctChoiceIds: [], ...given });
    const author = at.app.as(at.author);
    for (const [text, input] of [
      [ADD, { topicId, title: 'Quiz', ...content }],
      [UPDATE, { id: quizId, ...content }],
    ] as const) {
      const { errors } = await author.query(text, { input });
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(JSON.stringify(errors?.[0]?.extensions)).toContain(
        JSON.stringify(['input', 'quiz', 'questions', 0, ...path]),
      );
      expect(JSON.stringify(errors?.[0]?.extensions)).toContain(reason);
    }
  });

  it('written before there was HTML are read as they are', async () => {
    const { courseId, quizId } = await at.course();
    const [{ content }] = (await at.app.sql<{ content: { questions: object[] } }>(
      `SELECT content FROM block WHERE id = $1`,
      [quizId],
    )) as [{ content: { questions: object[] } }];
    // Nothing is kept of plain text but the text, as before.
    expect(content.questions[0]).toEqual({
      ...{ id: 'one', kind: 'SINGLE_CHOICE', prompt: 'Which?', points: 1 },
      choices: [
        { id: 'a', text: 'This' },
        { id: 'b', text: 'That' },
      ],
    });
    const read = JSON.stringify(await at.app.as(at.author).ok(READ, { id: courseId }));
    expect(read).toContain('"promptHtml":"Which?","choices":[{"text":"This","html":"This"}');
  });
});
