import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LyceumError } from './errors.js';
import { newId } from './ids.js';
import {
  can,
  canSomewhere,
  PERMISSIONS,
  permissionsOf,
  requirePermission,
  requireSight,
  requireSignedIn,
  ROLE_SCOPES,
  ROLES,
  type Permission,
  type RoleName,
} from './permissions.js';
import { ANONYMOUS, type RoleAssignment, type SignedIn } from './viewer.js';

const permissions = Object.keys(PERMISSIONS) as Permission[];
const roleNames = Object.keys(ROLES) as RoleName[];
const organizationId = newId();

function holding(...roles: RoleAssignment[]): SignedIn {
  return { kind: 'person', userId: newId(), sessionId: newId(), organizationId, roles };
}
function codeOf(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof LyceumError ? error.code : error;
  }
}

describe('the table of roles', () => {
  it('is this', () => {
    const assisting = ['course:insights', 'user:list'];
    const authoring = ['course:create', 'learning-path:manage', 'user:list', 'user:read-contact'];
    const teaching = [
      ...assisting,
      ...['course:edit', 'course:publish', 'course:staff', 'enrollment:manage'],
      ...['offer:manage', 'progress:override', 'user:read-contact'],
    ];
    const all = [
      ...new Set([...authoring, ...teaching]),
      ...['organization:update', 'organization:insights', 'role:assign', 'team:manage'],
      ...['activity:record-for-others', 'billing:read'],
    ];
    const table = roleNames.map((role) => [
      role,
      Object.fromEntries(
        ROLE_SCOPES.map(
          (scope) => [scope, permissionsOf({ role, scope }).toSorted()] as const,
        ).filter(([, may]) => may.length > 0),
      ),
    ]);
    expect(Object.fromEntries(table)).toEqual({
      PLATFORM_ADMIN: { PLATFORM: all.toSorted() },
      ORGANIZATION_ADMIN: { ORGANIZATION: all.toSorted(), TEAM: ['team:manage'] },
      INSTRUCTOR: { ORGANIZATION: authoring.toSorted(), COURSE: teaching.toSorted() },
      TEACHING_ASSISTANT: { ORGANIZATION: assisting.toSorted(), COURSE: assisting.toSorted() },
      LEARNER: {},
      OBSERVER: {},
    });
    expect(permissions.toSorted()).toEqual(all.toSorted());
  });
});

describe('a role', () => {
  const ids = [organizationId, newId(), newId()];
  const id = fc.constantFrom(...ids);
  const assignment = fc.record({
    role: fc.constantFrom(...roleNames),
    scope: fc.constantFrom(...ROLE_SCOPES),
    scopeId: fc.option(id),
  });
  const target = fc.record({ courseId: id, teamId: id }, { requiredKeys: [] });

  it('opens what it is for within its scope, and nothing in any other', () => {
    fc.assert(
      fc.property(
        fc.array(assignment, { maxLength: 4 }),
        fc.constantFrom(...permissions),
        target,
        (roles, permission, about) => {
          const expected = roles.some(({ role, scope, scopeId }) => {
            if (!permissionsOf({ role, scope }).includes(permission)) return false;
            if (scope === 'PLATFORM') return true;
            const where = {
              ORGANIZATION: organizationId,
              COURSE: about.courseId,
              TEAM: about.teamId,
            }[scope];
            return where !== undefined && scopeId === where;
          });
          expect(can(holding(...roles), permission, about)).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('in one course opens neither another course, nor a team of the same id, nor the organization', () => {
    const courseId = newId();
    const viewer = holding({ role: 'INSTRUCTOR', scope: 'COURSE', scopeId: courseId });
    expect(can(viewer, 'course:edit', { courseId })).toBe(true);
    expect(can(viewer, 'course:edit', { courseId: newId() })).toBe(false);
    expect(can(viewer, 'course:edit', { teamId: courseId })).toBe(false);
    expect(can(viewer, 'course:edit')).toBe(false);
    expect(can(viewer, 'role:assign', { courseId })).toBe(false);
  });

  it('in one course, or in the organization, finds people; in a team it does not', () => {
    const at = (scope: 'COURSE' | 'TEAM', scopeId: string) =>
      holding({ role: 'INSTRUCTOR', scope, scopeId });
    const author = holding({ role: 'INSTRUCTOR', scope: 'ORGANIZATION', scopeId: organizationId });
    for (const permission of ['user:list', 'user:read-contact'] as const) {
      expect(canSomewhere(at('COURSE', newId()), permission)).toBe(true);
      expect(canSomewhere(author, permission)).toBe(true);
      expect(canSomewhere(at('TEAM', newId()), permission)).toBe(false);
    }
    const stranger = holding({ role: 'INSTRUCTOR', scope: 'ORGANIZATION', scopeId: newId() });
    expect(canSomewhere(stranger, 'user:list')).toBe(false);
    expect(canSomewhere(author, 'course:edit')).toBe(false);
  });

  it('in another organization opens nothing here', () => {
    const viewer = holding({ role: 'ORGANIZATION_ADMIN', scope: 'ORGANIZATION', scopeId: newId() });
    expect(permissions.filter((permission) => can(viewer, permission))).toEqual([]);
  });
});

describe('a refusal', () => {
  const learner = holding({ role: 'LEARNER', scope: 'ORGANIZATION', scopeId: organizationId });

  it('asks strangers to sign in first', () => {
    expect(permissions.filter((permission) => can(ANONYMOUS, permission))).toEqual([]);
    expect(codeOf(() => requireSignedIn(ANONYMOUS))).toBe('UNAUTHENTICATED');
    expect(codeOf(() => requirePermission(ANONYMOUS, 'user:list'))).toBe('UNAUTHENTICATED');
    expect(codeOf(() => requireSight(ANONYMOUS, 'user:list', {}, 'User'))).toBe('UNAUTHENTICATED');
  });

  it('names the permission, or hides the thing', () => {
    expect(codeOf(() => requirePermission(learner, 'user:list'))).toBe('PERMISSION_DENIED');
    expect(codeOf(() => requireSight(learner, 'user:list', {}, 'User'))).toBe('NOT_FOUND');
    expect(requireSignedIn(learner)).toBe(learner);
  });
});
