import { accountRegistered } from '@lyceum/events/auth';
import { entitlementGranted, offersChanged } from '@lyceum/events/billing';
import { courseCompleted } from '@lyceum/events/progress';
import { on } from '@lyceum/platform/consumers';
import type { EnrollmentSource } from '../../generated/prisma/enums.js';
import type { EventTx } from '../service-types.js';
import type { Admission } from './admission.js';
import type { SeatKeeper } from './seat-keeper.js';

/** What other services tell that opens or closes courses for learners. */
export function enrollmentConsumers(seats: SeatKeeper, admission: Admission) {
  /** Enrolls if the course can be entered now; what is in the way stays in the way. */
  async function admit(
    tx: EventTx,
    courseId: string,
    learnerId: string,
    source: EnrollmentSource,
  ): Promise<void> {
    const course = await seats.lock(tx, courseId);
    if (course?.status !== 'PUBLISHED') return;
    await admission.request(tx, course, learnerId, source);
  }

  /** Courses that the learner paid for, or meets on a path, and that this completion may open. */
  async function nowOpen(
    tx: EventTx,
    completedId: string,
    learnerId: string,
  ): Promise<{ courseId: string; source: EnrollmentSource }[]> {
    const needing = await tx.prisma.coursePrerequisite.findMany({
      where: { prerequisiteId: completedId },
      select: { courseId: true },
      orderBy: { courseId: 'asc' },
    });
    if (needing.length === 0) return [];
    const courseIds = needing.map(({ courseId }) => courseId);
    const [paid, met, known] = [
      await tx.prisma.entitlement.findMany({
        where: { holderId: learnerId, courseId: { in: courseIds } },
      }),
      await tx.prisma.learningPathCourse.findMany({
        where: {
          courseId: { in: courseIds },
          learningPath: { status: 'PUBLISHED', members: { some: { learnerId } } },
        },
      }),
      // Whoever left a course is not brought back by completing another.
      await tx.prisma.enrollment.findMany({ where: { learnerId, courseId: { in: courseIds } } }),
    ];
    const bought = new Set(paid.map(({ courseId }) => courseId));
    const onPath = new Set(met.map(({ courseId }) => courseId));
    const entered = new Set(known.map(({ courseId }) => courseId));
    return courseIds
      .filter((id) => !entered.has(id) && (bought.has(id) || onPath.has(id)))
      .map((courseId) => ({
        courseId,
        source: bought.has(courseId) ? 'PURCHASE' : 'LEARNING_PATH',
      }));
  }

  return [
    on(accountRegistered, async ({ data }, tx: EventTx) => {
      await tx.prisma.person.createMany({
        data: [{ id: data.userId, organizationId: data.organization.id }],
        skipDuplicates: true,
      });
    }),

    on(offersChanged, async ({ data }, tx: EventTx) => {
      await tx.prisma.course.updateMany({
        where: { id: data.courseId },
        data: { paymentRequired: data.paymentRequired },
      });
    }),

    on(entitlementGranted, async ({ data, organizationId }, tx: EventTx) => {
      const { entitlementId, holderId, courseId, orderId, grantedAt } = data;
      await tx.prisma.entitlement.createMany({
        data: [{ id: entitlementId, organizationId, holderId, courseId, orderId, grantedAt }],
        skipDuplicates: true,
      });
      await admit(tx, courseId, holderId, 'PURCHASE');
    }),

    on(courseCompleted, async ({ data }, tx: EventTx) => {
      const { enrollmentId, courseId, learnerId, completedAt } = data;
      if (!(await seats.lock(tx, courseId))) return;
      const where = { id: enrollmentId, courseId, learnerId, completedAt: null };
      await tx.prisma.enrollment.updateMany({ where, data: { completedAt } });
      // Whoever left meanwhile has completed it all the same, but holds no seat.
      await tx.prisma.enrollment.updateMany({
        where: { id: enrollmentId, status: { in: ['ACTIVE', 'SUSPENDED'] } },
        data: { status: 'COMPLETED' },
      });
      for (const { courseId: id, source } of await nowOpen(tx, courseId, learnerId)) {
        await admit(tx, id, learnerId, source);
      }
    }),
  ];
}
