import { attemptSubmitted } from '@lyceum/events/progress';
import type { Clock } from '@lyceum/platform/clock';
import type { Database, Queries } from '@lyceum/platform/database';
import { badInput, conflict, notFound } from '@lyceum/platform/errors';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { AssessmentAttempt, Prisma, PrismaClient } from '../../generated/prisma/client.js';
import { bestPercents } from '../completion/completion.rows.js';
import { isTopicComplete } from '../completion/completion.rules.js';
import { applyChanges, ofLearner, type Work } from '../completion/completion.service.js';
import type { Arrivals } from '../course-progress/arrivals.js';
import { openForRecording } from '../course-progress/course-progress.service.js';
import type { CourseProgressRow } from '../course-progress/course-progress.rows.js';
import type { CourseOutline, Quiz } from '../course-structure/course-outline.rules.js';
import type { CourseStructures } from '../course-structure/course-structure.service.js';
import { addTotals } from '../activity/activity.rows.js';
import { attemptGrants } from '../quiz-progress/attempt-grant.rows.js';
import { attemptsAllowed } from '../quiz-progress/attempts-allowed.rules.js';
import { mark, unacceptable, type Answer, type Mark } from './marking.rules.js';

export interface Submission {
  readonly enrollmentId: string;
  readonly blockId: string;
  readonly submissionId: string | null;
  readonly answers: readonly Answer[];
}

const UNACCEPTABLE = {
  UNKNOWN_QUESTION: 'The quiz has no such question.',
  ANSWERED_TWICE: 'This question is answered twice.',
  UNKNOWN_CHOICE: 'The question has no such choice.',
} as const;

/** Characters of a question or an answer that go into an event. */
const EXCERPT = 500;

export class AssessmentService {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly structures: CourseStructures,
    private readonly arrivals: Arrivals,
    private readonly clock: Clock,
  ) {}

  /** Marks a quiz. The enrollment is locked, so that no two attempts take the last one left. */
  async submit(viewer: SignedIn, submission: Submission): Promise<AssessmentAttempt> {
    await this.arrivals.waitFor(viewer, [submission.enrollmentId]);
    return this.database.transaction(viewer, async (tx) => {
      const { row, outline } = await openForRecording(
        tx,
        this.structures,
        viewer,
        submission.enrollmentId,
      );
      const quiz = outline.quizById.get(submission.blockId);
      if (!quiz) throw notFound('QuizBlock');
      const repeated = await findRepeated(tx.prisma, submission);
      if (repeated) return repeated;
      const turn = await nextTurn(tx.prisma, row, quiz);
      const wrong = unacceptable(quiz.questions, submission.answers);
      if (wrong) {
        const path = ['input', 'answers', wrong.index];
        throw badInput(path, wrong.reason, UNACCEPTABLE[wrong.reason]);
      }
      const now = this.clock.now();
      const marked = mark(quiz.questions, quiz.passingPercent, submission.answers);
      const attempt = await tx.prisma.assessmentAttempt.create({
        data: attemptRow(row, outline, quiz, submission, marked, turn, now),
      });
      tx.record(attemptSubmitted, {
        aggregateId: row.id,
        data: {
          ...ofLearner(row),
          attemptId: attempt.id,
          topicId: quiz.topicId,
          blockId: quiz.blockId,
          number: turn.number,
          score: marked.score,
          maxScore: marked.maxScore,
          passed: marked.passed,
          submittedAt: now.toISOString(),
          answers: marked.answers.map(({ questionId, prompt, response, correct }) => ({
            questionId,
            prompt: excerpt(prompt),
            response: excerpt(response),
            correct,
          })),
        },
      });
      await progressed(tx, viewer.organizationId, row, outline, quiz, now);
      return attempt;
    });
  }
}

/** Events are bounded, and those who read them want to recognize a text, not to reprint it. */
function excerpt(text: string): string {
  const characters = Array.from(text.slice(0, 2 * EXCERPT));
  return characters.length > EXCERPT ? `${characters.slice(0, EXCERPT).join('')}…` : text;
}

async function findRepeated(
  prisma: Queries<PrismaClient>,
  { enrollmentId, submissionId, blockId }: Submission,
): Promise<AssessmentAttempt | null> {
  if (submissionId === null) return null;
  const known = await prisma.assessmentAttempt.findFirst({ where: { enrollmentId, submissionId } });
  if (known && known.blockId !== blockId) {
    throw conflict('SUBMISSION_ID_REUSED', 'This submission id belongs to another quiz.');
  }
  return known;
}

/** Which attempt the next one is, and how many there may be, with what staff granted. */
interface Turn {
  readonly number: number;
  readonly allowed: number | null;
}

async function nextTurn(
  prisma: Queries<PrismaClient>,
  { id: enrollmentId, organizationId }: CourseProgressRow,
  { blockId, attemptsAllowed: limit }: Quiz,
): Promise<Turn> {
  const made = await prisma.assessmentAttempt.count({ where: { enrollmentId, blockId } });
  const grants = await attemptGrants(prisma, organizationId, [enrollmentId]);
  const allowed = attemptsAllowed(limit, grants.get(enrollmentId)?.get(blockId) ?? []);
  if (allowed !== null && made >= allowed) {
    const message = 'No attempts at this quiz are left. Who teaches the course can grant more.';
    throw conflict('NO_ATTEMPTS_LEFT', message, { attemptsAllowed: allowed });
  }
  return { number: made + 1, allowed };
}

function attemptRow(
  row: CourseProgressRow,
  outline: CourseOutline,
  quiz: Quiz,
  { submissionId }: Submission,
  { answers, ...marks }: Mark,
  { number, allowed }: Turn,
  now: Date,
): Prisma.AssessmentAttemptUncheckedCreateInput {
  return {
    ...marks,
    ...ofLearner(row),
    id: newId(),
    organizationId: row.organizationId,
    topicId: quiz.topicId,
    blockId: quiz.blockId,
    submissionId,
    number,
    attemptsAllowed: allowed,
    structureVersion: outline.versionNumber,
    submittedAt: now,
    answers: answers.map((answer) => ({ ...answer })),
  };
}

/** Who answered a quiz has opened it, and may have completed its topic. */
async function progressed(
  work: Work,
  organizationId: string,
  row: CourseProgressRow,
  outline: CourseOutline,
  quiz: Quiz,
  now: Date,
): Promise<void> {
  const key = { enrollmentId: row.id, topicId: quiz.topicId };
  const nothing = { views: 0, interactions: 0, durationSeconds: 0, seen: false };
  const seenBlockIds = new Set([quiz.blockId]);
  const [facts] = await addTotals(work.prisma, organizationId, [
    { ...key, ...nothing, seenBlockIds, firstAt: now, lastAt: now },
  ]);
  const best = await bestPercents(work.prisma, organizationId, [row.id]);
  const topic = outline.topicById.get(quiz.topicId)!;
  const known = { ...facts!, bestPercents: best.get(row.id) ?? new Map<string, number>() };
  const completedNow = !facts!.completed && isTopicComplete(topic, known) ? [topic] : [];
  const change = { row, outline, completedNow, firstAt: now, lastAt: now };
  await applyChanges(work, organizationId, [change], now);
}
