import type { GraphClient } from '../graph-client.js';
import { rightAnswer, wrongAnswer } from './answers.js';
import type { AnswerKeys, CourseContent, QuizContent, TopicContent } from './course-content.js';
import { stableId } from './stable-id.js';

const ENROLL = `mutation Enroll($input: EnrollInCourseInput!) {
  enrollInCourse(input: $input) {
    __typename
    ... on Enrolled { enrollment { id } }
    ... on Waitlisted { enrollment { id } position }
    ... on PrerequisitesUnmet { missing { id title } }
  }
}`;

export type EnrollOutcome = 'Enrolled' | 'Waitlisted' | 'PaymentRequired' | 'PrerequisitesUnmet';

/** Asks to take part in a course; the enrollment's id is null when nothing came of it. */
export async function askToEnroll(
  client: GraphClient,
  courseId: string,
): Promise<{ outcome: EnrollOutcome; enrollmentId: string | null }> {
  const { enrollInCourse } = await client.request<{
    enrollInCourse: { __typename: EnrollOutcome; enrollment?: { id: string } };
  }>(ENROLL, { input: { courseId } });
  const { __typename: outcome, enrollment } = enrollInCourse;
  return { outcome, enrollmentId: enrollment?.id ?? null };
}

/** Takes part in a course that is open; @returns the enrollment's id */
export async function enroll(client: GraphClient, courseId: string): Promise<string> {
  const { outcome, enrollmentId } = await askToEnroll(client, courseId);
  if (outcome !== 'Enrolled' || !enrollmentId) throw new Error(`Enrolling came to ${outcome}.`);
  return enrollmentId;
}

export interface Learning {
  enrollmentId: string;
  /** What the learner knows; see `answerKeys`. */
  keys: AnswerKeys;
  /** How many quizzes are answered wrongly at first. */
  mistakes?: number;
  /** Told of each attempt at a quiz. */
  onAttempt?: (attempt: Attempt) => void;
}

export interface Attempt {
  id: string;
  number: number;
  percent: number;
  passed: boolean;
}

/** Does what completes each topic, in order. What was done before is not counted again. */
export async function completeCourse(
  client: GraphClient,
  content: Pick<CourseContent, 'topics'>,
  learning: Learning & {
    beforeTopic?: (topic: TopicContent, index: number) => void;
    afterTopic?: (topic: TopicContent, index: number) => Promise<void>;
  },
): Promise<void> {
  let mistakes = learning.mistakes ?? 0;
  for (const [index, topic] of content.topics.entries()) {
    learning.beforeTopic?.(topic, index);
    mistakes -= await completeTopic(client, topic, { ...learning, mistakes });
    await learning.afterTopic?.(topic, index);
  }
}

/**
 * Opens what is in a topic, answers its quizzes and says that it is done, as its rule wants it.
 * @returns how many quizzes were answered wrongly at first
 */
export async function completeTopic(
  client: GraphClient,
  topic: TopicContent,
  learning: Learning,
): Promise<number> {
  const { enrollmentId } = learning;
  await openTopic(client, topic, enrollmentId);
  let mistakes = 0;
  if (topic.completionRule === 'QUIZ_SCORE') {
    for (const block of topic.blocks) {
      if (block.kind !== 'QUIZ') continue;
      // One that may be handed in once only is not risked.
      const risky = mistakes < (learning.mistakes ?? 0) && block.attemptsAllowed !== 1;
      if (risky) {
        await answerQuiz(client, block, learning, 'WRONG');
        mistakes += 1;
      }
      await answerQuiz(client, block, learning, 'RIGHT');
    }
  }
  if (topic.completionRule === 'MANUAL') {
    await client.request(
      `mutation CompleteTopic($input: CompleteTopicInput!) { completeTopic(input: $input) { id } }`,
      { input: { enrollmentId, topicId: topic.id } },
    );
  }
  return mistakes;
}

interface Receipt {
  recordActivities: { rejected: { code: string; message: string }[] };
}

/** Opens every block of a topic. */
export async function openTopic(
  client: GraphClient,
  topic: TopicContent,
  enrollmentId: string,
): Promise<void> {
  const occurredAt = new Date().toISOString();
  const blocks: { id?: string; kind?: string }[] = topic.blocks.length > 0 ? topic.blocks : [{}];
  const inputs = blocks.map(({ id: blockId, kind }) => ({
    id: stableId('viewed', enrollmentId, topic.id, blockId ?? ''),
    ...{ enrollmentId, topicId: topic.id, blockId, occurredAt },
    kind: kind === 'VIDEO' ? 'WATCHED' : 'VIEWED',
    durationSeconds: kind === 'VIDEO' ? 60 : 20,
  }));
  const { recordActivities } = await client.request<Receipt>(
    `mutation OpenTopic($inputs: [ActivityInput!]!) {
      recordActivities(inputs: $inputs) { rejected { code message } }
    }`,
    { inputs },
  );
  const [rejected] = recordActivities.rejected;
  if (rejected) throw new Error(`“${topic.title}” was not recorded: ${rejected.message}`);
}

/** Hands in a quiz, with every answer right or every one wrong. */
export async function answerQuiz(
  client: GraphClient,
  quiz: QuizContent,
  { enrollmentId, keys, onAttempt }: Learning,
  how: 'RIGHT' | 'WRONG',
): Promise<Attempt> {
  const ofQuiz = keys.get(quiz.id);
  const answers = quiz.questions.map((question) => {
    const key = ofQuiz?.get(question.id);
    if (!key) throw new Error('The answer key lacks a question.');
    return how === 'RIGHT' ? rightAnswer(question, key) : wrongAnswer(question, key);
  });
  const submissionId = stableId('attempt', enrollmentId, quiz.id, how);
  const { submitAnswer } = await client.request<{ submitAnswer: Attempt }>(
    `mutation Answer($input: SubmitAnswerInput!) {
      submitAnswer(input: $input) { id number percent passed }
    }`,
    { input: { enrollmentId, blockId: quiz.id, answers, submissionId } },
  );
  onAttempt?.(submitAnswer);
  return submitAnswer;
}
