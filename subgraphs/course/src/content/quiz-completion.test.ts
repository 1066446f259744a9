import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { coursePublished } from '@lyceum/events/course';
import { QUIZ, scene, type Scene } from '../../test/scene.js';

const UPDATE = `mutation ($input: UpdateBlockInput!) { updateBlock(input: $input) {
  ... on QuizBlock { completion passingPercent } } }`;
const READ = `query ($id: ID!, $version: CourseContent!) { course(id: $id) { modules(version: $version) {
  lessons { topics { blocks { ... on QuizBlock { completion } } } } } } }`;

let at: Scene;
beforeAll(async () => {
  at = await scene();
});
afterAll(() => at.close());

async function completions(courseId: string, version: string, viewer = at.author) {
  const answer = await at.app.as(viewer).ok(READ, { id: courseId, version });
  return JSON.stringify(answer).match(/(?<="completion":")\w+/g);
}

async function published(courseId: string) {
  const events = (await at.app.published(coursePublished)).filter(
    ({ aggregateId }) => aggregateId === courseId,
  );
  const topics = events.at(-1)!.data.structure.modules[0]!.lessons[0]!.topics;
  return topics[1]!.blocks[0]!.quiz!;
}

it('is set by authors, and seen by learners and other services once published', async () => {
  const { courseId, quizId } = await at.course();
  expect(await completions(courseId, 'DRAFT')).toEqual(['PASSED']);
  const input = { id: quizId, quiz: { ...QUIZ, completion: 'SUBMITTED' } };
  expect(await at.app.as(at.author).ok(UPDATE, { input })).toEqual({
    updateBlock: { completion: 'SUBMITTED', passingPercent: 60 },
  });
  const learner = await at.registered();
  await at.enroll(learner, courseId);
  expect(await completions(courseId, 'PUBLISHED', learner)).toEqual(['PASSED']);
  expect((await published(courseId)).completion).toBe('PASSED');

  await at.publish(courseId);
  expect(await completions(courseId, 'PUBLISHED', learner)).toEqual(['SUBMITTED']);
  expect(await published(courseId)).toMatchObject({ completion: 'SUBMITTED', passingPercent: 60 });
});

it('is PASSED in quizzes from before there was a choice, and refuses other values', async () => {
  const { courseId, quizId } = await at.draft();
  await at.app.sql(`UPDATE block SET content = content - 'completion' WHERE id = $1`, [quizId]);
  expect(await completions(courseId, 'DRAFT')).toEqual(['PASSED']);
  await at.publish(courseId);
  expect(await completions(courseId, 'PUBLISHED')).toEqual(['PASSED']);
  expect(await published(courseId)).not.toHaveProperty('completion');

  const input = { id: quizId, quiz: { ...QUIZ, completion: 'OPENED' } };
  expect(await at.app.as(at.author).refusal(UPDATE, { input })).toBe('BAD_USER_INPUT');
});
