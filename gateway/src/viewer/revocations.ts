import { ACCESS_TOKEN } from '@lyceum/platform/access-token';
import type { SignedIn } from '@lyceum/platform/viewer';
import { roleAssigned, roleRevoked, sessionRevoked } from '@lyceum/events/auth';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { LRUCache } from 'lru-cache';
import type { RevocationStore } from './revocation-store.js';

/** No token of before can be valid for longer than this. */
const KEEP_MS = (ACCESS_TOKEN.lifetimeSeconds + 60) * 1000;
const MOST = 200_000;

export type RevocationReason = 'SESSION_REVOKED' | 'ROLE_REVOKED';

/**
 * What access tokens may no longer be trusted with before they expire: sessions that ended, and roles
 * that were taken away (a token that still claims one is refused, so its holder fetches a new one).
 */
export interface Revocations {
  /** Why this viewer may not go on; null when it may. */
  reason(viewer: SignedIn): RevocationReason | null;
  /** Feeds an event of the bus; those of other kinds are passed over. */
  hear(event: EventEnvelope): void;
  /** Calls `check` whenever something was revoked, for connections that are open. */
  onRevoked(check: () => void): void;
  /** Takes over what other gateways heard, now and from time to time. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Role {
  role: string;
  scope: string;
  scopeId: string | null;
}

const sessionKey = (sessionId: string): string => `session:${sessionId}`;
const roleKey = (userId: string, { role, scope, scopeId }: Role): string =>
  `role:${userId}:${role}:${scope}:${scopeId ?? ''}`;

/** @param store where gateways tell each other, and a restarted one finds what it missed */
export function createRevocations(store: RevocationStore | null = null): Revocations {
  const revoked = new LRUCache<string, true>({ max: MOST, ttl: KEEP_MS });
  const checks: (() => void)[] = [];
  let refresh: NodeJS.Timeout | undefined;

  function revoke(key: string, keepMs = KEEP_MS): void {
    if (keepMs <= 0 || revoked.has(key)) return;
    revoked.set(key, true, { ttl: keepMs });
    for (const check of checks) check();
  }

  async function takeOver(): Promise<void> {
    for (const { key, until } of (await store?.current()) ?? []) revoke(key, until - Date.now());
  }

  function hear(event: EventEnvelope): void {
    switch (event.type) {
      case sessionRevoked.type: {
        const data = sessionRevoked.schema.safeParse(event.data).data;
        if (data) tell(sessionKey(data.sessionId));
        break;
      }
      case roleRevoked.type: {
        const data = roleRevoked.schema.safeParse(event.data).data;
        if (data) tell(roleKey(data.userId, data.assignment));
        break;
      }
      case roleAssigned.type: {
        const data = roleAssigned.schema.safeParse(event.data).data;
        if (!data) break;
        const key = roleKey(data.userId, data.assignment);
        revoked.delete(key);
        store?.remove(key);
        break;
      }
    }
  }

  function tell(key: string): void {
    revoke(key);
    store?.add(key, Date.now() + KEEP_MS);
  }

  return {
    reason(viewer) {
      if (revoked.size === 0) return null;
      if (revoked.has(sessionKey(viewer.sessionId))) return 'SESSION_REVOKED';
      const lost = viewer.roles.some((role) => revoked.has(roleKey(viewer.userId, role)));
      return lost ? 'ROLE_REVOKED' : null;
    },
    hear,
    onRevoked: (check) => void checks.push(check),
    async start() {
      if (!store) return;
      await takeOver();
      refresh = setInterval(() => void takeOver(), store.refreshMs).unref();
    },
    async stop() {
      clearInterval(refresh);
      await store?.close();
    },
  };
}
