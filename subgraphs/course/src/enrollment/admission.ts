import type { Course, Enrollment } from '../../generated/prisma/client.js';
import type { EnrollmentSource } from '../../generated/prisma/enums.js';
import type { AnyTx } from '../service-types.js';
import { decide } from './enrollment.rules.js';
import type { SeatKeeper } from './seat-keeper.js';

/** What came of a wish to enroll. */
export type Admitted =
  | { kind: 'ENROLLED' | 'WAITLISTED'; enrollment: Enrollment }
  | { kind: 'PAYMENT_REQUIRED'; courseId: string }
  | { kind: 'PREREQUISITES_UNMET'; missingIds: string[] };

/** Decides who may enroll, whatever brings them: a click, staff, a purchase, a learning path. */
export class Admission {
  constructor(private readonly seats: SeatKeeper) {}

  /** @param course published, and locked by this transaction */
  async request(
    tx: AnyTx,
    course: Course,
    learnerId: string,
    source: EnrollmentSource,
  ): Promise<Admitted> {
    const { prisma } = tx;
    const courseId = course.id;
    const previous = await prisma.enrollment.findFirst({ where: { courseId, learnerId } });
    const byStaff = source === 'STAFF';
    const missing = byStaff ? [] : await this.#missing(tx, courseId, learnerId);
    const entitled =
      !byStaff &&
      course.paymentRequired &&
      (await prisma.entitlement.findFirst({ where: { courseId, holderId: learnerId } })) !== null;

    const decision = decide({
      status: previous?.status ?? null,
      missingPrerequisites: missing.length,
      paymentRequired: course.paymentRequired,
      entitled,
      byStaff,
      capacity: course.capacity,
      seatsTaken: course.seatsTaken,
    });
    const place = { course, learnerId, previous };
    const reason = entitled ? 'PURCHASE' : source;
    switch (decision) {
      case 'ALREADY_ENROLLED':
        return { kind: 'ENROLLED', enrollment: previous! };
      case 'ALREADY_WAITING':
        return { kind: 'WAITLISTED', enrollment: previous! };
      case 'PREREQUISITES_UNMET':
        return { kind: 'PREREQUISITES_UNMET', missingIds: missing };
      case 'PAYMENT_REQUIRED':
        return { kind: 'PAYMENT_REQUIRED', courseId };
      case 'SEAT':
        return { kind: 'ENROLLED', enrollment: await this.seats.seat(tx, place, reason) };
      case 'WAITLIST':
        return {
          kind: 'WAITLISTED',
          enrollment: await this.seats.putOnWaitlist(tx, place, reason),
        };
    }
  }

  /**
   * For a course that opens (again), after a time when it took nobody in: seats those on its
   * waitlist, then enrolls whoever paid meanwhile, in the order in which they paid.
   * @param course published, and locked by this transaction
   */
  async admitWaiting(tx: AnyTx, course: Course): Promise<void> {
    const { id: courseId, organizationId } = course;
    await this.seats.promote(tx, courseId);
    // Who left is not brought back, unless they have paid since.
    const paid = await tx.prisma.$queryRaw<{ holderId: string }[]>`
      SELECT p.holder_id AS "holderId"
      FROM entitlement p
      LEFT JOIN enrollment e ON e.course_id = p.course_id AND e.learner_id = p.holder_id
      WHERE p.organization_id = ${organizationId}::uuid AND p.course_id = ${courseId}::uuid
        AND (e.id IS NULL OR (e.status = 'WITHDRAWN' AND e.withdrawn_at < p.granted_at))
      GROUP BY p.holder_id ORDER BY min(p.granted_at), p.holder_id`;
    for (const { holderId } of paid) {
      // Each may take the last seat.
      const now = await tx.prisma.course.findFirstOrThrow({ where: { id: courseId } });
      await this.request(tx, now, holderId, 'PURCHASE');
    }
  }

  async #missing({ prisma }: AnyTx, courseId: string, learnerId: string): Promise<string[]> {
    const missing = await prisma.coursePrerequisite.findMany({
      where: {
        courseId,
        prerequisite: { enrollments: { none: { learnerId, completedAt: { not: null } } } },
      },
      select: { prerequisiteId: true },
    });
    return missing.map(({ prerequisiteId }) => prerequisiteId);
  }
}
