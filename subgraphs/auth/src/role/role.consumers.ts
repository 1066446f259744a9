import { roleRevoked } from '@lyceum/events/auth';
import { courseStaffRemoved } from '@lyceum/events/course';
import { on, type ConsumerTransaction } from '@lyceum/platform/consumers';
import type { Queries } from '@lyceum/platform/database';
import type { RoleName } from '@lyceum/platform/permissions';
import type { PrismaClient } from '../../generated/prisma/client.js';
import type { RevocationService } from '../revocation/revocation.service.js';

type EventTx = ConsumerTransaction<Queries<PrismaClient>>;

/**
 * Whoever is not of a course's staff any more holds no role in it that was assigned here either. What
 * is recorded carries the removal as its cause, by which the course service knows its own echo.
 */
export function roleConsumers(revocations: RevocationService) {
  return [
    on(courseStaffRemoved, async ({ organizationId, data }, tx: EventTx) => {
      const { userId, courseId } = data;
      const where = { accountId: userId, scope: 'COURSE', scopeId: courseId };
      const held = await tx.prisma.roleAssignment.findMany({ where, orderBy: { id: 'asc' } });
      for (const { id, role } of held) {
        // Of the roles in a course these alone are a place among its staff.
        if (role !== 'INSTRUCTOR' && role !== 'TEACHING_ASSISTANT') continue;
        const assignment = { role: role as RoleName, scope: 'COURSE', scopeId: courseId } as const;
        await tx.prisma.roleAssignment.deleteMany({ where: { id } });
        await revocations.note(tx, organizationId, userId, assignment);
        tx.record(roleRevoked, { aggregateId: userId, data: { userId, assignment } });
      }
    }),
  ];
}
