import type { Queries } from '@lyceum/platform/database';
import { ROLES, type RoleName, type RoleScope } from '@lyceum/platform/permissions';
import type { RoleAssignment } from '@lyceum/platform/viewer';
import type { PrismaClient } from '../../generated/prisma/client.js';

/** What a person holds now, as tokens carry it. Roles that no longer exist are left out. */
export async function rolesHeld(
  prisma: Pick<Queries<PrismaClient>, 'roleAssignment'>,
  accountId: string,
): Promise<RoleAssignment[]> {
  const rows = await prisma.roleAssignment.findMany({
    where: { accountId },
    select: { role: true, scope: true, scopeId: true },
    orderBy: { id: 'asc' },
  });
  return rows
    .filter((row) => row.role in ROLES)
    .map((row) => ({
      role: row.role as RoleName,
      scope: row.scope as RoleScope,
      scopeId: row.scopeId,
    }));
}
