import { permissionsOf, type Permission } from '@lyceum/platform/permissions';
import type { StaffRole } from '../../generated/prisma/enums.js';

/** So many people can have a role in one course. */
export const MOST_STAFF = 100;

/** Whether somebody holds all that a role opens: nobody grants more than they hold. */
export function mayGrant(role: StaffRole, holds: (permission: Permission) => boolean): boolean {
  return permissionsOf({ role, scope: 'COURSE' }).every(holds);
}

/** Whether the course would be left without an instructor. */
export function leavesNone(
  staff: readonly { userId: string; role: StaffRole }[],
  change: { userId: string; role: StaffRole | null },
): boolean {
  const teaching = staff.filter(({ role }) => role === 'INSTRUCTOR');
  return (
    change.role !== 'INSTRUCTOR' && teaching.length === 1 && teaching[0]!.userId === change.userId
  );
}
