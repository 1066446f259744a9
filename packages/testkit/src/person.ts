import { newId } from '@lyceum/platform/ids';
import type { RoleName } from '@lyceum/platform/permissions';
import type { RoleAssignment, SignedIn } from '@lyceum/platform/viewer';

/** Someone signed in, in an organization of their own unless one is given; a learner unless told. */
export function person(
  given: {
    userId?: string;
    organizationId?: string;
    /** Held in the whole organization. */
    roles?: readonly RoleName[];
    /** Held elsewhere, in one course say. */
    assignments?: readonly RoleAssignment[];
  } = {},
): SignedIn {
  const organizationId = given.organizationId ?? newId();
  const roles = (given.roles ?? ['LEARNER']).map((role): RoleAssignment => ({
    role,
    scope: 'ORGANIZATION',
    scopeId: organizationId,
  }));
  return {
    kind: 'person',
    userId: given.userId ?? newId(),
    sessionId: newId(),
    organizationId,
    roles: [...roles, ...(given.assignments ?? [])],
  };
}
