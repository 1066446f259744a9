import type { StaffRole } from '../../generated/prisma/enums.js';

/** So many people can have a role in one course. */
export const MOST_STAFF = 100;

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
