import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS } from '@lyceum/platform/viewer';
import { testService, type TestService } from '@lyceum/testkit/service';
import { LOGIN, newcomer, REGISTER, TEST_SETTINGS } from '../../test/auth.fixture.js';
import { authService } from '../app.js';

const EMAIL = 'owner@throttle.example';
const { password } = newcomer({});
const HOME = '192.0.2.10';
const THIEF = '198.51.100.66';

let app: TestService;

async function begin(settings: Record<string, string>): Promise<void> {
  app = await testService(authService, { settings: { ...TEST_SETTINGS, ...settings } });
  const input = newcomer({ email: EMAIL, newOrganization: { name: 'T', slug: 'throttled' } });
  await app.as(ANONYMOUS, HOME).ok(REGISTER, { input });
}
afterEach(() => app.close());

const login = (network: string, tried = 'a wrong one, of course', email = EMAIL) =>
  app.as(ANONYMOUS, network).refusal(LOGIN, { input: { email, password: tried } });

async function guess(network: string, times: number, email = EMAIL) {
  const outcomes = await Promise.all(
    Array.from({ length: times }, () => login(network, 'guess', email)),
  );
  return outcomes.filter((code) => code === 'INVALID_CREDENTIALS').length;
}

describe('guessing', () => {
  it('stops after a few tries, also when all are made at once', async () => {
    await begin({ LOGIN_TRIES_PER_ACCOUNT_AND_NETWORK: '5' });
    expect(await guess(THIEF, 20)).toBe(5);
    const { errors } = await app
      .as(ANONYMOUS, THIEF)
      .query(LOGIN, { input: { email: EMAIL, password } });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED' });
    const seconds = Number(errors?.[0]?.extensions?.['retryAfterSeconds']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(900);
  });

  it('looks the same for an account that does not exist', async () => {
    await begin({ LOGIN_TRIES_PER_ACCOUNT_AND_NETWORK: '5' });
    expect(await guess(THIEF, 8, 'nobody@throttle.example')).toBe(5);
  });

  it('from many networks stops too, while the owner gets in from where they were before', async () => {
    await begin({ LOGIN_TRIES_PER_ACCOUNT: '6' });
    let answered = 0;
    for (let i = 0; i < 10; i += 1) answered += await guess(`198.51.100.${i}`, 1);
    expect(answered).toBe(6);
    expect(await login('203.0.113.1', password)).toBe('RATE_LIMITED');
    expect(await login(HOME, password)).toBeUndefined();
  });

  it('at one password for many accounts stops', async () => {
    await begin({ LOGIN_TRIES_PER_NETWORK: '7' });
    let answered = 0;
    for (let i = 0; i < 12; i += 1) answered += await guess(THIEF, 1, `p${i}@throttle.example`);
    expect(answered).toBe(7);
  });

  it('does not count what was no guess', async () => {
    await begin({ LOGIN_TRIES_PER_NETWORK: '3', LOGIN_TRIES_PER_ACCOUNT_AND_NETWORK: '3' });
    for (let i = 0; i < 6; i += 1) expect(await login(HOME, password)).toBeUndefined();
    expect(await guess(HOME, 2)).toBe(2);
    expect(await login(HOME, password)).toBeUndefined();
    // Signing in to one's own account gives back its own try, none of the others.
    expect(await guess(HOME, 3)).toBe(1);
  });
});

it('registrations from one network are limited', async () => {
  await begin({ REGISTRATIONS_PER_NETWORK: '2' });
  const register = (n: number, network: string) =>
    app.as(ANONYMOUS, network).refusal(REGISTER, {
      input: newcomer({ email: `n${n}@throttle.example`, organizationSlug: 'throttled' }),
    });
  expect(await register(1, HOME)).toBeUndefined();
  expect(await register(2, HOME)).toBe('RATE_LIMITED');
  expect(await register(3, THIEF)).toBeUndefined();
});

describe('with Redis away', () => {
  beforeAll(() => begin({ REDIS_URL: 'redis://127.0.0.1:1' }));
  afterAll(() => undefined);

  it('each process counts for itself', async () => {
    expect(await guess(THIEF, 12)).toBe(10);
  });
});
