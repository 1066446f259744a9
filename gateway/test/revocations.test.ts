import { describe, expect, it } from '@jest/globals';
import { roleAssigned, roleRevoked, sessionRevoked } from '@lyceum/events/auth';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { eventually } from '@lyceum/testkit/eventually';
import type { RevocationStore } from '../src/viewer/revocation-store.js';
import type { RecentRevocation, RevocationSource } from '../src/viewer/revocation-source.js';
import { createRevocations } from '../src/viewer/revocations.js';
import { hear, startTestGateway } from './test-gateway.js';
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

describe('what was revoked while no gateway heard it', () => {
  const ada = person();
  const role = { role: 'INSTRUCTOR', scope: 'COURSE', scopeId: ada.sessionId } as const;
  const teacher = { ...ada, roles: [role] };
  const ended: RecentRevocation = {
    sessionId: ada.sessionId,
    userId: ada.userId,
    ...{ role: null, scope: null, scopeId: null },
    secondsLeft: 60,
  };
  const taken: RecentRevocation = {
    sessionId: null,
    userId: ada.userId,
    ...role,
    secondsLeft: 60,
  };

  /** Auth, as a gateway asks it. */
  function source(answers: () => Promise<RecentRevocation[]>) {
    const seen = { isHearing: true, times: 0, looks: 0, lastSeconds: null as number | null };
    const revoked: RevocationSource = {
      get hearing() {
        seen.looks += 1;
        return seen.isHearing;
      },
      recent(lastSeconds) {
        seen.times += 1;
        seen.lastSeconds = lastSeconds;
        return answers();
      },
    };
    return { revoked, seen };
  }

  it('is asked of auth before anything is served', async () => {
    const revocations = createRevocations(null, source(async () => [ended, taken]).revoked);
    await revocations.start();
    expect(revocations.reason(ada)).toBe('SESSION_REVOKED');
    expect(revocations.reason({ ...teacher, sessionId: person().sessionId })).toBe('ROLE_REVOKED');
    expect(revocations.reason(person({ roles: [role] }))).toBeNull();
    await revocations.stop();
  });

  it('is asked until auth answers, and again once events are heard again', async () => {
    let known: RecentRevocation[] | null = null;
    const { revoked, seen } = source(async () => {
      if (!known) throw new Error('auth is not up');
      return known;
    });
    const revocations = createRevocations(null, revoked, { lookEveryMs: 5 });
    await revocations.start();
    expect(revocations.reason(teacher)).toBeNull();
    known = [taken];
    await eventually(() => expect(revocations.reason(teacher)).toBe('ROLE_REVOKED'));
    const { times, looks } = seen;
    seen.isHearing = false;
    known = [ended];
    await eventually(() => expect(seen.looks).toBeGreaterThan(looks + 5));
    expect(seen.times).toBe(times);
    seen.isHearing = true;
    await eventually(() => expect(revocations.reason(ada)).toBe('SESSION_REVOKED'));
    await revocations.stop();
  });

  it('is asked for again and again, for events that are lost though others are heard', async () => {
    let known: RecentRevocation[] = [];
    const { revoked, seen } = source(async () => known);
    const revocations = createRevocations(null, revoked, { lookEveryMs: 5, askEveryMs: 5 });
    await revocations.start();
    expect(seen.lastSeconds).toBeNull();
    let told = 0;
    revocations.onRevoked(() => (told += 1));
    known = [ended];
    await eventually(() => expect(revocations.reason(ada)).toBe('SESSION_REVOKED'));
    expect(told).toBe(1);
    expect(seen.lastSeconds).toBeGreaterThan(0);
    expect(seen.lastSeconds).toBeLessThan(90);
    await revocations.stop();
  });

  it('ends what is open within ten seconds', async () => {
    const test = await startTestGateway();
    hear(
      test.connect({ accessToken: await test.token(ada) }),
      'subscription { courseActivity { percent } }',
    );
    await eventually(() => expect(test.gateway.open.feeds).toBe(1));
    test.graph.auth.revoked = [ended];
    await eventually(
      () => expect(test.closes).toEqual([{ code: 4401, reason: 'Session revoked' }]),
      { timeout: 10_000 },
    );
    expect(test.gateway.open.feeds).toBe(0);
    await test.stop();
  }, 20_000);

  it('does not undo a role given again while the answer was under way', async () => {
    let tell = (_: RecentRevocation[]): void => {};
    const revocations = createRevocations(
      null,
      source(() => new Promise((resolve) => (tell = resolve))).revoked,
    );
    const started = revocations.start();
    revocations.hear(event(roleAssigned.type, { userId: ada.userId, assignment: role }));
    tell([taken]);
    await started;
    expect(revocations.reason(teacher)).toBeNull();
    await revocations.stop();
  });

  it('is refused by a gateway that was restarted, and told to no client', async () => {
    const test = await startTestGateway({ prepare: ({ auth }) => (auth.revoked = [ended]) });
    const refused = await test.post('{ whoAmI }', { token: await test.token(ada) });
    expect(refused.body.errors?.[0]?.extensions).toMatchObject({ reason: 'REVOKED' });
    const other = person();
    const { body } = await test.post('{ whoAmI }', { token: await test.token(other) });
    expect(body.data).toEqual({ whoAmI: other.userId });
    const nosy = await test.post('{ recentRevocations { sessionId } }');
    expect(nosy.body.errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    await test.stop();
  });
});
