import type { Permission, RoleName, RoleScope } from '@lyceum/platform/permissions';
import type { RoleAssignment } from '@lyceum/platform/viewer';

/** Where each role can be held. */
export const SCOPES_OF_ROLE: Readonly<Record<RoleName, readonly RoleScope[]>> = {
  PLATFORM_ADMIN: ['PLATFORM'],
  ORGANIZATION_ADMIN: ['ORGANIZATION'],
  INSTRUCTOR: ['ORGANIZATION', 'TEAM', 'COURSE'],
  TEACHING_ASSISTANT: ['ORGANIZATION', 'TEAM', 'COURSE'],
  LEARNER: ['ORGANIZATION'],
  OBSERVER: ['ORGANIZATION', 'TEAM', 'COURSE'],
};

export interface WantedRole {
  role: RoleName;
  scope: RoleScope;
  scopeId: string | null;
}

export type ScopeProblem = 'SCOPE_NOT_FOR_ROLE' | 'SCOPE_ID_MISSING' | 'SCOPE_ID_NOT_YOURS';

/**
 * Completes a wanted role: the organization need not be named, and the platform has no id.
 * @returns the assignment, or what is wrong with it
 */
export function completeRole(
  wanted: WantedRole,
  organizationId: string,
): RoleAssignment | ScopeProblem {
  const { role, scope, scopeId } = wanted;
  if (!SCOPES_OF_ROLE[role].includes(scope)) return 'SCOPE_NOT_FOR_ROLE';
  if (scope === 'PLATFORM') {
    return scopeId === null ? { role, scope, scopeId } : 'SCOPE_ID_NOT_YOURS';
  }
  if (scope === 'ORGANIZATION') {
    if (scopeId !== null && scopeId !== organizationId) return 'SCOPE_ID_NOT_YOURS';
    return { role, scope, scopeId: organizationId };
  }
  return scopeId === null ? 'SCOPE_ID_MISSING' : { role, scope, scopeId };
}

/**
 * Whether someone may give or take away a role: who may assign roles there, holds everything the role
 * holds, and does so at least as widely. What is for the whole platform takes the whole platform.
 *
 * @param holds whether they have a permission where the role would be held
 * @param holdsEverywhere whether they have it for the whole platform
 */
export function mayAssign(
  assignment: RoleAssignment,
  permissionsOfRole: readonly Permission[],
  holds: (permission: Permission) => boolean,
  holdsEverywhere: (permission: Permission) => boolean,
): boolean {
  const holdsThere = assignment.scope === 'PLATFORM' ? holdsEverywhere : holds;
  return holdsThere('role:assign') && permissionsOfRole.every(holdsThere);
}

/** An organization must keep someone who can look after it. */
export function isLastAdministrator(assignment: RoleAssignment, administrators: number): boolean {
  return assignment.role === 'ORGANIZATION_ADMIN' && administrators <= 1;
}
