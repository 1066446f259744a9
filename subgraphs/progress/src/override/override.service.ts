import { attemptsGranted, topicCompletedFor } from '@lyceum/events/progress';
import type { Clock } from '@lyceum/platform/clock';
import type { Database, Transaction } from '@lyceum/platform/database';
import { badInput, conflict, notFound } from '@lyceum/platform/errors';
import { newId } from '@lyceum/platform/ids';
import { requirePermission } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { applyChanges, ofLearner } from '../completion/completion.service.js';
import type { Arrivals } from '../course-progress/arrivals.js';
import type { CourseProgressRow } from '../course-progress/course-progress.rows.js';
import { openEnrollment, type OpenEnrollment } from '../course-progress/course-progress.service.js';
import type { CourseOutline, Quiz } from '../course-structure/course-outline.rules.js';
import type { CourseStructures } from '../course-structure/course-structure.service.js';
import { GRANT_REFUSALS, grantRefusal } from '../quiz-progress/attempts-allowed.rules.js';
import { quizFacts, quizProgressOf } from '../quiz-progress/quiz-progress.loaders.js';
import type { QuizProgress } from '../quiz-progress/quiz-progress.types.js';

export interface AttemptsToGrant {
  readonly enrollmentId: string;
  readonly blockId: string;
  readonly attempts: number;
  readonly reason: string;
}

export interface TopicToComplete {
  readonly enrollmentId: string;
  readonly topicId: string;
  readonly reason: string;
}

/** What staff of a course do for a learner whom its rules have locked out. */
export class OverrideService {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly structures: CourseStructures,
    private readonly arrivals: Arrivals,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws NOT_FOUND; PERMISSION_DENIED; BAD_USER_INPUT (NOT_A_QUIZ); CONFLICT (ATTEMPTS_UNLIMITED,
   *   TOO_MANY_GRANTED, WITHDRAWN)
   */
  async grantAttempts(viewer: SignedIn, given: AttemptsToGrant): Promise<QuizProgress> {
    await this.arrivals.waitFor(viewer, [given.enrollmentId]);
    return this.database.transaction(viewer, async (tx) => {
      const { row, outline } = await this.#open(tx, viewer, given.enrollmentId);
      const { id: enrollmentId, organizationId } = row;
      const quiz = requireQuiz(outline, given.blockId);
      const { blockId } = quiz;
      const [before] = await quizFacts(tx.prisma, organizationId, [enrollmentId]);
      const { attempts, reason } = given;
      const grants = before!.grants.get(blockId) ?? [];
      const refusal = grantRefusal(quiz.attemptsAllowed, grants, attempts);
      if (refusal) throw conflict(refusal, GRANT_REFUSALS[refusal]);
      const grant = {
        ...{ id: newId(), organizationId, enrollmentId, blockId, attempts, reason },
        attemptsMade: before!.attempts.get(blockId)?.made ?? 0,
        grantedBy: viewer.userId,
        grantedAt: this.clock.now(),
      };
      await tx.prisma.attemptGrant.create({ data: grant });
      const after = new Map(before!.grants).set(blockId, [...grants, grant]);
      const progress = quizProgressOf(enrollmentId, quiz, { ...before!, grants: after });
      tx.record(attemptsGranted, {
        aggregateId: enrollmentId,
        data: {
          ...ofLearner(row),
          ...{ grantId: grant.id, topicId: quiz.topicId, blockId, attempts, reason },
          ...{ courseTitle: outline.title, quizTitle: quiz.title },
          attemptsAllowed: progress.attemptsAllowed!,
          attemptsLeft: progress.attemptsLeft!,
          grantedBy: grant.grantedBy,
          grantedAt: grant.grantedAt.toISOString(),
        },
      });
      return progress;
    });
  }

  /**
   * Completes a topic in the learner's place. One that is complete already stays as it was.
   * @throws NOT_FOUND; PERMISSION_DENIED; CONFLICT (WITHDRAWN)
   */
  async completeTopicFor(viewer: SignedIn, given: TopicToComplete): Promise<CourseProgressRow> {
    await this.arrivals.waitFor(viewer, [given.enrollmentId]);
    return this.database.transaction(viewer, async (tx) => {
      const { row, outline } = await this.#open(tx, viewer, given.enrollmentId);
      const topic = outline.topicById.get(given.topicId);
      if (!topic) throw notFound('Topic');
      const { topicId, reason } = given;
      const where = { enrollmentId_topicId: { enrollmentId: row.id, topicId } };
      const known = await tx.prisma.topicProgress.findUnique({ where });
      if (known?.completedAt) return row;
      const now = this.clock.now();
      const completedFor = { topicId, completedBy: viewer.userId, reason };
      // Without times: the learner has done nothing, so nothing began and nothing went on.
      const change = { row, outline, completedNow: [topic], completedFor };
      await applyChanges(tx, viewer.organizationId, [change], now);
      const after = await tx.prisma.courseProgress.findUniqueOrThrow({ where: { id: row.id } });
      tx.record(topicCompletedFor, {
        aggregateId: row.id,
        data: {
          ...ofLearner(row),
          ...completedFor,
          topicTitle: topic.title,
          courseTitle: outline.title,
          completedAt: now.toISOString(),
          completesCourse: row.completedAt === null && after.completedAt !== null,
        },
      });
      return after;
    });
  }

  /** Says which permission is missing, to everyone of the organization: who teaches knows whom they help. */
  async #open(
    tx: Transaction<PrismaClient>,
    viewer: SignedIn,
    enrollmentId: string,
  ): Promise<OpenEnrollment> {
    return openEnrollment(tx, this.structures, viewer, enrollmentId, ({ courseId }) => {
      requirePermission(viewer, 'progress:override', { courseId });
    });
  }
}

function requireQuiz(outline: CourseOutline, blockId: string): Quiz {
  const quiz = outline.quizById.get(blockId);
  if (quiz) return quiz;
  if (!outline.topics.some((topic) => topic.blockIds.has(blockId))) throw notFound('QuizBlock');
  throw badInput(['input', 'blockId'], 'NOT_A_QUIZ', 'This block is not a quiz.');
}
