import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { answer, enroll, publishTestCourse, RIGHT_WORD, type TestCourse } from './courses.js';
import { callsWithIds, publicSchema } from './every-field.js';
import { administrator, instructor, learner, type Person } from './people.js';
import { settled, startTopology, type Topology } from './topology.js';

let topology: Topology;
let teacher: Person;
let pupil: Person;
let course: TestCourse;
let enrollmentId: string;

beforeAll(async () => {
  topology = await startTopology();
  const admin = await administrator(topology, 'quiz-school');
  teacher = await instructor(topology, 'quiz-school', admin);
  pupil = await learner(topology, 'quiz-school', 'Paul Pupil');
  course = await publishTestCourse(teacher.client, 'Quiz');
  enrollmentId = await enroll(pupil.client, course.id);
}, 180_000);
afterAll(() => topology?.stop(), 60_000);

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
      expect({ round, call: call.field, text: JSON.stringify(data) }).not.toMatchObject({
        text: expect.stringContaining(RIGHT_WORD),
      });
    }
    await answer(pupil.client, enrollmentId, course, false);
    await settled(topology);
  }
}, 120_000);

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
