import { roleAssigned, roleRevoked } from '@lyceum/events/auth';
import type { Clock } from '@lyceum/platform/clock';
import type { Database, Transaction } from '@lyceum/platform/database';
import { badInput, conflict, notFound, permissionDenied } from '@lyceum/platform/errors';
import { newId } from '@lyceum/platform/ids';
import { parseInput } from '@lyceum/platform/input';
import { can, permissionsOf } from '@lyceum/platform/permissions';
import type { RoleAssignment, SignedIn } from '@lyceum/platform/viewer';
import { z } from 'zod';
import type { PrismaClient } from '../../generated/prisma/client.js';
import type { RevocationService } from '../revocation/revocation.service.js';
import { lockAccount } from '../session/session.service.js';
import { rolesHeld } from './role.queries.js';
import { completeRole, isLastAdministrator, mayAssign } from './role.rules.js';
import { Role, Scope } from './role.types.js';

type Tx = Transaction<PrismaClient>;

const roleInput = z.object({
  userId: z.uuid(),
  role: z.enum(Role),
  scope: z.enum(Scope),
  scopeId: z.uuid().nullish(),
});

const SCOPE_PROBLEMS = {
  SCOPE_NOT_FOR_ROLE: ['scope', 'This role is not held in such a scope.'],
  SCOPE_ID_MISSING: ['scopeId', 'Say which team or course.'],
  SCOPE_ID_NOT_YOURS: ['scopeId', 'Leave it out for your own organization and for the platform.'],
} as const;

export class RoleService {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: Clock,
    private readonly revocations: RevocationService,
  ) {}

  /**
   * Gives a role; giving it twice is no error. It shows in the person's tokens from the next refresh.
   * @throws BAD_USER_INPUT, PERMISSION_DENIED, NOT_FOUND (User)
   */
  async assign(viewer: SignedIn, input: unknown): Promise<string> {
    const { userId, assignment } = this.#parse(viewer, input);
    await this.database.transaction(viewer, async (tx) => {
      await this.#authorize(tx, viewer, userId, assignment);
      if (await find(tx, userId, assignment)) return;
      await tx.prisma.roleAssignment.create({
        data: {
          ...assignment,
          id: newId(),
          organizationId: viewer.organizationId,
          accountId: userId,
          assignedBy: viewer.userId,
          assignedAt: this.clock.now(),
        },
      });
      await this.revocations.lift(tx, userId, assignment);
      tx.record(roleAssigned, { aggregateId: userId, data: { userId, assignment } });
    });
    return userId;
  }

  /**
   * Takes a role away. Tokens that still claim it are refused from the event on; the session goes on
   * with what is left.
   * @throws BAD_USER_INPUT, PERMISSION_DENIED, NOT_FOUND (User, RoleAssignment), CONFLICT (LAST_ADMINISTRATOR)
   */
  async revoke(viewer: SignedIn, input: unknown): Promise<string> {
    const { userId, assignment } = this.#parse(viewer, input);
    await this.database.transaction(viewer, async (tx) => {
      // Two administrators who depose each other at the same moment must not both succeed.
      await tx.prisma.$queryRaw`
        SELECT 1 AS locked FROM organization
        WHERE organization_id = ${viewer.organizationId}::uuid FOR NO KEY UPDATE`;
      await this.#authorize(tx, viewer, userId, assignment);
      const held = await find(tx, userId, assignment);
      if (!held) throw notFound('RoleAssignment');
      const administrators = await tx.prisma.roleAssignment.count({
        where: { role: 'ORGANIZATION_ADMIN' },
      });
      if (isLastAdministrator(assignment, administrators)) {
        throw conflict('LAST_ADMINISTRATOR', 'An organization needs at least one administrator.');
      }
      await tx.prisma.roleAssignment.delete({ where: { id: held.id } });
      await this.revocations.note(tx, viewer.organizationId, userId, assignment);
      tx.record(roleRevoked, { aggregateId: userId, data: { userId, assignment } });
    });
    return userId;
  }

  #parse(viewer: SignedIn, input: unknown): { userId: string; assignment: RoleAssignment } {
    const { userId, scopeId, ...wanted } = parseInput(roleInput, input);
    const assignment = completeRole({ ...wanted, scopeId: scopeId ?? null }, viewer.organizationId);
    if (typeof assignment !== 'string') return { userId, assignment };
    const [field, message] = SCOPE_PROBLEMS[assignment];
    throw badInput(['input', field], assignment, message);
  }

  /** Decided by what the viewer holds in the database now, not by what their token says. */
  async #authorize(
    tx: Tx,
    viewer: SignedIn,
    userId: string,
    assignment: RoleAssignment,
  ): Promise<void> {
    // In the order of ids, so that two who change each other's roles do not wait for each other.
    for (const id of [...new Set([viewer.userId, userId])].toSorted()) {
      await lockAccount(tx, id, viewer.organizationId);
    }
    const roles = await rolesHeld(tx.prisma, viewer.userId);
    const person = { ...viewer, roles };
    const everywhere = { ...viewer, roles: roles.filter((role) => role.scope === 'PLATFORM') };
    const target =
      assignment.scope === 'COURSE'
        ? { courseId: assignment.scopeId ?? undefined }
        : assignment.scope === 'TEAM'
          ? { teamId: assignment.scopeId ?? undefined }
          : {};
    const allowed = mayAssign(
      assignment,
      permissionsOf(assignment),
      (permission) => can(person, permission, target),
      (permission) => can(everywhere, permission),
    );
    if (!allowed) throw permissionDenied('role:assign');
    const account = await tx.prisma.account.findUnique({ where: { id: userId } });
    if (!account) throw notFound('User');
  }
}

function find(tx: Tx, accountId: string, { role, scope, scopeId }: RoleAssignment) {
  return tx.prisma.roleAssignment.findFirst({ where: { accountId, role, scope, scopeId } });
}
