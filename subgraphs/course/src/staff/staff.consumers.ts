import { roleAssigned, roleRevoked } from '@lyceum/events/auth';
import type { Clock } from '@lyceum/platform/clock';
import { on } from '@lyceum/platform/consumers';
import { StaffRole } from '../../generated/prisma/enums.js';
import type { SeatKeeper } from '../enrollment/seat-keeper.js';
import type { EventTx } from '../service-types.js';
import { staffWriter } from './staff.writer.js';

interface Assignment {
  role: string;
  scope: string;
  scopeId: string | null;
}

/** A role that auth was asked to give in a course is a place among the course's staff, and the other way round. */
export function staffConsumers(seats: SeatKeeper, clock: Clock) {
  return [
    on(roleAssigned, async ({ data, actorId }, tx: EventTx) => {
      const given = inCourse(data.assignment);
      const course = given && (await seats.lock(tx, given.courseId));
      if (!course) return;
      const { userId } = data;
      if (given.role === 'TEACHING_ASSISTANT') {
        const where = { courseId: course.id, userId, role: StaffRole.INSTRUCTOR };
        if (await tx.prisma.courseStaff.findFirst({ where })) return;
      }
      await staffWriter.put(
        tx,
        course,
        { userId, role: given.role, addedBy: actorId },
        clock.now(),
      );
    }),

    on(roleRevoked, async ({ data, actorId, causationId }, tx: EventTx) => {
      const taken = inCourse(data.assignment);
      // Taken away because of an event: the echo of a removal here. Whoever was added again since stays.
      if (!taken || causationId !== null) return;
      if (!(await seats.lock(tx, taken.courseId))) return;
      const { courseId, role } = taken;
      await staffWriter.remove(tx, courseId, { userId: data.userId, role, removedBy: actorId });
    }),
  ];
}

function inCourse({ role, scope, scopeId }: Assignment) {
  if (scope !== 'COURSE' || scopeId === null || !(role in StaffRole)) return null;
  return { courseId: scopeId, role: role as StaffRole };
}
