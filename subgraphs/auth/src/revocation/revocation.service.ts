import { ACCESS_TOKEN } from '@lyceum/platform/access-token';
import type { Clock } from '@lyceum/platform/clock';
import type { Database, Transaction } from '@lyceum/platform/database';
import { newId } from '@lyceum/platform/ids';
import { ROLES, type RoleName, type RoleScope } from '@lyceum/platform/permissions';
import type { RoleAssignment } from '@lyceum/platform/viewer';
import type { PrismaClient } from '../../generated/prisma/client.js';
import type { Revocation } from './revocation.types.js';

type Tx = Transaction<PrismaClient>;

/** No token of before can be valid for longer than this; the minute is for clocks that differ. */
const WINDOW_MS = (ACCESS_TOKEN.lifetimeSeconds + 60) * 1000;
/** As many of each kind as a gateway remembers. */
const MOST = 200_000;

/** Remembers what was taken away for as long as access tokens may still claim it. */
export class RevocationService {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: Clock,
  ) {}

  /** Notes that a role is taken away, within the transaction that does it. */
  async note(
    tx: Pick<Tx, 'prisma'>,
    organizationId: string,
    accountId: string,
    { role, scope, scopeId }: RoleAssignment,
  ): Promise<void> {
    const revokedAt = this.clock.now();
    await tx.prisma.roleRevocation.create({
      data: { id: newId(), organizationId, accountId, role, scope, scopeId, revokedAt },
    });
  }

  /** Forgets it, since the role is given again. */
  async lift(tx: Tx, accountId: string, assignment: RoleAssignment): Promise<void> {
    const { role, scope, scopeId } = assignment;
    await tx.prisma.roleRevocation.deleteMany({ where: { accountId, role, scope, scopeId } });
  }

  /** Of all organizations, newest first; of the last so many seconds, where that is enough. */
  async recent(lastSeconds: number | null): Promise<Revocation[]> {
    const now = this.clock.now().getTime();
    const windowStart = now - WINDOW_MS;
    const since = new Date(Math.max(windowStart, now - (lastSeconds ?? Infinity) * 1000));
    const prisma = this.database.acrossOrganizations('the gateway checks tokens of everybody');
    const sessions = await prisma.session.findMany({
      where: { endedAt: { gt: since } },
      select: { id: true, accountId: true, endedAt: true },
      orderBy: { endedAt: 'desc' },
      take: MOST,
    });
    const roles = await prisma.roleRevocation.findMany({
      where: { revokedAt: { gt: since } },
      orderBy: { revokedAt: 'desc' },
      take: MOST,
    });
    const left = (at: Date) => Math.ceil((at.getTime() - windowStart) / 1000);
    return [
      ...sessions.map(({ id, accountId, endedAt }) => ({
        sessionId: id,
        userId: accountId,
        ...{ role: null, scope: null, scopeId: null },
        secondsLeft: left(endedAt ?? since),
      })),
      ...roles
        .filter(({ role }) => role in ROLES)
        .map(({ accountId, role, scope, scopeId, revokedAt }) => ({
          sessionId: null,
          userId: accountId,
          role: role as RoleName,
          scope: scope as RoleScope,
          scopeId,
          secondsLeft: left(revokedAt),
        })),
    ];
  }

  /** Removes what no token can claim any more. */
  async clean(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - WINDOW_MS);
    await this.database
      .acrossOrganizations('cleaning up is done for all at once')
      .roleRevocation.deleteMany({ where: { revokedAt: { lt: before } } });
  }
}
