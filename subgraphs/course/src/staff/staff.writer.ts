import { courseStaffAdded, courseStaffRemoved } from '@lyceum/events/course';
import type { CourseStaff } from '../../generated/prisma/client.js';
import type { StaffRole } from '../../generated/prisma/enums.js';
import type { AnyTx } from '../service-types.js';

interface OfCourse {
  id: string;
  title: string;
  organizationId: string;
}

/**
 * Gives a role in a course, instead of any that the person has there. The course has to be locked by
 * the same transaction, or new.
 */
async function put(
  tx: AnyTx,
  course: OfCourse,
  given: { userId: string; role: StaffRole; addedBy: string | null },
  now: Date,
): Promise<CourseStaff> {
  const { userId, role, addedBy } = given;
  const { id: courseId, organizationId, title: courseTitle } = course;
  const known = await tx.prisma.courseStaff.findFirst({ where: { courseId, userId } });
  if (known?.role === role) return known;
  if (known) await tx.prisma.courseStaff.deleteMany({ where: { courseId, userId } });
  const added = await tx.prisma.courseStaff.create({
    data: { courseId, userId, organizationId, role, addedBy, addedAt: now },
  });
  tx.record(courseStaffAdded, {
    aggregateId: courseId,
    data: { courseId, courseTitle, userId, role, addedBy },
  });
  return added;
}

/** @returns whether the person had such a role in the course; any role, unless one is named */
async function remove(
  tx: AnyTx,
  courseId: string,
  taken: { userId: string; role?: StaffRole; removedBy: string | null },
): Promise<boolean> {
  const { userId, role, removedBy } = taken;
  const { count } = await tx.prisma.courseStaff.deleteMany({ where: { courseId, userId, role } });
  if (count === 0) return false;
  tx.record(courseStaffRemoved, {
    aggregateId: courseId,
    data: { courseId, userId, removedBy },
  });
  return true;
}

export const staffWriter = { put, remove };
