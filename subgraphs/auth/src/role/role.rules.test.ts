import { describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import {
  can,
  ROLE_SCOPES,
  ROLES,
  permissionsOf,
  type RoleName,
} from '@lyceum/platform/permissions';
import type { RoleAssignment, SignedIn } from '@lyceum/platform/viewer';
import fc from 'fast-check';
import { completeRole, isLastAdministrator, mayAssign, SCOPES_OF_ROLE } from './role.rules.js';

const ORGANIZATION = newId();
const COURSES = [newId(), newId()];
const TEAMS = [newId(), newId()];

const scopeIds = {
  PLATFORM: [null],
  ORGANIZATION: [ORGANIZATION],
  TEAM: TEAMS,
  COURSE: COURSES,
};
/** Any assignment, whether the role is meant for such a scope or not. */
const assignment: fc.Arbitrary<RoleAssignment> = fc
  .tuple(fc.constantFrom(...(Object.keys(ROLES) as RoleName[])), fc.constantFrom(...ROLE_SCOPES))
  .chain(([role, scope]) =>
    fc.constantFrom<string | null>(...scopeIds[scope]).map((scopeId) => ({ role, scope, scopeId })),
  );

function someone(roles: readonly RoleAssignment[]): SignedIn {
  return {
    kind: 'person',
    userId: newId(),
    sessionId: newId(),
    organizationId: ORGANIZATION,
    roles,
  };
}

function targetOf({ scope, scopeId }: RoleAssignment) {
  if (scope === 'COURSE') return { courseId: scopeId ?? undefined };
  return scope === 'TEAM' ? { teamId: scopeId ?? undefined } : {};
}

function assignable(giver: SignedIn, given: RoleAssignment): boolean {
  const everywhere = someone(giver.roles.filter((role) => role.scope === 'PLATFORM'));
  return mayAssign(
    given,
    permissionsOf(given),
    (permission) => can(giver, permission, targetOf(given)),
    (permission) => can(everywhere, permission),
  );
}

const permissionsAnywhere = (who: SignedIn) =>
  [
    {},
    ...COURSES.map((courseId) => ({ courseId })),
    ...TEAMS.map((teamId) => ({ teamId })),
  ].flatMap((target) =>
    ROLES.ORGANIZATION_ADMIN.ORGANIZATION.filter((permission) => can(who, permission, target)).map(
      (permission) => `${permission} ${JSON.stringify(target)}`,
    ),
  );

describe('giving roles', () => {
  it('never lets anybody, also over several hands, get what no giver had', () => {
    fc.assert(
      fc.property(fc.array(assignment, { maxLength: 4 }), fc.array(assignment), (held, wanted) => {
        const before = new Set(permissionsAnywhere(someone(held)));
        const wide = held.some((role) => role.scope === 'PLATFORM');
        // Whoever gets a role may give on what they have by then.
        let roles = held;
        for (const next of wanted) {
          if (assignable(someone(roles), next)) roles = [...roles, next];
        }
        const after = permissionsAnywhere(someone(roles));
        expect(after.filter((permission) => !before.has(permission))).toEqual([]);
        if (!wide) expect(roles.some((role) => role.scope === 'PLATFORM')).toBe(false);
      }),
    );
  });

  it('takes the permission to assign roles there', () => {
    fc.assert(
      fc.property(fc.array(assignment), assignment, (held, given) => {
        const giver = someone(held);
        if (!can(giver, 'role:assign', targetOf(given))) {
          expect(assignable(giver, given)).toBe(false);
        }
      }),
    );
  });

  it('lets an administrator give every role of the organization, and none of the platform', () => {
    const admin = someone([
      { role: 'ORGANIZATION_ADMIN', scope: 'ORGANIZATION', scopeId: ORGANIZATION },
    ]);
    for (const [role, scopes] of Object.entries(SCOPES_OF_ROLE) as [
      RoleName,
      readonly RoleAssignment['scope'][],
    ][]) {
      for (const scope of scopes) {
        const [scopeId = null] = scopeIds[scope];
        expect(assignable(admin, { role, scope, scopeId })).toBe(scope !== 'PLATFORM');
      }
    }
  });
});

describe('a wanted role', () => {
  it('is completed with the organization', () => {
    const wanted = { role: 'INSTRUCTOR', scope: 'ORGANIZATION', scopeId: null } as const;
    expect(completeRole(wanted, ORGANIZATION)).toEqual({ ...wanted, scopeId: ORGANIZATION });
  });

  it.each([
    ['ORGANIZATION_ADMIN', 'COURSE', COURSES[0], 'SCOPE_NOT_FOR_ROLE'],
    ['PLATFORM_ADMIN', 'ORGANIZATION', null, 'SCOPE_NOT_FOR_ROLE'],
    ['PLATFORM_ADMIN', 'PLATFORM', ORGANIZATION, 'SCOPE_ID_NOT_YOURS'],
    ['INSTRUCTOR', 'ORGANIZATION', TEAMS[0], 'SCOPE_ID_NOT_YOURS'],
    ['INSTRUCTOR', 'COURSE', null, 'SCOPE_ID_MISSING'],
  ] as const)('%s in %s of %s is %s', (role, scope, scopeId, problem) => {
    expect(completeRole({ role, scope, scopeId: scopeId ?? null }, ORGANIZATION)).toBe(problem);
  });
});

it('only the last administrator must stay', () => {
  const admin = {
    role: 'ORGANIZATION_ADMIN',
    scope: 'ORGANIZATION',
    scopeId: ORGANIZATION,
  } as const;
  expect(isLastAdministrator(admin, 1)).toBe(true);
  expect(isLastAdministrator(admin, 2)).toBe(false);
  expect(isLastAdministrator({ ...admin, role: 'INSTRUCTOR' }, 1)).toBe(false);
});
