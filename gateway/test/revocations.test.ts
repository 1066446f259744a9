import { describe, expect, it } from '@jest/globals';
import { roleRevoked, sessionRevoked } from '@lyceum/events/auth';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { eventually } from '@lyceum/testkit/eventually';
import type { RevocationStore } from '../src/viewer/revocation-store.js';
import { createRevocations } from '../src/viewer/revocations.js';
import { person, progressEvent } from './test-graph.js';

const event = (type: string, data: unknown): EventEnvelope => ({
  ...progressEvent({ courseId: 'c', learnerId: 'l', percent: 0 }),
  type,
  data,
});

/** A store that several gateways share, in this process. */
function sharedStore(refreshMs = 60_000): RevocationStore {
  const entries = new Map<string, number>();
  return {
    refreshMs,
    add: (key, until) => void entries.set(key, until),
    remove: (key) => void entries.delete(key),
    current: async () => [...entries].map(([key, until]) => ({ key, until })),
    close: async () => undefined,
  };
}

describe('revocations', () => {
  const ada = person();
  const ended = event(sessionRevoked.type, {
    userId: ada.userId,
    sessionId: ada.sessionId,
    reason: 'LOGOUT',
  });

  it('concern the one session, and none of the person’s others', () => {
    const revocations = createRevocations();
    revocations.hear(ended);
    expect(revocations.reason(ada)).toBe('SESSION_REVOKED');
    expect(revocations.reason(person({ userId: ada.userId }))).toBeNull();
  });

  it('concern those who still claim the role that was taken away', () => {
    const revocations = createRevocations();
    const role = { role: 'INSTRUCTOR', scope: 'COURSE', scopeId: ada.sessionId } as const;
    revocations.hear(event(roleRevoked.type, { userId: ada.userId, assignment: role }));
    expect(revocations.reason({ ...ada, roles: [role] })).toBe('ROLE_REVOKED');
    expect(revocations.reason(ada)).toBeNull();
    expect(revocations.reason(person({ roles: [role] }))).toBeNull();
  });

  it('pass over events that cannot be read', () => {
    const revocations = createRevocations();
    revocations.hear(event(sessionRevoked.type, { sessionId: 7 }));
    expect(revocations.reason(ada)).toBeNull();
  });

  it('are known to a gateway that was restarted, and to others that missed the event', async () => {
    const store = sharedStore(5);
    const [first, missed] = [createRevocations(store), createRevocations(store)];
    await missed.start();
    let told = 0;
    missed.onRevoked(() => (told += 1));
    first.hear(ended);
    const restarted = createRevocations(store);
    await restarted.start();
    expect(restarted.reason(ada)).toBe('SESSION_REVOKED');
    await eventually(() => expect(missed.reason(ada)).toBe('SESSION_REVOKED'));
    expect(told).toBe(1);
    await Promise.all([restarted.stop(), missed.stop()]);
  });
});
