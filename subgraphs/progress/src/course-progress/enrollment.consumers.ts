import { enrollmentCreated, enrollmentWithdrawn } from '@lyceum/events/course';
import { on } from '@lyceum/platform/consumers';

/** Each enrollment has a row of progress from its beginning, with nothing done. */
export function enrollmentConsumers(reevaluateSoon: () => void) {
  return [
    on(enrollmentCreated, async ({ organizationId, data }, tx) => {
      const [written] = await tx.prisma.$queryRaw<{ outdated: boolean }[]>`
        INSERT INTO course_progress AS p (id, organization_id, course_id, learner_id, enrolled_at,
          structure_version, total_topics, next_topic_id)
        SELECT e.id, ${organizationId}::uuid, e.course_id, e.learner_id, e.enrolled_at,
          COALESCE(s.version_number, 0), COALESCE(cardinality(s.topic_ids), 0), s.topic_ids[1]
        FROM (VALUES (${data.enrollmentId}::uuid, ${data.courseId}::uuid, ${data.learnerId}::uuid,
          ${data.enrolledAt}::timestamptz)) AS e(id, course_id, learner_id, enrolled_at)
        LEFT JOIN course_structure s
          ON s.course_id = e.course_id AND s.organization_id = ${organizationId}::uuid
        ON CONFLICT (id) DO UPDATE SET withdrawn_at = NULL
          WHERE p.organization_id = excluded.organization_id
        RETURNING structure_version < (SELECT version_number FROM course_structure s
          WHERE s.course_id = p.course_id) AS outdated`;
      if (!written?.outdated) return;
      // Someone came back after a newer version was published; see reevaluation.ts.
      await tx.prisma.$executeRaw`
        UPDATE course_structure SET reevaluated_version = 0
        WHERE course_id = ${data.courseId}::uuid AND organization_id = ${organizationId}::uuid`;
      tx.afterCommit(reevaluateSoon);
    }),

    on(enrollmentWithdrawn, async ({ organizationId, data }, tx) => {
      await tx.prisma.$executeRaw`
        UPDATE course_progress SET withdrawn_at = ${data.withdrawnAt}::timestamptz
        WHERE id = ${data.enrollmentId}::uuid AND organization_id = ${organizationId}::uuid`;
    }),
  ];
}
