import { setTimeout as pause } from 'node:timers/promises';
import { GraphError, type GraphClient } from '@lyceum/standalone/graph-client';
import { RIGHT_WORD, type TestCourse } from './courses.js';

/** A learner of the replay. */
export interface Enrolled {
  readonly learnerId: string;
  readonly enrollmentId: string;
}

export interface SeededRecord {
  readonly id: string;
  readonly enrollmentId: string;
  readonly topicId: string;
  readonly kind: 'INTERACTED';
  readonly occurredAt: string;
  readonly count: number;
}

/** The same numbers for the same seed (mulberry32), from 0 up to 1. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Records of what learners did over a month, made up, the same for the same seed. */
export function makeRecords(
  learners: readonly Enrolled[],
  course: TestCourse,
  howMany: number,
  seed: number,
): SeededRecord[] {
  const random = seededRandom(seed);
  const among = (most: number) => Math.floor(random() * most);
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => among(16).toString(16)).join('');
  return Array.from({ length: howMany }, (_, place) => ({
    id: `${hex(8)}-${hex(4)}-8${hex(3)}-8${hex(3)}-${hex(12)}`,
    enrollmentId: learners[among(learners.length)]!.enrollmentId,
    topicId: among(2) === 0 ? course.pageTopicId : course.quizTopicId,
    kind: 'INTERACTED',
    occurredAt: new Date(
      Date.UTC(2024, 0, 1 + Math.floor((30 * place) / howMany), 12),
    ).toISOString(),
    count: 1 + among(20),
  }));
}

const PATIENCE_MS = 45_000;

/** Does it until it has worked, as clients do whose platform goes away: what is done may be done twice. */
export async function persist<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const passing =
        !(error instanceof GraphError) ||
        ['SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR'].includes(error.code ?? '');
      if (!passing || Date.now() > deadline) throw error;
      await pause(150);
    }
  }
}

export async function sendRecords(
  client: GraphClient,
  inputs: readonly SeededRecord[],
): Promise<void> {
  const { recordActivities: receipt } = await persist(() =>
    client.request<{
      recordActivities: { accepted: number; duplicates: number; rejected: unknown[] };
    }>(
      `mutation ($inputs: [ActivityInput!]!) { recordActivities(inputs: $inputs) {
        accepted duplicates rejected { code } } }`,
      { inputs },
    ),
  );
  if (receipt.accepted + receipt.duplicates !== inputs.length) {
    throw new Error(`Of ${inputs.length} records came back ${JSON.stringify(receipt)}`);
  }
}

/** Views the page and answers the quiz: the course is completed. Ids are made once, as clients should. */
export async function completeCourse(
  client: GraphClient,
  { enrollmentId }: Pick<Enrolled, 'enrollmentId'>,
  course: TestCourse,
): Promise<void> {
  const input = {
    id: crypto.randomUUID(),
    enrollmentId,
    topicId: course.pageTopicId,
    kind: 'VIEWED',
    occurredAt: '2024-02-01T12:00:00.000Z',
  };
  await persist(() =>
    client.request(
      `mutation ($input: ActivityInput!) { recordActivity(input: $input) { accepted } }`,
      { input },
    ),
  );
  const submission = {
    enrollmentId,
    blockId: course.quizBlockId,
    submissionId: crypto.randomUUID(),
    answers: [
      { questionId: 'q1', choiceIds: ['b'] },
      { questionId: 'q2', text: RIGHT_WORD },
    ],
  };
  await persist(() =>
    client.request(
      `mutation ($input: SubmitAnswerInput!) { submitAnswer(input: $input) { passed } }`,
      { input: submission },
    ),
  );
}

/** Presses "pay" until the provider took it; a second press decides nothing. */
export async function pay(paymentUrl: string): Promise<void> {
  await persist(async () => {
    const response = await fetch(paymentUrl, {
      method: 'POST',
      body: new URLSearchParams({ decision: 'pay' }),
    });
    if (!response.ok) throw new Error(`The payment page answered ${response.status}`);
    await response.body?.cancel();
  });
}
