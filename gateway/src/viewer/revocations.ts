import { setTimeout } from 'node:timers/promises';
import { ACCESS_TOKEN } from '@lyceum/platform/access-token';
import type { SignedIn } from '@lyceum/platform/viewer';
import { roleAssigned, roleRevoked, sessionRevoked } from '@lyceum/events/auth';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { LRUCache } from 'lru-cache';
import type { RevocationSource } from './revocation-source.js';
import type { RevocationStore } from './revocation-store.js';

/** No token of before can be valid for longer than this. */
const KEEP_MS = (ACCESS_TOKEN.lifetimeSeconds + 60) * 1000;
const MOST = 200_000;
/**
 * How often to ask auth what was revoked, for events that are late or lost unnoticed: with it, nobody
 * goes on for more than ten seconds.
 */
const ASK_EVERY_MS = 5_000;
/** Asked for once more, for what was under way when auth was asked before. */
const OVERLAP_SECONDS = 60;
/** How often to look whether events were missed, or auth did not answer and is to be asked again. */
const LOOK_EVERY_MS = 1_000;
/** An auth that keeps silent does not keep the gateway from starting. */
const PATIENCE_MS = 5_000;

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
  /** Takes over what auth knows and what other gateways heard, now and whenever events may be missing. */
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

/**
 * @param store where gateways tell each other at once
 * @param source who knows what was missed by all of them
 */
export function createRevocations(
  store: RevocationStore | null = null,
  source: RevocationSource | null = null,
  { lookEveryMs = LOOK_EVERY_MS, askEveryMs = ASK_EVERY_MS } = {},
): Revocations {
  const revoked = new LRUCache<string, true>({ max: MOST, ttl: KEEP_MS });
  /** Roles given again, and when that was heard: an answer that was under way does not know of it. */
  const restored = new LRUCache<string, number>({ max: MOST, ttl: KEEP_MS });
  const checks: (() => void)[] = [];
  let refresh: NodeJS.Timeout | undefined;
  let look: NodeJS.Timeout | undefined;
  let asked = 0;
  /** When auth was last asked and answered. */
  let answered: number | null = null;
  let current = false;
  let asking: Promise<void> | null = null;

  function revoke(key: string, keepMs = KEEP_MS): void {
    if (keepMs <= 0 || revoked.has(key)) return;
    revoked.set(key, true, { ttl: keepMs });
    for (const check of checks) check();
  }

  async function takeOver(): Promise<void> {
    for (const { key, until } of (await store?.current()) ?? []) revoke(key, until - Date.now());
  }

  async function ask(from: RevocationSource): Promise<void> {
    asked = performance.now();
    // What is missed while the answer is under way has to be asked for again.
    current = from.hearing;
    const since = answered === null ? null : Math.ceil((asked - answered) / 1000) + OVERLAP_SECONDS;
    try {
      const recent = await from.recent(since);
      answered = asked;
      for (const { sessionId, userId, role, scope, scopeId, secondsLeft } of recent) {
        if (sessionId) revoke(sessionKey(sessionId), secondsLeft * 1000);
        if (!role || !scope) continue;
        const key = roleKey(userId, { role, scope, scopeId });
        if ((restored.get(key) ?? -1) < asked) revoke(key, secondsLeft * 1000);
      }
    } catch {
      // Whoever needs auth is told by requests that fail; this is tried again until it works.
      current = false;
    }
  }

  function askIfNeeded(from: RevocationSource): void {
    if (!from.hearing) current = false;
    const due = (from.hearing && !current) || performance.now() - asked >= askEveryMs;
    if (!due || asking) return;
    asking = ask(from).finally(() => {
      asking = null;
    });
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
        restored.set(key, performance.now());
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
      if (store) {
        await takeOver();
        refresh = setInterval(() => void takeOver(), store.refreshMs).unref();
      }
      if (source) {
        asking = ask(source).finally(() => {
          asking = null;
        });
        await Promise.race([asking, setTimeout(PATIENCE_MS, null, { ref: false })]);
        look = setInterval(() => askIfNeeded(source), lookEveryMs).unref();
      }
    },
    async stop() {
      clearInterval(refresh);
      clearInterval(look);
      await store?.close();
    },
  };
}
