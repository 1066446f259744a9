import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roleAssigned, roleRevoked } from '@lyceum/events/auth';
import { newId } from '@lyceum/platform/ids';
import { ANONYMOUS, type SignedIn } from '@lyceum/platform/viewer';
import { testService, type TestService } from '@lyceum/testkit/service';
import { newcomer, REGISTER, TEST_SETTINGS, type SignedInAnswer } from '../../test/auth.fixture.js';
import { authService } from '../app.js';

const ASSIGN = `mutation ($input: RoleInput!) {
  result: assignRole(input: $input) { id roles { role scope scopeId } }
}`;
const REVOKE = ASSIGN.replace('assignRole', 'revokeRole');
const REFRESH = `mutation ($token: String!) { refreshSession(refreshToken: $token) { expiresIn } }`;
const ROLES_OF = `query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on User { roles { role } } }
}`;

type Someone = SignedIn & { refreshToken: string };

let app: TestService;
beforeAll(async () => {
  app = await testService(authService, { settings: TEST_SETTINGS });
});
afterAll(() => app.close());

async function register(email: string, home: object): Promise<Someone> {
  const input = newcomer({ email, ...home });
  const { data, extensions } = await app.as(ANONYMOUS).query<SignedInAnswer>(REGISTER, { input });
  return { ...(extensions?.viewer as SignedIn), refreshToken: data.result.refreshToken };
}
const found = (slug: string) =>
  register(`admin@${slug}.example`, { newOrganization: { name: slug, slug } });
const join = (slug: string, name: string) =>
  register(`${name}@${slug}.example`, { organizationSlug: slug });

/** Roles as the next refresh brings them. */
async function rolesAfterRefresh(who: Someone) {
  const { extensions } = await app.as(ANONYMOUS).query(REFRESH, { token: who.refreshToken });
  return extensions?.viewer?.roles.map(({ role }) => role);
}

describe('giving a role', () => {
  it('tells the others, and opens things with the next refresh', async () => {
    const admin = await found('give');
    const learner = await join('give', 'learner');
    const input = { userId: learner.userId, role: 'INSTRUCTOR' };
    const assignment = {
      role: 'INSTRUCTOR',
      scope: 'ORGANIZATION',
      scopeId: admin.organizationId,
    };
    const { result } = await app
      .as(admin)
      .ok<{ result: { id: string; roles: unknown[] } }>(ASSIGN, { input });
    expect(result.roles).toContainEqual(assignment);
    // Twice is no error, and nothing new.
    await app.as(admin).ok(ASSIGN, { input });

    const events = await app.published(roleAssigned);
    expect(events).toMatchObject([
      {
        aggregateId: learner.userId,
        actorId: admin.userId,
        data: { userId: learner.userId, assignment },
      },
    ]);
    expect(await rolesAfterRefresh(learner)).toEqual(['LEARNER', 'INSTRUCTOR']);
  });

  it('can be for one course', async () => {
    const admin = await found('one-course');
    const helper = await join('one-course', 'helper');
    const input = {
      userId: helper.userId,
      role: 'TEACHING_ASSISTANT',
      scope: 'COURSE',
      scopeId: newId(),
    };
    await app.as(admin).ok(ASSIGN, { input });
    expect(await rolesAfterRefresh(helper)).toContain('TEACHING_ASSISTANT');
  });

  it('is refused to those who may not, as they hold them now and not as their token says', async () => {
    const admin = await found('refuse');
    const learner = await join('refuse', 'learner');
    const pretender = { ...learner, roles: admin.roles };
    const input = { userId: learner.userId, role: 'INSTRUCTOR' };
    expect(await app.as(learner).refusal(ASSIGN, { input })).toBe('PERMISSION_DENIED');
    expect(await app.as(pretender).refusal(ASSIGN, { input })).toBe('PERMISSION_DENIED');
    expect(await app.as(ANONYMOUS).refusal(ASSIGN, { input })).toBe('UNAUTHENTICATED');
    const platform = { userId: learner.userId, role: 'PLATFORM_ADMIN', scope: 'PLATFORM' };
    expect(await app.as(admin).refusal(ASSIGN, { input: platform })).toBe('PERMISSION_DENIED');
  });

  it('does not reach into another organization', async () => {
    const admin = await found('here');
    const stranger = await found('there');
    const input = { userId: stranger.userId, role: 'INSTRUCTOR' };
    expect(await app.as(admin).refusal(ASSIGN, { input })).toBe('NOT_FOUND');
    expect(await app.as(admin).refusal(REVOKE, { input })).toBe('NOT_FOUND');
    const elsewhere = {
      userId: admin.userId,
      role: 'INSTRUCTOR',
      scopeId: stranger.organizationId,
    };
    expect(await app.as(admin).refusal(ASSIGN, { input: elsewhere })).toBe('BAD_USER_INPUT');
    expect(
      await app.as(admin).ok(ROLES_OF, { of: [{ __typename: 'User', id: stranger.userId }] }),
    ).toEqual({ _entities: [{ roles: [] }] });
  });
});

describe('taking a role away', () => {
  it('tells the others, so that tokens with it are refused, and leaves the rest', async () => {
    const admin = await found('take');
    const teacher = await join('take', 'teacher');
    const input = { userId: teacher.userId, role: 'INSTRUCTOR' };
    await app.as(admin).ok(ASSIGN, { input });
    await app.as(admin).ok(REVOKE, { input });
    expect(await app.published(roleRevoked)).toMatchObject([
      {
        actorId: admin.userId,
        data: { userId: teacher.userId, assignment: { role: 'INSTRUCTOR' } },
      },
    ]);
    expect(await rolesAfterRefresh(teacher)).toEqual(['LEARNER']);
    expect(await app.as(admin).refusal(REVOKE, { input })).toBe('NOT_FOUND');
  });

  it('leaves an organization an administrator, also when two depose each other', async () => {
    const first = await found('depose');
    const second = await join('depose', 'second');
    const role = 'ORGANIZATION_ADMIN';
    const depose = (by: SignedIn, of: SignedIn) =>
      app.as(by).refusal(REVOKE, { input: { userId: of.userId, role } });
    expect(await depose(first, first)).toBe('CONFLICT');
    await app.as(first).ok(ASSIGN, { input: { userId: second.userId, role } });
    const outcomes = await Promise.all([depose(first, second), depose(second, first)]);
    expect(outcomes.filter((code) => code === undefined)).toHaveLength(1);
    const rows = await app.sql(
      `SELECT 1 FROM role_assignment WHERE organization_id = $1 AND role = $2`,
      [first.organizationId, role],
    );
    expect(rows).toHaveLength(1);
  });
});

describe('roles of people', () => {
  it('are seen by themselves and by those who see the directory', async () => {
    const admin = await found('seen');
    const learner = await join('seen', 'learner');
    const of = [admin, learner].map(({ userId }) => ({ __typename: 'User', id: userId }));
    expect(await app.as(admin).ok(ROLES_OF, { of })).toEqual({
      _entities: [{ roles: [{ role: 'ORGANIZATION_ADMIN' }] }, { roles: [{ role: 'LEARNER' }] }],
    });
    expect(await app.as(learner).ok(ROLES_OF, { of })).toEqual({
      _entities: [{ roles: [] }, { roles: [{ role: 'LEARNER' }] }],
    });
  });

  it('are read for many people with one statement', async () => {
    const admin = await found('many');
    const people = [admin];
    for (let i = 0; i < 5; i += 1) people.push(await join('many', `p${i}`));
    const of = people.map(({ userId }) => ({ __typename: 'User', id: userId }));
    expect(await app.statements(() => app.as(admin).ok(ROLES_OF, { of }))).toBe(1);
  });
});
