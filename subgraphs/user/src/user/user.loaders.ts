import type { RequestContext } from '@lyceum/platform/context';
import type { Database } from '@lyceum/platform/database';
import { isId } from '@lyceum/platform/ids';
import { settle } from '@lyceum/platform/settle';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { Preference, PrismaClient, User } from '../../generated/prisma/client.js';

export class UserLoaders {
  constructor(private readonly database: Database<PrismaClient>) {}

  /** People of the viewer's organization; null for everybody else. Waits for those who registered just now. */
  readonly byId = async (
    ids: readonly string[],
    { viewer }: RequestContext,
  ): Promise<(User | null)[]> => {
    if (viewer.kind !== 'person') return ids.map(() => null);
    const found = await this.arrived(viewer, ids);
    return ids.map((id) => found.get(id) ?? null);
  };

  /** What people prefer, by the id of the person. */
  readonly preferences = async (
    userIds: readonly string[],
    { viewer }: RequestContext,
  ): Promise<(Preference | null)[]> => {
    if (viewer.kind !== 'person') return userIds.map(() => null);
    const rows = await this.database
      .of(viewer)
      .preference.findMany({ where: { userId: { in: [...userIds] } } });
    const byUser = new Map(rows.map((row) => [row.userId, row]));
    return userIds.map((id) => byUser.get(id) ?? null);
  };

  /** The people with these ids, once the event of their registration has arrived. */
  arrived(viewer: SignedIn, ids: readonly string[]): Promise<Map<string, User>> {
    return settle(ids.filter(isId), async (missing) => {
      const rows = await this.database
        .of(viewer)
        .user.findMany({ where: { id: { in: [...missing] } } });
      return new Map(rows.map((row) => [row.id, row]));
    });
  }
}
