import type { RequestContext } from '@lyceum/platform/context';
import type { Database, Queries } from '@lyceum/platform/database';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type { PrismaClient } from '../../generated/prisma/client.js';
import type { Quiz } from '../course-structure/course-outline.rules.js';
import { attemptGrants, type AttemptGrantRow } from './attempt-grant.rows.js';
import { attemptsAllowed, attemptsLeft } from './attempts-allowed.rules.js';
import type { QuizProgress } from './quiz-progress.types.js';

interface Attempts {
  enrollmentId: string;
  blockId: string;
  made: number;
  bestPercent: number;
  passed: boolean;
}

/** What a learner did in quizzes, and was granted for them; by block id. */
export interface QuizFacts {
  readonly attempts: ReadonlyMap<string, Attempts>;
  readonly grants: ReadonlyMap<string, readonly AttemptGrantRow[]>;
}

/** In the order of the enrollments; two statements for any number. */
export async function quizFacts(
  prisma: Pick<Queries<PrismaClient>, '$queryRaw' | '$executeRaw'>,
  organizationId: string,
  enrollmentIds: readonly string[],
): Promise<QuizFacts[]> {
  const rows = await prisma.$queryRaw<Attempts[]>`
    SELECT enrollment_id AS "enrollmentId", block_id AS "blockId", count(*)::int AS made,
      max(percent) AS "bestPercent", bool_or(passed) AS passed
    FROM assessment_attempt
    WHERE organization_id = ${organizationId}::uuid
      AND enrollment_id = ANY(${[...enrollmentIds]}::uuid[])
    GROUP BY enrollment_id, block_id`;
  const grants = await attemptGrants(prisma, organizationId, enrollmentIds);
  return enrollmentIds.map((id) => ({
    attempts: new Map(
      rows.filter((row) => row.enrollmentId === id).map((row) => [row.blockId, row]),
    ),
    grants: grants.get(id) ?? new Map<string, AttemptGrantRow[]>(),
  }));
}

export function quizProgressOf(
  enrollmentId: string,
  quiz: Quiz,
  { attempts, grants }: QuizFacts,
): QuizProgress {
  const given = grants.get(quiz.blockId) ?? [];
  const attempt = attempts.get(quiz.blockId);
  const made = attempt?.made ?? 0;
  const allowed = attemptsAllowed(quiz.attemptsAllowed, given);
  return {
    enrollmentId,
    blockId: quiz.blockId,
    topic: { id: quiz.topicId },
    attemptsAllowed: allowed,
    attemptsMade: made,
    attemptsLeft: attemptsLeft(allowed, made),
    bestPercent: attempt?.bestPercent ?? null,
    passed: attempt?.passed ?? false,
    grants: given.map(({ id, attempts: granted, reason, grantedBy, grantedAt }) => ({
      ...{ id, attempts: granted, reason, grantedAt },
      grantedBy: { id: grantedBy },
    })),
  };
}

export class QuizProgressLoaders {
  constructor(private readonly database: Database<PrismaClient>) {}

  /** By enrollment; for enrollments that the viewer was found to see. */
  readonly facts = async (
    enrollmentIds: readonly string[],
    context: RequestContext,
  ): Promise<QuizFacts[]> => {
    const viewer = requireSignedIn(context.viewer);
    return quizFacts(this.database.of(viewer), viewer.organizationId, enrollmentIds);
  };
}
