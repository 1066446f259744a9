import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountRegistered } from '@lyceum/events/auth';
import { organizationUpdated } from '@lyceum/events/user';
import { ANONYMOUS } from '@lyceum/platform/viewer';
import { hash } from 'argon2';
import { testService, type TestService } from '@lyceum/testkit/service';
import { authService } from '../app.js';
import {
  LOGIN,
  newcomer,
  REGISTER,
  TEST_SETTINGS,
  type SignedInAnswer,
} from '../../test/auth.fixture.js';

let app: TestService;
beforeAll(async () => {
  app = await testService(authService, { settings: TEST_SETTINGS });
});
afterAll(() => app.close());

const asNobody = (network?: string) => app.as(ANONYMOUS, network);

async function found(slug: string, email = `founder@${slug}.example`) {
  const input = newcomer({ email, newOrganization: { name: `Org ${slug}`, slug } });
  return asNobody().query<SignedInAnswer>(REGISTER, { input });
}

describe('registering', () => {
  it('founds an organization, makes the founder its administrator, and signs them in', async () => {
    const { data, extensions } = await found('harbour', 'Founder@Harbour.example ');
    const session = data.result;
    expect(session).toMatchObject({ __typename: 'AuthSession', expiresIn: 600 });
    const person = extensions?.viewer;
    expect(person).toMatchObject({ kind: 'person', userId: session.user.id });
    expect(session.user.roles).toMatchObject([
      { role: 'ORGANIZATION_ADMIN', scope: 'ORGANIZATION', scopeId: person?.organizationId },
    ]);

    const [event] = await app.published(accountRegistered);
    expect(event).toMatchObject({
      aggregateId: session.user.id,
      organizationId: person?.organizationId,
      actorId: session.user.id,
      data: {
        email: 'founder@harbour.example',
        organization: { slug: 'harbour', founded: true },
        roles: [{ role: 'ORGANIZATION_ADMIN' }],
      },
    });
  });

  it('joins an organization as a learner', async () => {
    const founder = await found('quayside');
    const input = newcomer({ email: 'joins@quayside.example', organizationSlug: 'Quayside' });
    const { data, extensions } = await asNobody().query<SignedInAnswer>(REGISTER, { input });
    expect(data.result.user.roles).toMatchObject([{ role: 'LEARNER', scope: 'ORGANIZATION' }]);
    expect(extensions?.viewer?.organizationId).toBe(founder.extensions?.viewer?.organizationId);
  });

  it('keeps nothing of a registration that fails', async () => {
    await found('mainland');
    const input = newcomer({
      email: 'founder@mainland.example',
      newOrganization: { name: 'Another', slug: 'island' },
    });
    const refused = await asNobody().query(REGISTER, { input });
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'EMAIL_TAKEN',
    });
    expect(await app.sql(`SELECT * FROM organization WHERE slug = 'island'`)).toEqual([]);
  });

  it('gives a slug and an e-mail address to one of those who want it at the same time', async () => {
    const both = await Promise.all([
      found('popular', 'a@p.example'),
      found('popular', 'b@p.example'),
    ]);
    const reasons = both.map((answer) => answer.errors?.[0]?.extensions?.['reason']);
    expect(new Set(reasons)).toEqual(new Set(['SLUG_TAKEN', undefined]));

    const same = await Promise.all([
      found('first-one', 'same@p.example'),
      found('second-one', 'SAME@p.example'),
    ]);
    const outcomes = same.map((answer) => answer.errors?.[0]?.extensions?.['reason']);
    expect(new Set(outcomes)).toEqual(new Set(['EMAIL_TAKEN', undefined]));
  });

  it('follows the policy of the organization', async () => {
    const { extensions } = await found('private-club');
    const organizationId = extensions?.viewer?.organizationId ?? '';
    await app.deliver(organizationUpdated, {
      aggregateId: organizationId,
      organizationId,
      data: { organizationId, name: 'Club', locale: 'en', timeZone: 'UTC', registration: 'CLOSED' },
    });
    const input = newcomer({ email: 'late@club.example', organizationSlug: 'private-club' });
    const { errors } = await asNobody().query(REGISTER, { input });
    expect(errors?.[0]?.extensions).toMatchObject({ reason: 'REGISTRATION_CLOSED' });
  });

  it.each([
    ['password', { password: 'short' }, 'TOO_SHORT'],
    ['password', { password: 'passwordpassword' }, 'TOO_GUESSABLE'],
    ['email', { email: 'no-address' }, 'INVALID_FORMAT'],
    ['locale', { locale: 'not a locale' }, 'CUSTOM'],
    ['timeZone', { timeZone: 'Mars/Olympus' }, 'CUSTOM'],
    ['name', { name: '\u0000' }, 'INVALID_FORMAT'],
    ['name', { name: '\ud800' }, 'INVALID_FORMAT'],
    ['organizationSlug', { organizationSlug: 'a\u0000bc' }, 'INVALID_FORMAT'],
    ['organizationSlug', { organizationSlug: null }, 'EXCLUSIVE'],
  ])('says what is wrong with the %s', async (field, wrong, reason) => {
    const input = newcomer({ email: 'x@wrong.example', organizationSlug: 'harbour', ...wrong });
    const { errors } = await asNobody().query(REGISTER, { input });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['input', field],
      reason,
    });
  });

  it('refuses reserved and malformed short names', async () => {
    for (const slug of ['admin', 'a', 'two words', '-edge', 'double--dash']) {
      const { errors } = await found(slug, `s${slug.length}@slug.example`);
      expect(errors?.[0]?.extensions).toMatchObject({ path: ['input', 'newOrganization', 'slug'] });
    }
  });

  it('does not found organizations where that is closed', async () => {
    const closed = await testService(authService, {
      settings: { ...TEST_SETTINGS, ORGANIZATION_FOUNDING: 'closed' },
    });
    const input = newcomer({ email: 'f@x.example', newOrganization: { name: 'X', slug: 'xyz' } });
    expect(await closed.as(ANONYMOUS).refusal(REGISTER, { input })).toBe('PERMISSION_DENIED');
    await closed.close();
  });
});

describe('signing in', () => {
  it('opens a session of its own each time', async () => {
    await found('lighthouse');
    const input = { email: ' FOUNDER@lighthouse.example', password: newcomer({}).password };
    const first = await asNobody().query<SignedInAnswer>(LOGIN, { input });
    const second = await asNobody().query<SignedInAnswer>(LOGIN, { input });
    expect(first.data.result.user.id).toBe(second.data.result.user.id);
    expect(first.extensions?.viewer?.sessionId).not.toBe(second.extensions?.viewer?.sessionId);
  });

  it('refuses a wrong password and an unknown address in the same words', async () => {
    await found('dunes');
    const wrong = { email: 'founder@dunes.example', password: 'something else entirely' };
    const unknown = { email: 'nobody@dunes.example', password: 'something else entirely' };
    const answers = [];
    for (const input of [wrong, unknown]) {
      const { errors } = await asNobody().query(LOGIN, { input });
      answers.push(errors?.map(({ message, extensions }) => ({ message, extensions })));
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]?.extensions).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });

  it('hashes again when the parameters have changed', async () => {
    await found('old-hash');
    const [before] = await app.sql<{ password_hash: string }>(
      `SELECT password_hash FROM account WHERE email = 'founder@old-hash.example'`,
    );
    // The same password, hashed with t=1 where the settings say 2.
    const outdated = await hash(newcomer({}).password, {
      memoryCost: 1024,
      timeCost: 1,
      parallelism: 1,
    });
    await app.sql(
      `UPDATE account SET password_hash = $1 WHERE email = 'founder@old-hash.example'`,
      [outdated],
    );
    const input = { email: 'founder@old-hash.example', password: newcomer({}).password };
    await asNobody().ok(LOGIN, { input });
    const [after] = await app.sql<{ password_hash: string }>(
      `SELECT password_hash FROM account WHERE email = 'founder@old-hash.example'`,
    );
    expect(before?.password_hash).toContain('$argon2id$v=19$m=1024,t=2,p=1$');
    expect(after?.password_hash).toContain('$argon2id$v=19$m=1024,t=2,p=1$');
    expect(after?.password_hash).not.toBe(before?.password_hash);
    await asNobody().ok(LOGIN, { input });
  });
});
