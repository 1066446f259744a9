import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sessionRevoked } from '@lyceum/events/auth';
import { ANONYMOUS, type SignedIn } from '@lyceum/platform/viewer';
import { testClock } from '@lyceum/testkit/clock';
import { testService, type TestService } from '@lyceum/testkit/service';
import {
  LOGIN,
  newcomer,
  REGISTER,
  TEST_SETTINGS,
  type SignedInAnswer,
} from '../../test/auth.fixture.js';
import { authService } from '../app.js';

const REFRESH = `mutation ($token: String!) {
  result: refreshSession(refreshToken: $token) { refreshToken user { roles { role } } }
}`;
interface Refreshed {
  result: { refreshToken: string; user: { roles: { role: string }[] } };
}

const DAY_MS = 24 * 60 * 60 * 1000;
const clock = testClock();
const input = newcomer({
  email: 'keeper@light.example',
  newOrganization: { name: 'Lighthouse', slug: 'light' },
});

let app: TestService;
let person: SignedIn;
let token: string;

beforeAll(async () => {
  app = await testService(authService, { settings: TEST_SETTINGS, clock });
  await app.as(ANONYMOUS).ok(REGISTER, { input });
});
afterAll(() => app.close());

beforeEach(async () => {
  const { email, password } = input;
  const { data, extensions } = await app
    .as(ANONYMOUS)
    .query<SignedInAnswer>(LOGIN, { input: { email, password } });
  person = extensions?.viewer as SignedIn;
  token = data.result.refreshToken;
});

async function refresh(refreshToken: string) {
  const { result } = await app.as(ANONYMOUS).ok<Refreshed>(REFRESH, { token: refreshToken });
  return result.refreshToken;
}
const refusal = (refreshToken: string) =>
  app.as(ANONYMOUS).refusal(REFRESH, { token: refreshToken });
const endings = async () =>
  (await app.published(sessionRevoked))
    .filter((event) => event.data.sessionId === person.sessionId)
    .map((event) => event.data.reason);

describe('refreshing', () => {
  it('answers with a new refresh token each time, in the same session', async () => {
    const { data, extensions } = await app.as(ANONYMOUS).query<Refreshed>(REFRESH, { token });
    expect(data.result.refreshToken).toMatch(/^[\w-]{43}$/);
    expect(data.result.refreshToken).not.toBe(token);
    expect(extensions?.viewer).toEqual(person);
    const second = await refresh(data.result.refreshToken);
    expect(second).not.toBe(data.result.refreshToken);
  });

  it('keeps no token that could be used in the database', async () => {
    const rows = await app.sql<{ hash: Buffer }>('SELECT hash FROM refresh_token');
    const shown = Buffer.from(token, 'base64url');
    expect(rows.some(({ hash }) => hash.equals(shown))).toBe(false);
  });

  it('at the same time, as by a double click, answers all with the same token', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => refresh(token)));
    expect(new Set(answers).size).toBe(1);
    const live = await app.sql(
      'SELECT 1 FROM refresh_token WHERE session_id = $1 AND spent_at IS NULL',
      [person.sessionId],
    );
    expect(live).toHaveLength(1);
    expect(await endings()).toEqual([]);
    await refresh(answers[0] ?? '');
  });

  it('with a spent token ends the session, for the thief and for the owner', async () => {
    const next = await refresh(token);
    clock.advance(11_000);
    expect(await refusal(token)).toBe('INVALID_REFRESH_TOKEN');
    expect(await refusal(next)).toBe('INVALID_REFRESH_TOKEN');
    expect(await endings()).toEqual(['REFRESH_TOKEN_REUSED']);
  });

  it('with a token whose successor was used ends the session even within the grace', async () => {
    const next = await refresh(token);
    const last = await refresh(next);
    expect(await refusal(token)).toBe('INVALID_REFRESH_TOKEN');
    expect(await refusal(last)).toBe('INVALID_REFRESH_TOKEN');
  });

  it('ends a session once, however many show the spent token at the same time', async () => {
    const next = await refresh(token);
    clock.advance(11_000);
    // The owner goes on at the very moment that thieves try.
    const all = [token, next, token, token, token].map((shown) =>
      app.as(ANONYMOUS).query<Refreshed>(REFRESH, { token: shown }),
    );
    const outcomes = await Promise.all(all);
    expect(outcomes.filter(({ errors }) => errors).length).toBeGreaterThanOrEqual(4);
    expect(await endings()).toEqual(['REFRESH_TOKEN_REUSED']);
    const [, owner] = outcomes;
    if (!owner?.errors) {
      expect(await refusal(owner?.data.result.refreshToken ?? '')).toBe('INVALID_REFRESH_TOKEN');
    }
  });

  it('is refused after 30 days of silence, and after 180 days in any case', async () => {
    clock.advance(30 * DAY_MS - 1);
    let current = await refresh(token);
    for (let day = 50; day < 180; day += 20) {
      clock.advance(20 * DAY_MS);
      current = await refresh(current);
    }
    clock.advance(20 * DAY_MS);
    expect(await refusal(current)).toBe('INVALID_REFRESH_TOKEN');
  });

  it.each(['', 'nonsense', 'A'.repeat(43), 'Ä'.repeat(43)])('refuses %p', async (nonsense) => {
    expect(await refusal(nonsense)).toBe('INVALID_REFRESH_TOKEN');
  });
});

describe('logging out', () => {
  it('ends this session and no other, once', async () => {
    const { email, password } = input;
    const other = await app.as(ANONYMOUS).ok<SignedInAnswer>(LOGIN, { input: { email, password } });
    expect(await app.as(person).ok('mutation { logout }')).toEqual({ logout: true });
    expect(await app.as(person).ok('mutation { logout }')).toEqual({ logout: true });
    expect(await refusal(token)).toBe('INVALID_REFRESH_TOKEN');
    expect(await endings()).toEqual(['LOGOUT']);
    await refresh(other.result.refreshToken);
  });

  it('takes someone who has signed in', async () => {
    expect(await app.as(ANONYMOUS).refusal('mutation { logout }')).toBe('UNAUTHENTICATED');
  });

  it('cannot end another person’s session', async () => {
    const stranger = { ...person, userId: '01890000-0000-7000-8000-000000000000' };
    await app.as(stranger).ok('mutation { logout }');
    expect(await endings()).toEqual([]);
    await refresh(token);
  });
});
