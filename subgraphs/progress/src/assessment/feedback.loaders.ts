import type { RequestContext } from '@lyceum/platform/context';
import type { Database } from '@lyceum/platform/database';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type { AssessmentAttempt, PrismaClient } from '../../generated/prisma/client.js';
import type { CourseStructures } from '../course-structure/course-structure.service.js';
import { attemptGrants } from '../quiz-progress/attempt-grant.rows.js';
import { attemptsAllowed } from '../quiz-progress/attempts-allowed.rules.js';
import { isFeedbackOpen } from './feedback.rules.js';

type Attempt = Pick<AssessmentAttempt, 'courseId' | 'enrollmentId' | 'blockId' | 'number'>;

/** Whether feedback may be shown, for all attempts of a request in as many statements as for one. */
export class FeedbackLoaders {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly structures: CourseStructures,
  ) {}

  /**
   * By what the published course says now, over all attempts that were made. False for a quiz that
   * the course no longer has: what its author set is not known any more.
   */
  isOpen({ courseId, enrollmentId, blockId, number }: Attempt, context: RequestContext) {
    // With the number: an attempt made within the request may open what was closed before.
    const key = [courseId, enrollmentId, blockId, number].join(' ');
    return context.loader(this.#open).load(key);
  }

  readonly #open = async (
    keys: readonly string[],
    { viewer }: RequestContext,
  ): Promise<boolean[]> => {
    const { organizationId } = requireSignedIn(viewer);
    const prisma = this.database.of(requireSignedIn(viewer));
    const wanted = keys.map((key) => key.split(' ') as [string, string, string, string]);
    const courseIds = [...new Set(wanted.map(([courseId]) => courseId))];
    const outlines = await this.structures.outlines(prisma, organizationId, courseIds);
    const tries = await prisma.$queryRaw<
      { enrollmentId: string; blockId: string; passed: boolean; made: number }[]
    >`
      SELECT enrollment_id AS "enrollmentId", block_id AS "blockId",
        bool_or(passed) AS passed, count(*)::int AS made
      FROM assessment_attempt
      WHERE organization_id = ${organizationId}::uuid
        AND (enrollment_id, block_id) IN (
          SELECT * FROM unnest(${wanted.map(([, id]) => id)}::uuid[], ${wanted.map(([, , id]) => id)}::uuid[]))
      GROUP BY enrollment_id, block_id`;
    const grants = await attemptGrants(prisma, organizationId, [
      ...new Set(wanted.map(([, enrollmentId]) => enrollmentId)),
    ]);
    const byQuiz = new Map(tries.map((row) => [`${row.enrollmentId} ${row.blockId}`, row]));
    return wanted.map(([courseId, enrollmentId, blockId]) => {
      const quiz = outlines.get(courseId)?.quizById.get(blockId);
      const made = byQuiz.get(`${enrollmentId} ${blockId}`);
      if (!quiz || !made) return false;
      return isFeedbackOpen(quiz.showFeedback, {
        ...made,
        attemptsAllowed: attemptsAllowed(
          quiz.attemptsAllowed,
          grants.get(enrollmentId)?.get(blockId) ?? [],
        ),
      });
    });
  };
}
