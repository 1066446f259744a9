import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS, type SignedIn } from '@lyceum/platform/viewer';
import { testClock } from '@lyceum/testkit/clock';
import { testService, type TestService } from '@lyceum/testkit/service';
import { newcomer, REGISTER, TEST_SETTINGS, type SignedInAnswer } from '../../test/auth.fixture.js';
import { authService } from '../app.js';

const RECENT = `query ($lastSeconds: Int) { recentRevocations(lastSeconds: $lastSeconds) { sessionId userId role scope scopeId secondsLeft } }`;
const roleChange = (name: string) =>
  `mutation ($input: RoleInput!) { ${name}(input: $input) { id } }`;
const MINUTE_MS = 60_000;

const clock = testClock();
let app: TestService;
let admin: SignedIn;
let teacher: SignedIn;

async function register(email: string, home: object): Promise<SignedIn> {
  const input = newcomer({ email, ...home });
  const { extensions } = await app.as(ANONYMOUS).query<SignedInAnswer>(REGISTER, { input });
  return extensions?.viewer as SignedIn;
}
async function recent(lastSeconds?: number) {
  const { recentRevocations } = await app
    .as(ANONYMOUS)
    .ok<{ recentRevocations: { sessionId: string | null; secondsLeft: number }[] }>(RECENT, {
      lastSeconds,
    });
  return recentRevocations;
}

beforeAll(async () => {
  app = await testService(authService, { settings: TEST_SETTINGS, clock });
  admin = await register('admin@recent.example', {
    newOrganization: { name: 'Recent', slug: 'recent' },
  });
  teacher = await register('teacher@recent.example', { organizationSlug: 'recent' });
});
afterAll(() => app.close());

describe('what was revoked lately', () => {
  it('has sessions that ended, for as long as their tokens may live', async () => {
    expect(await recent()).toEqual([]);
    const leaving = await register('leaving@recent.example', { organizationSlug: 'recent' });
    await app.as(leaving).ok('mutation { logout }');
    const ended = {
      sessionId: leaving.sessionId,
      userId: leaving.userId,
      role: null,
      scope: null,
      scopeId: null,
    };
    expect(await recent()).toEqual([{ ...ended, secondsLeft: 660 }]);
    clock.advance(10 * MINUTE_MS);
    expect(await recent()).toEqual([{ ...ended, secondsLeft: 60 }]);
    expect(await recent(601)).toEqual([{ ...ended, secondsLeft: 60 }]);
    expect(await recent(599)).toEqual([]);
    clock.advance(MINUTE_MS);
    expect(await recent()).toEqual([]);
  });

  it('has roles that were taken away, unless they were given again', async () => {
    const input = { userId: teacher.userId, role: 'INSTRUCTOR' };
    const change = (name: string) => app.as(admin).ok(roleChange(name), { input });
    await change('assignRole');
    await change('revokeRole');
    expect(await recent()).toEqual([
      {
        sessionId: null,
        userId: teacher.userId,
        role: 'INSTRUCTOR',
        scope: 'ORGANIZATION',
        scopeId: admin.organizationId,
        secondsLeft: 660,
      },
    ]);
    await change('assignRole');
    expect(await recent()).toEqual([]);
    await change('revokeRole');
    clock.advance(11 * MINUTE_MS);
    expect(await recent()).toEqual([]);
  });
});
