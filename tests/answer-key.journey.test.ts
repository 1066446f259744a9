import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';
import { answer, enroll, publishTestCourse, RIGHT_WORD, type TestCourse } from './courses.js';
import { callsWithIds, publicSchema } from './every-field.js';
import { administrator, instructor, learner, type Person } from './people.js';
import { settled, startTopology, type Topology } from './topology.js';

let topology: Topology;
let teacher: Person;
let pupil: Person;
let course: TestCourse;
let enrollmentId: string;
/** Quizzes whose author shows feedback after submission, and never. */
let open: string;
let closed: string;

/** In each text of the feedback of the two quizzes, and nowhere else. */
const SHOWN = 'marimba';
const WITHHELD = 'vibraphone';
const feedback = (word: string) => ({
  incorrect: `It is the <b>${word}</b>.`,
  choices: [{ choiceId: 'a', selected: `Not that, the ${word}`, unselected: `${word}!` }],
  solution: `<p>${word}<sup>2</sup><script>alert(1)</script></p>`,
  hints: [`It begins like ${word}`],
});

beforeAll(async () => {
  topology = await startTopology();
  const admin = await administrator(topology, 'quiz-school');
  teacher = await instructor(topology, 'quiz-school', admin);
  pupil = await learner(topology, 'quiz-school', 'Paul Pupil');
  course = await publishTestCourse(teacher.client, 'Quiz');
  open = await addQuiz('AFTER_SUBMISSION', SHOWN);
  closed = await addQuiz('NEVER', WITHHELD);
  await teacher.client.request(`mutation ($id: ID!) { publishCourse(courseId: $id) { id } }`, {
    id: course.id,
  });
  enrollmentId = await enroll(pupil.client, course.id);
  await settled(topology);
}, 180_000);
afterAll(() => topology?.stop(), 60_000);

async function addQuiz(showFeedback: string, word: string): Promise<string> {
  const question = {
    ...{ id: 'q', kind: 'SINGLE_CHOICE', promptHtml: 'Which has 10<sup>2</sup> bars?' },
    choices: [
      { id: 'a', html: '<i>this</i>' },
      { id: 'b', text: 'that' },
    ],
    correctChoiceIds: ['b'],
    feedback: feedback(word),
  };
  const quiz = { showFeedback, questions: [question] };
  const { addBlock } = await teacher.client.request<{ addBlock: { id: string } }>(
    await listed('add-block'),
    { input: { topicId: course.quizTopicId, title: showFeedback, quiz } },
  );
  return addBlock.id;
}

/** The text of listed operations. */
async function listed(...names: string[]): Promise<string> {
  const folder = projectPath('schema', 'operations', 'first-party');
  const files = names.map((name) => readFile(join(folder, `${name}.graphql`), 'utf8'));
  return (await Promise.all(files)).join('\n');
}

interface Attempt {
  answers: { response: string; choiceIds: string[]; feedback: object | null }[];
}

async function submit(blockId: string): Promise<Attempt> {
  const answers = [{ questionId: 'q', choiceIds: ['a'] }];
  const { submitAnswer } = await pupil.client.request<{ submitAnswer: Attempt }>(
    await listed('submit-answer', 'attempt-result'),
    { input: { enrollmentId, blockId, answers } },
  );
  return submitAnswer;
}

async function attempts(blockId: string): Promise<Attempt[]> {
  const { enrollment } = await pupil.client.request<{ enrollment: { attempts: Attempt[] } }>(
    await listed('my-attempts', 'attempt-result', 'quiz-standing'),
    { enrollmentId, blockId },
  );
  return enrollment.attempts;
}

it('the answer key never reaches a learner, through any field, before or after answering', async () => {
  const schema = await publicSchema(pupil.client);
  const query = schema.getQueryType();
  if (!query) throw new Error('no queries');
  const ids = {
    courseId: course.id,
    topicId: course.quizTopicId,
    enrollmentId,
    userId: pupil.id,
  };
  for (const round of ['before', 'after a wrong answer']) {
    for (const call of callsWithIds(query, 'query', ids, 3)) {
      const data = await pupil.client
        .request(call.operation, call.variables)
        .catch((error: unknown) => String(error));
      for (const word of [RIGHT_WORD, WITHHELD, ...(round === 'before' ? [SHOWN] : [])]) {
        expect({ round, call: call.field, text: JSON.stringify(data) }).not.toMatchObject({
          text: expect.stringContaining(word),
        });
      }
    }
    await answer(pupil.client, enrollmentId, course, false);
    await submit(closed);
    await settled(topology);
  }
}, 120_000);

it('feedback, hints and solutions come with an answer, as the author set, and never before', async () => {
  const content = await listed('course-content');
  const read = async () =>
    JSON.stringify(await pupil.client.request(content, { courseId: course.id }));
  const before = await read();
  expect(before).toContain('10<sup>2</sup>');
  expect(before).not.toMatch(/marimba|vibraphone/);
  expect(await attempts(open)).toEqual([]);

  const { answers } = await submit(open);
  expect(answers).toEqual([
    expect.objectContaining({
      ...{ response: 'this', choiceIds: ['a'], prompt: 'Which has 10^2 bars?' },
      feedback: {
        id: expect.any(String),
        message: 'It is the <b>marimba</b>.',
        choices: [{ choiceId: 'a', html: 'Not that, the marimba' }],
        solution: '<p>marimba<sup>2</sup></p>',
        hints: ['It begins like marimba'],
      },
    }),
  ]);
  expect((await attempts(open)).map((attempt) => attempt.answers[0]!.feedback)).toEqual([
    answers[0]!.feedback,
  ]);
  expect((await submit(closed)).answers).toMatchObject([{ response: 'this', feedback: null }]);
  expect(JSON.stringify(await attempts(closed))).not.toContain(WITHHELD);
  expect(await read()).not.toMatch(/marimba|vibraphone/);
});

it('the author finds the feedback in the editor', async () => {
  const editor = await listed('course-editor');
  const draft = JSON.stringify(await teacher.client.request(editor, { courseId: course.id }));
  expect(draft).toContain('"showFeedback":"NEVER"');
  expect(draft).toContain('<b>vibraphone</b>');
});

const QUIZ = `query ($id: ID!, $version: CourseContent!) { course(id: $id) { modules(version: $version) { lessons { topics { blocks {
  ... on QuizBlock { questions { id prompt choices { id text } } answerKey { questionId accepted } } } } } } } }`;

it('the learner gets the questions without the key, the instructor both', async () => {
  const asked = JSON.stringify(
    await pupil.client.request(QUIZ, { id: course.id, version: 'PUBLISHED' }),
  );
  expect(asked).toContain('Which word?');
  expect(asked).toContain('"answerKey":null');
  const taught = await teacher.client.request(QUIZ, { id: course.id, version: 'DRAFT' });
  expect(JSON.stringify(taught)).toContain(RIGHT_WORD);
});

it('the draft, where the key is written, is out of a learner’s reach', async () => {
  const refused = await pupil.client
    .request(QUIZ, { id: course.id, version: 'DRAFT' })
    .then((data) => JSON.stringify(data))
    .catch((error: unknown) => String(error));
  expect(refused).not.toContain(RIGHT_WORD);
  expect(refused).not.toContain('Which word?');
});
