import type { RequestContext } from '@lyceum/platform/context';
import type { Database } from '@lyceum/platform/database';
import { canSomewhere } from '@lyceum/platform/permissions';
import type { PrismaClient } from '../../generated/prisma/client.js';
import type { RoleAssignmentObject } from './role.types.js';

export class RoleLoaders {
  constructor(private readonly database: Database<PrismaClient>) {}

  /**
   * The roles of each person: one's own, and everybody's for those who see the directory. For others
   * the list is empty.
   */
  readonly rolesOf = async (
    userIds: readonly string[],
    context: RequestContext,
  ): Promise<RoleAssignmentObject[][]> => {
    const { viewer } = context;
    if (viewer.kind !== 'person') return userIds.map(() => []);
    const seen = userIds.filter((id) => id === viewer.userId || canSomewhere(viewer, 'user:list'));
    const rows = await this.database.of(viewer).roleAssignment.findMany({
      where: { accountId: { in: seen } },
      orderBy: { id: 'asc' },
    });
    const byUser = new Map<string, RoleAssignmentObject[]>(userIds.map((id) => [id, []]));
    for (const row of rows) byUser.get(row.accountId)?.push(row as RoleAssignmentObject);
    return userIds.map((id) => byUser.get(id) ?? []);
  };
}
