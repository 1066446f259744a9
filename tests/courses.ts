import type { GraphClient } from '@lyceum/standalone/graph-client';

export interface TestCourse {
  readonly id: string;
  readonly moduleId: string;
  readonly lessonId: string;
  /** Completed by viewing. */
  readonly pageTopicId: string;
  readonly pageBlockId: string;
  /** Completed by the quiz. */
  readonly quizTopicId: string;
  readonly quizBlockId: string;
}

/** What the quiz of a test course wants to hear: the choice `b`, and this word. */
export const RIGHT_WORD = 'xylophone';

/** Builds and publishes a course of one page and one quiz, as an instructor does. */
export async function publishTestCourse(
  client: GraphClient,
  title: string,
  options: { attemptsAllowed?: number } = {},
): Promise<TestCourse> {
  const id = await made(client, 'createCourse', 'CreateCourseInput', { title, language: 'en' });
  const moduleId = await made(client, 'addModule', 'AddModuleInput', {
    courseId: id,
    title: `${title} module`,
  });
  const lessonId = await made(client, 'addLesson', 'AddLessonInput', {
    moduleId,
    title: `${title} lesson`,
  });
  const topic = (name: string, completionRule: string) =>
    made(client, 'addTopic', 'AddTopicInput', {
      lessonId,
      title: `${title} ${name}`,
      completionRule,
    });
  const pageTopicId = await topic('page', 'VIEW');
  const quizTopicId = await topic('quiz', 'QUIZ_SCORE');
  const pageBlockId = await made(client, 'addBlock', 'AddBlockInput', {
    topicId: pageTopicId,
    title: `${title} page`,
    page: { html: `<p>${title} content</p>` },
  });
  const quizBlockId = await made(client, 'addBlock', 'AddBlockInput', {
    topicId: quizTopicId,
    title: `${title} quiz`,
    quiz: {
      passingPercent: 100,
      attemptsAllowed: options.attemptsAllowed,
      questions: [
        {
          id: 'q1',
          kind: 'SINGLE_CHOICE',
          prompt: `${title}: which one?`,
          choices: [
            { id: 'a', text: 'this' },
            { id: 'b', text: 'that' },
          ],
          correctChoiceIds: ['b'],
        },
        { id: 'q2', kind: 'TEXT', prompt: 'Which word?', acceptedTexts: [RIGHT_WORD] },
      ],
    },
  });
  await client.request(`mutation ($id: ID!) { publishCourse(courseId: $id) { id } }`, { id });
  return { id, moduleId, lessonId, pageTopicId, pageBlockId, quizTopicId, quizBlockId };
}

async function made(
  client: GraphClient,
  mutation: string,
  type: string,
  input: Record<string, unknown>,
): Promise<string> {
  const data = await client.request<Record<string, { id: string }>>(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { id } }`,
    { input },
  );
  return (data[mutation] as { id: string }).id;
}

/** @returns the enrollment's id */
export async function enroll(client: GraphClient, courseId: string): Promise<string> {
  const data = await client.request<{ enrollInCourse: { enrollment: { id: string } } }>(
    `mutation ($input: EnrollInCourseInput!) {
      enrollInCourse(input: $input) { ... on Enrolled { enrollment { id } } }
    }`,
    { input: { courseId } },
  );
  return data.enrollInCourse.enrollment.id;
}

export async function view(
  client: GraphClient,
  enrollmentId: string,
  topicId: string,
  blockId: string,
  id = crypto.randomUUID(),
): Promise<void> {
  await client.request(
    `mutation ($input: ActivityInput!) { recordActivity(input: $input) { accepted } }`,
    {
      input: {
        id,
        enrollmentId,
        topicId,
        blockId,
        kind: 'VIEWED',
        occurredAt: new Date().toISOString(),
      },
    },
  );
}

/** Answers the quiz of a test course; rightly unless told. */
export async function answer(
  client: GraphClient,
  enrollmentId: string,
  course: TestCourse,
  right = true,
): Promise<{ passed: boolean; percent: number }> {
  const data = await client.request<{ submitAnswer: { passed: boolean; percent: number } }>(
    `mutation ($input: SubmitAnswerInput!) { submitAnswer(input: $input) { passed percent } }`,
    {
      input: {
        enrollmentId,
        blockId: course.quizBlockId,
        answers: [
          { questionId: 'q1', choiceIds: [right ? 'b' : 'a'] },
          { questionId: 'q2', text: right ? RIGHT_WORD : 'trumpet' },
        ],
      },
    },
  );
  return data.submitAnswer;
}
