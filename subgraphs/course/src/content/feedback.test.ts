import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerFeedbackId, readAnswerFeedbackId } from '@lyceum/events/answer-feedback';
import { coursePublished } from '@lyceum/events/course';
import { newId } from '@lyceum/platform/ids';
import { person } from '@lyceum/testkit/person';
import { QUIZ, scene, statementsOf, type DraftIds, type Scene } from '../../test/scene.js';

/** In each text that only an answer may bring to light. */
const HIDDEN = 'quokka';
const FEEDBACK = {
  correct: `<p>${HIDDEN}: right<script>x()</script></p>`,
  incorrect: `${HIDDEN}: wrong`,
  choices: [
    { choiceId: 'a', selected: `${HIDDEN}: not this`, unselected: '<p> </p>' },
    { choiceId: 'b', selected: `${HIDDEN}: that`, unselected: `${HIDDEN}: should be` },
  ],
  solution: `${HIDDEN} <img src="media:pic1" alt="how">`,
  hints: [`${HIDDEN} one`, '<script>y()</script>', `${HIDDEN} <sup>two</sup>`],
};
const quizWith = (feedback: object | null, showFeedback?: string) => ({
  ...QUIZ,
  ...(showFeedback ? { showFeedback } : {}),
  questions: QUIZ.questions.map((question, i) => (i === 0 ? { ...question, feedback } : question)),
});

const UPDATE = `mutation ($input: UpdateBlockInput!) { updateBlock(input: $input) { id } }`;
const READ = `query ($id: ID!, $version: CourseContent!) { course(id: $id) { modules(version: $version) { lessons { topics { blocks {
  ... on QuizBlock { id showFeedback questions { id prompt promptHtml choices { text html } }
    feedback { questionId correct incorrect choices { choiceId selected unselected } solution hints } } } } } } } }`;
const REFERENCES = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on AnswerFeedback {
  id message choices { choiceId html } solution hints } } }`;

let at: Scene;
let ids: DraftIds;
beforeAll(async () => {
  at = await scene();
  ids = await at.draft();
  await update(quizWith(FEEDBACK, 'NEVER'));
  await at.publish(ids.courseId);
});
afterAll(() => at.close());

const update = (quiz: object) =>
  at.app.as(at.author).ok(UPDATE, { input: { id: ids.quizId, quiz } });

const answered = (given: object = {}) => ({
  ...{ courseId: ids.courseId, versionNumber: 1, blockId: ids.quizId, questionId: 'one' },
  ...{ correct: false, choiceIds: ['a'] as string[] | null },
  ...given,
});
const reference = (given?: object) => ({
  __typename: 'AnswerFeedback',
  id: answerFeedbackId(answered(given)),
});

describe('feedback, hints and solutions', () => {
  it('are read by authors as they wrote them, sanitized', async () => {
    const seen = await at.app.as(at.author).ok(READ, { id: ids.courseId, version: 'PUBLISHED' });
    expect(seen).toMatchObject({
      course: {
        modules: [
          {
            lessons: [
              {
                topics: [
                  {},
                  {
                    blocks: [
                      {
                        showFeedback: 'NEVER',
                        feedback: [
                          {
                            questionId: 'one',
                            correct: `<p>${HIDDEN}: right</p>`,
                            incorrect: `${HIDDEN}: wrong`,
                            choices: [
                              { choiceId: 'a', selected: `${HIDDEN}: not this`, unselected: null },
                              {
                                choiceId: 'b',
                                selected: `${HIDDEN}: that`,
                                unselected: `${HIDDEN}: should be`,
                              },
                            ],
                            solution: expect.stringMatching(
                              /<img src="[^"]*pic1[^"]*" alt="how" \/>$/,
                            ),
                            hints: [`${HIDDEN} one`, `${HIDDEN} <sup>two</sup>`],
                          },
                        ],
                      },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    });
  });

  it('are nowhere in what learners read, nor in the event of a publication', async () => {
    const learner = at.learner();
    await at.enroll(learner, ids.courseId);
    const assistant = person({
      organizationId: at.organizationId,
      assignments: [{ role: 'TEACHING_ASSISTANT', scope: 'COURSE', scopeId: ids.courseId }],
    });
    for (const viewer of [learner, assistant]) {
      const vars = { id: ids.courseId, version: 'PUBLISHED' };
      const seen = JSON.stringify(await at.app.as(viewer).ok(READ, vars));
      expect(seen).toContain('"showFeedback":"NEVER"');
      expect(seen).toContain('"feedback":null');
      expect(seen).not.toContain(HIDDEN);
    }
    const [event] = (await at.app.published(coursePublished)).filter(
      ({ aggregateId }) => aggregateId === ids.courseId,
    );
    expect(JSON.stringify(event)).not.toContain(HIDDEN);
    const { quiz } = event!.data.structure.modules[0]!.lessons[0]!.topics[1]!.blocks[0]!;
    expect(quiz).toMatchObject({ showFeedback: 'NEVER', passingPercent: 60 });
  });

  it('are said of an answer, as it was given, in a statement for all of them', async () => {
    const learner = at.learner();
    await at.enroll(learner, ids.courseId);
    const graph = at.app.as(learner);
    const wrong = reference();
    const right = reference({ correct: true, choiceIds: ['b'] });
    const r = [wrong, right, reference({ choiceIds: null }), reference({ questionId: 'two' })];
    const own = {
      solution: expect.stringContaining('pic1'),
      hints: [`${HIDDEN} one`, `${HIDDEN} <sup>two</sup>`],
    };
    expect(await graph.ok(REFERENCES, { r })).toEqual({
      _entities: [
        {
          ...{ ...own, id: wrong.id, message: `${HIDDEN}: wrong` },
          choices: [
            { choiceId: 'a', html: `${HIDDEN}: not this` },
            { choiceId: 'b', html: `${HIDDEN}: should be` },
          ],
        },
        {
          ...{ ...own, id: right.id, message: `<p>${HIDDEN}: right</p>` },
          choices: [{ choiceId: 'b', html: `${HIDDEN}: that` }],
        },
        expect.objectContaining({ message: `${HIDDEN}: wrong`, choices: [] }),
        expect.objectContaining({ message: null, choices: [], solution: null, hints: [] }),
      ],
    });
    const one = await statementsOf(at.app, () => graph.ok(REFERENCES, { r: [wrong] }));
    expect(await statementsOf(at.app, () => graph.ok(REFERENCES, { r }))).toBe(one);
  });

  it('are of the version that was answered', async () => {
    await update(quizWith({ ...FEEDBACK, incorrect: 'newer' }));
    await at.publish(ids.courseId);
    const r = [reference(), reference({ versionNumber: 2 }), reference({ versionNumber: 3 })];
    expect(await at.app.as(at.author).ok(REFERENCES, { r })).toMatchObject({
      _entities: [{ message: `${HIDDEN}: wrong` }, { message: 'newer' }, null],
    });
  });

  it('are not there for whom the content is closed, nor for another organization', async () => {
    const r = [reference(), { __typename: 'AnswerFeedback', id: 'no such id' }];
    const withdrawn = at.learner();
    const { enrollment } = await at.enroll(withdrawn, ids.courseId);
    const leave = 'mutation ($id: ID!) { withdrawFromCourse(enrollmentId: $id) { id } }';
    await at.app.as(withdrawn).ok(leave, { id: enrollment!.id });
    const stranger = person({ roles: ['ORGANIZATION_ADMIN', 'PLATFORM_ADMIN'] });
    for (const viewer of [at.learner(), withdrawn, stranger]) {
      expect(await at.app.as(viewer).ok(REFERENCES, { r })).toEqual({ _entities: [null, null] });
    }
  });

  it('name only choices of their question, each once', async () => {
    const choices = [{ choiceId: 'a', selected: 'x' }];
    for (const wrong of [
      [...choices, { choiceId: 'z', selected: 'x' }],
      [...choices, ...choices],
    ]) {
      const input = { id: ids.quizId, quiz: quizWith({ choices: wrong }) };
      const { errors } = await at.app.as(at.author).query(UPDATE, { input });
      expect(JSON.stringify(errors?.[0]?.extensions)).toContain('UNKNOWN_CHOICE');
    }
  });

  it('are shown after submission where nothing is said, and in quizzes from before', async () => {
    const older = await at.course();
    const read = async () =>
      JSON.stringify(await at.app.as(at.author).ok(READ, { id: older.courseId, version: 'DRAFT' }));
    expect(await read()).toContain('"showFeedback":"AFTER_SUBMISSION"');
    await at.app.sql(
      `UPDATE block SET content = content - 'showFeedback', feedback = NULL WHERE id = $1`,
      [older.quizId],
    );
    expect(await read()).toContain('"showFeedback":"AFTER_SUBMISSION"');
    expect(await read()).toContain('"feedback":[]');
  });
});

it('ids of answers are read back, and nothing else is', () => {
  const answer = {
    ...{ courseId: newId(), versionNumber: 3, blockId: newId(), questionId: 'q/1 ü' },
    ...{ correct: true, choiceIds: ['a', 'b'] },
  };
  expect(readAnswerFeedbackId(answerFeedbackId(answer))).toEqual(answer);
  for (const other of ['', 'x', 'W10', answerFeedbackId({ ...answer, courseId: 'x' })]) {
    expect(readAnswerFeedbackId(other)).toBeNull();
  }
});
