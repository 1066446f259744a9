import { notFound, permissionDenied, roleRequired, unauthenticated } from './errors.js';
import type { RoleAssignment, SignedIn, Viewer } from './viewer.js';

export const ROLE_SCOPES = ['PLATFORM', 'ORGANIZATION', 'TEAM', 'COURSE'] as const;
export type RoleScope = (typeof ROLE_SCOPES)[number];

/** The one catalogue of permissions: what each lets its holder do within the scope of the role. */
export const PERMISSIONS = {
  'organization:update': "Change the organization's settings",
  'organization:insights': "See the organization's figures",
  'role:assign': 'Give and take away roles',
  'user:list': 'Search the directory of people and see their profiles',
  'user:read-contact': "See people's e-mail addresses",
  'team:manage': 'Create teams and choose their members',
  'course:create': 'Create and import courses',
  'course:edit': 'See and change drafts, with the answer keys',
  'course:publish': 'Publish a draft',
  'course:staff': 'Choose who teaches a course',
  'course:insights': "See everyone's progress and the figures of a course",
  'enrollment:manage': 'Enroll and withdraw other people',
  'progress:override': 'Grant learners further attempts and complete topics for them',
  'learning-path:manage': 'Create and change learning paths',
  'activity:record-for-others': "Record other people's activity, as an external tool does",
  'offer:manage': 'Set what courses cost',
  'billing:read': "See the organization's orders and ledger",
} as const;
export type Permission = keyof typeof PERMISSIONS;

const ASSISTING: readonly Permission[] = ['course:insights', 'user:list'];
/** Of who teaches a course: everything about that course, and finding the people to enroll. */
const TEACHING: readonly Permission[] = [
  ...ASSISTING,
  'course:edit',
  'course:publish',
  'course:staff',
  'enrollment:manage',
  'offer:manage',
  'progress:override',
  'user:read-contact',
];
/** Of who may make courses in an organization; whoever makes one teaches it. */
const AUTHORING: readonly Permission[] = [
  'course:create',
  'learning-path:manage',
  'user:list',
  'user:read-contact',
];
const ADMINISTERING: readonly Permission[] = [
  ...new Set([...AUTHORING, ...TEACHING]),
  'organization:update',
  'organization:insights',
  'role:assign',
  'team:manage',
  'activity:record-for-others',
  'billing:read',
];

/** What each built-in role may do, by where it is held; held anywhere else it opens nothing. */
export const ROLES = {
  PLATFORM_ADMIN: { PLATFORM: ADMINISTERING },
  ORGANIZATION_ADMIN: { ORGANIZATION: ADMINISTERING, TEAM: ['team:manage'] },
  INSTRUCTOR: { ORGANIZATION: AUTHORING, COURSE: TEACHING },
  TEACHING_ASSISTANT: { ORGANIZATION: ASSISTING, COURSE: ASSISTING },
  LEARNER: {},
  OBSERVER: {},
} as const satisfies Record<string, Partial<Record<RoleScope, readonly Permission[]>>>;
export type RoleName = keyof typeof ROLES;

/** What the role opens where it is held. */
export function permissionsOf({
  role,
  scope,
}: Pick<RoleAssignment, 'role' | 'scope'>): readonly Permission[] {
  const byScope: Partial<Record<RoleScope, readonly Permission[]>> = ROLES[role];
  return byScope[scope] ?? [];
}

/** What a question of permission is about; organization-wide roles hold for all in it. */
export interface PermissionTarget {
  readonly courseId?: string;
  readonly teamId?: string;
}

function covers(assignment: RoleAssignment, viewer: SignedIn, target: PermissionTarget): boolean {
  switch (assignment.scope) {
    case 'PLATFORM':
      return true;
    case 'ORGANIZATION':
      return assignment.scopeId === viewer.organizationId;
    case 'COURSE':
      return target.courseId !== undefined && assignment.scopeId === target.courseId;
    case 'TEAM':
      return target.teamId !== undefined && assignment.scopeId === target.teamId;
  }
}

/**
 * Whether the viewer may. It says nothing of organizations: that data of another one is out of
 * reach is the data layer's work (see `database.ts`), for every role.
 */
export function can(
  viewer: Viewer,
  permission: Permission,
  target: PermissionTarget = {},
): viewer is SignedIn {
  if (viewer.kind !== 'person') return false;
  return viewer.roles.some(
    (assignment) =>
      permissionsOf(assignment).includes(permission) && covers(assignment, viewer, target),
  );
}

/**
 * Whether the viewer has the permission anywhere in the organization, such as in one course: for what
 * belongs to no course, as the directory does.
 */
export function canSomewhere(viewer: Viewer, permission: Permission): viewer is SignedIn {
  if (viewer.kind !== 'person') return false;
  return viewer.roles.some(
    (assignment) =>
      permissionsOf(assignment).includes(permission) &&
      (assignment.scope === 'COURSE' || covers(assignment, viewer, {})),
  );
}

/** Whether a person takes part in their organization: any role there does, wherever it holds. */
export function isMember({ organizationId, roles }: SignedIn): boolean {
  return roles.some(({ scope, scopeId }) => scope !== 'ORGANIZATION' || scopeId === organizationId);
}

/** @throws UNAUTHENTICATED, or PERMISSION_DENIED (ROLE_REQUIRED) for people without any role */
export function requireMember(viewer: Viewer): SignedIn {
  const person = requireSignedIn(viewer);
  if (!isMember(person)) throw roleRequired();
  return person;
}

/** @throws UNAUTHENTICATED when nobody has signed in */
export function requireSignedIn(viewer: Viewer): SignedIn {
  if (viewer.kind !== 'person') throw unauthenticated();
  return viewer;
}

/** @throws UNAUTHENTICATED, or PERMISSION_DENIED naming the permission */
export function requirePermission(
  viewer: Viewer,
  permission: Permission,
  target: PermissionTarget = {},
): SignedIn {
  const person = requireSignedIn(viewer);
  if (!can(person, permission, target)) throw permissionDenied(permission);
  return person;
}

/** @throws UNAUTHENTICATED, or PERMISSION_DENIED naming the permission */
export function requireSomewhere(viewer: Viewer, permission: Permission): SignedIn {
  const person = requireSignedIn(viewer);
  if (!canSomewhere(person, permission)) throw permissionDenied(permission);
  return person;
}

/**
 * For things whose very existence is hidden from those without the permission.
 * @throws UNAUTHENTICATED, or NOT_FOUND for `what`
 */
export function requireSight(
  viewer: Viewer,
  permission: Permission,
  target: PermissionTarget,
  what: string,
): SignedIn {
  const person = requireSignedIn(viewer);
  if (!can(person, permission, target)) throw notFound(what);
  return person;
}
