import { z } from 'zod';
import { defineEvent, id, time } from './define.js';

export const roleAssignment = z.object({
  role: z.string(),
  scope: z.enum(['PLATFORM', 'ORGANIZATION', 'TEAM', 'COURSE']),
  scopeId: id.nullable(),
});

export const accountRegistered = defineEvent(
  'auth.account.registered.v1',
  'Someone registered; when they founded an organization, it is new as well.',
  z.object({
    userId: id,
    email: z.string(),
    name: z.string(),
    locale: z.string(),
    timeZone: z.string(),
    organization: z.object({ id, slug: z.string(), name: z.string(), founded: z.boolean() }),
    roles: z.array(roleAssignment),
    registeredAt: time,
  }),
);

export const roleAssigned = defineEvent(
  'auth.role.assigned.v1',
  'A person was given a role in a scope. `restated` when they have held it for long, and it is only said again.',
  z.object({ userId: id, assignment: roleAssignment, restated: z.boolean().optional() }),
);

export const roleRevoked = defineEvent(
  'auth.role.revoked.v1',
  'A role was taken away; what it opened closes at once.',
  z.object({ userId: id, assignment: roleAssignment }),
);

export const sessionRevoked = defineEvent(
  'auth.session.revoked.v1',
  'A session ended before its time: logout, or reuse of a spent refresh token.',
  z.object({
    userId: id,
    sessionId: id,
    reason: z.enum(['LOGOUT', 'REFRESH_TOKEN_REUSED', 'ROLES_CHANGED']),
  }),
);
