import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sessionRevoked } from '@lyceum/events/auth';
import { newId } from '@lyceum/platform/ids';
import type { RoleAssignment, SignedIn } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
import { openAcknowledged, openRaw, type RawSocket } from './raw-socket.js';
import { person, progressEvent } from './test-graph.js';
import { startTestGateway, type TestGateway } from './test-gateway.js';

const ACTIVITY = 'subscription { courseActivity { percent } }';

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway();
});
afterAll(() => test.stop());
afterEach(() => eventually(() => expect(test.gateway.open).toEqual({ sockets: 0, feeds: 0 })));

async function connect(who: SignedIn, lifetimeMs?: number): Promise<RawSocket> {
  return openAcknowledged(test.url, { accessToken: await test.token(who, { lifetimeMs }) });
}

const renew = (raw: RawSocket, accessToken: unknown) =>
  raw.send({ type: 'ping', payload: { accessToken } });

async function subscribed(raw: RawSocket): Promise<void> {
  const before = test.gateway.open.feeds;
  raw.send({ type: 'subscribe', id: 's', payload: { query: ACTIVITY } });
  await eventually(() => expect(test.gateway.open.feeds).toBe(before + 1));
}

const happen = () =>
  test.bus.publish(progressEvent({ courseId: newId(), learnerId: newId(), percent: 1 }));

const ROLE: RoleAssignment = { role: 'INSTRUCTOR', scope: 'COURSE', scopeId: newId() };

describe('a token that is renewed on the open socket', () => {
  it('lets subscriptions go on past the first one’s end, until its own', async () => {
    const ada = person();
    const [kept, left] = [await connect(ada, 2_000), await connect(ada, 2_000)];
    await subscribed(kept);
    const started = Date.now();
    renew(kept, await test.token(ada, { lifetimeMs: 4_000 }));
    const { payload } = await kept.take({ type: 'pong' });
    const expiresAt = new Date((payload as { expiresAt: string }).expiresAt);
    expect(expiresAt.getTime()).toBeGreaterThan(started + 2_000);
    expect(await left.end()).toEqual({ code: 4403, reason: 'Access token expired' });
    expect(kept.closed).toBeNull();
    await happen();
    await kept.take({ type: 'next', id: 's' });
    expect(await kept.end()).toEqual({ code: 4403, reason: 'Access token expired' });
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime());
  });

  it('is told to nobody: the pong does not carry it', async () => {
    const ada = person();
    const raw = await connect(ada);
    renew(raw, await test.token(ada));
    expect(Object.keys((await raw.take({ type: 'pong' })).payload as object)).toEqual([
      'expiresAt',
    ]);
    raw.socket.close();
  });

  it('is what a revocation is looked up by from then on', async () => {
    const ada = person();
    const raw = await connect(ada);
    await subscribed(raw);
    renew(raw, await test.token(ada));
    await raw.take({ type: 'pong' });
    await test.bus.publish({
      ...progressEvent({ courseId: newId(), learnerId: ada.userId, percent: 0 }),
      type: sessionRevoked.type,
      data: { userId: ada.userId, sessionId: ada.sessionId, reason: 'LOGOUT' },
    });
    expect(await raw.end()).toEqual({ code: 4401, reason: 'Session revoked' });
    const again = await openRaw(test.url);
    again.send({ type: 'connection_init', payload: { accessToken: await test.token(ada) } });
    expect(await again.end()).toEqual({ code: 4401, reason: 'Session revoked' });
  });

  it('with other roles has effect at once where nothing is under way', async () => {
    const ada = person();
    const raw = await connect(ada);
    renew(raw, await test.token({ ...ada, roles: [ROLE] }));
    await raw.take({ type: 'pong' });
    test.graph.user.requests.length = 0;
    raw.send({ type: 'subscribe', id: 'q', payload: { query: '{ me { id } }' } });
    await raw.take({ type: 'complete', id: 'q' });
    expect(test.graph.user.requests[0]?.viewer).toMatchObject({ roles: [ROLE] });
    raw.socket.close();
  });

  it('with other roles closes a socket whose subscriptions began with the former', async () => {
    const ada = person();
    const raw = await connect(ada);
    await subscribed(raw);
    renew(raw, await test.token({ ...ada, roles: [ROLE] }));
    expect(await raw.end()).toEqual({ code: 4403, reason: 'Roles changed' });
    expect(raw.heard).toEqual([]);
  });
});

describe('a token that is no good for renewing closes the socket:', () => {
  const closing = async (raw: RawSocket, token: unknown, end: object) => {
    await subscribed(raw);
    renew(raw, token);
    expect(await raw.end()).toEqual(end);
  };
  const another = { code: 4403, reason: 'Another person' };

  it('one of someone else, another session or another organization', async () => {
    const ada = person();
    for (const other of [
      person(),
      { ...ada, sessionId: newId() },
      { ...ada, organizationId: newId() },
    ]) {
      await closing(await connect(ada), await test.token(other), another);
    }
  });

  it('one that is forged or has expired', async () => {
    const ada = person();
    const invalid = { code: 4401, reason: 'Invalid access token' };
    await closing(await connect(ada), 'abc.def.ghi', invalid);
    await closing(await connect(ada), await test.token(ada, { keyId: 'k2' }), invalid);
    const expired = { code: 4403, reason: 'Access token expired' };
    await closing(await connect(ada), await test.token(ada, { lifetimeMs: -5_000 }), expired);
  });

  it('any, where nobody has signed in', async () => {
    const [anonymous, early] = [await openAcknowledged(test.url), await openRaw(test.url)];
    const token = await test.token(person());
    renew(anonymous, token);
    expect(await anonymous.end()).toEqual(another);
    renew(early, token);
    expect(await early.end()).toEqual({ code: 4401, reason: 'Unauthorized' });
  });
});
