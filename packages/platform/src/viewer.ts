import type { RoleName, RoleScope } from './permissions.js';

/** A role and where it holds. `scopeId` is null for the whole platform. */
export interface RoleAssignment {
  readonly role: RoleName;
  readonly scope: RoleScope;
  readonly scopeId: string | null;
}

/** Someone who has signed in. */
export interface SignedIn {
  readonly kind: 'person';
  readonly userId: string;
  readonly sessionId: string;
  readonly organizationId: string;
  readonly roles: readonly RoleAssignment[];
}

export interface Anonymous {
  readonly kind: 'anonymous';
}

/** On whose behalf a request runs. */
export type Viewer = SignedIn | Anonymous;

export const ANONYMOUS: Anonymous = { kind: 'anonymous' };

/** The platform itself acting in one organization: a job, a worker. */
export interface SystemActor {
  readonly kind: 'system';
  readonly organizationId: string;
}

/** Whoever changes data. */
export type Actor = SignedIn | SystemActor;
