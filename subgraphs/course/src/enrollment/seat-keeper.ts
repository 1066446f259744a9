import {
  enrollmentCreated,
  enrollmentWaitlisted,
  enrollmentWithdrawn,
} from '@lyceum/events/course';
import type { Clock } from '@lyceum/platform/clock';
import { isId, newId } from '@lyceum/platform/ids';
import type { Permission } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { Course, Enrollment } from '../../generated/prisma/client.js';
import type { EnrollmentSource } from '../../generated/prisma/enums.js';
import { requireOnCourse } from '../course/course.access.js';
import type { AnyTx } from '../service-types.js';
import { freeSeats } from './enrollment.rules.js';

interface Place {
  course: Pick<Course, 'id' | 'title' | 'organizationId'>;
  learnerId: string;
  /** The learner's enrollment from before; null when there never was one. */
  previous: Enrollment | null;
}

/**
 * Gives out and takes back the seats of courses. Every method but the locking ones expects the course to be
 * locked by the same transaction: that is what keeps seats from being sold twice, and whoever waits
 * in order. While there is a free seat nobody waits.
 */
export class SeatKeeper {
  constructor(private readonly clock: Clock) {}

  /** Locks the course until the transaction ends. Null when the organization has none such. */
  async lock({ prisma }: Pick<AnyTx, 'prisma'>, courseId: string): Promise<Course | null> {
    if (!isId(courseId)) return null;
    // An update that changes nothing locks the row and returns it as it now is, in one statement
    // that the organization's scope applies to.
    const [course] = await prisma.course.updateManyAndReturn({
      where: { id: courseId },
      data: { seatsTaken: { increment: 0 } },
    });
    return course ?? null;
  }

  /**
   * Locks the course for someone who has the permission. They are asked before as well as after:
   * whoever may not gets their answer without waiting, and without making anybody wait.
   * @throws PERMISSION_DENIED, NOT_FOUND
   */
  async lockAs(
    tx: Pick<AnyTx, 'prisma'>,
    viewer: SignedIn,
    permission: Permission,
    courseId: string,
  ): Promise<Course> {
    const found = isId(courseId)
      ? await tx.prisma.course.findFirst({ where: { id: courseId } })
      : null;
    requireOnCourse(viewer, permission, found);
    const course = await this.lock(tx, courseId);
    requireOnCourse(viewer, permission, course);
    return course!;
  }

  /** Seats the learner; someone who comes back after leaving gets the same enrollment again. */
  async seat(tx: AnyTx, place: Place, source: EnrollmentSource): Promise<Enrollment> {
    const now = this.clock.now();
    const enrollment = await this.#write(tx, place, {
      // Who completed the course before leaving it has still completed it.
      status: place.previous?.completedAt ? 'COMPLETED' : 'ACTIVE',
      source,
      waitlistNumber: null,
      enrolledAt: now,
      withdrawnAt: null,
    });
    await tx.prisma.course.updateMany({
      where: { id: place.course.id },
      data: { seatsTaken: { increment: 1 } },
    });
    this.#recordCreated(tx, place.course.title, enrollment);
    return enrollment;
  }

  /** Puts the learner at the end of the waitlist. */
  async putOnWaitlist(tx: AnyTx, place: Place, source: EnrollmentSource): Promise<Enrollment> {
    const now = this.clock.now();
    const [course] = await tx.prisma.course.updateManyAndReturn({
      where: { id: place.course.id },
      data: { waitlistCounter: { increment: 1 } },
      select: { waitlistCounter: true },
    });
    const enrollment = await this.#write(tx, place, {
      status: 'WAITLISTED',
      source,
      waitlistNumber: course!.waitlistCounter,
      waitlistedAt: now,
      withdrawnAt: null,
    });
    tx.record(enrollmentWaitlisted, {
      aggregateId: enrollment.id,
      data: {
        enrollmentId: enrollment.id,
        courseId: enrollment.courseId,
        courseTitle: place.course.title,
        learnerId: enrollment.learnerId,
        waitlistedAt: now.toISOString(),
      },
    });
    return enrollment;
  }

  /**
   * Takes the seat back and gives it to whoever waits longest. Someone who only waited leaves
   * without an event: for everybody else they never took part.
   * @param leftAt when they left; the seat is free from now on in any case
   */
  async withdraw(
    tx: AnyTx,
    course: Pick<Course, 'id' | 'title'>,
    enrollment: Enrollment,
    frees: 'FREES_SEAT' | 'LEAVES_WAITLIST',
    leftAt: Date,
  ): Promise<Enrollment> {
    const [withdrawn] = await tx.prisma.enrollment.updateManyAndReturn({
      where: { id: enrollment.id },
      data: { status: 'WITHDRAWN', withdrawnAt: leftAt, waitlistNumber: null },
    });
    if (frees === 'LEAVES_WAITLIST') return withdrawn!;
    await tx.prisma.course.updateMany({
      where: { id: course.id },
      data: { seatsTaken: { decrement: 1 } },
    });
    tx.record(enrollmentWithdrawn, {
      aggregateId: enrollment.id,
      data: {
        enrollmentId: enrollment.id,
        courseId: course.id,
        courseTitle: course.title,
        learnerId: enrollment.learnerId,
        withdrawnAt: leftAt.toISOString(),
      },
    });
    await this.promote(tx, course.id);
    return withdrawn!;
  }

  /** Seats as many of those who wait as there are free seats, in the order of the waitlist. */
  async promote(tx: AnyTx, courseId: string): Promise<void> {
    const course = await tx.prisma.course.findFirst({ where: { id: courseId } });
    if (!course || course.status !== 'PUBLISHED') return;
    const free = freeSeats(course);
    if (free === 0) return;
    const waiting = await tx.prisma.enrollment.findMany({
      where: { courseId, status: 'WAITLISTED' },
      orderBy: { waitlistNumber: 'asc' },
      ...(Number.isFinite(free) ? { take: free } : {}),
    });
    if (waiting.length === 0) return;
    const promoted = await tx.prisma.enrollment.updateManyAndReturn({
      where: { id: { in: waiting.map(({ id }) => id) } },
      data: {
        status: 'ACTIVE',
        source: 'WAITLIST',
        waitlistNumber: null,
        enrolledAt: this.clock.now(),
      },
    });
    await tx.prisma.course.updateMany({
      where: { id: courseId },
      data: { seatsTaken: { increment: promoted.length } },
    });
    const byId = new Map(promoted.map((enrollment) => [enrollment.id, enrollment]));
    for (const { id } of waiting) this.#recordCreated(tx, course.title, byId.get(id)!);
  }

  async #write(
    tx: AnyTx,
    { course, learnerId, previous }: Place,
    data: Omit<Partial<Enrollment>, 'id'> & Pick<Enrollment, 'status' | 'source'>,
  ): Promise<Enrollment> {
    if (previous) {
      const [revived] = await tx.prisma.enrollment.updateManyAndReturn({
        where: { id: previous.id },
        data,
      });
      return revived!;
    }
    const { id: courseId, organizationId } = course;
    return tx.prisma.enrollment.create({
      data: { ...data, id: newId(), organizationId, courseId, learnerId },
    });
  }

  #recordCreated(tx: AnyTx, courseTitle: string, enrollment: Enrollment): void {
    tx.record(enrollmentCreated, {
      aggregateId: enrollment.id,
      data: {
        enrollmentId: enrollment.id,
        courseId: enrollment.courseId,
        courseTitle,
        learnerId: enrollment.learnerId,
        source: enrollment.source,
        enrolledAt: enrollment.enrolledAt!.toISOString(),
      },
    });
  }
}
