import { expect } from '@jest/globals';
import { PASSWORD, type Person } from '../people.js';
import type { Runs } from './run.js';
import type { School } from './school.js';

const TOKENS = { accessToken: expect.any(String), refreshToken: expect.any(String) };

async function newTeam({ admin }: School, name: string): Promise<string> {
  const { createTeam } = await admin.client.request<{ createTeam: { id: string } }>(
    `mutation ($name: String!) { createTeam(input: { name: $name }) { id } }`,
    { name },
  );
  return createTeam.id;
}

const addMember = ({ admin }: School, teamId: string, person: Person) =>
  admin.client.request(
    `mutation ($input: TeamMemberInput!) { addTeamMember(input: $input) { id } }`,
    { input: { teamId, userId: person.id } },
  );

export const accounts: Runs = {
  async Register(operation, { topology, slug }) {
    const input = { email: 'rita@example.com', name: 'Rita', password: PASSWORD };
    expect(
      await operation.ask(topology.client(), { input: { ...input, organizationSlug: slug } }),
    ).toMatchObject({ register: { ...TOKENS, user: { name: 'Rita', organization: { slug } } } });
  },

  async Login(operation, { topology, pupil }) {
    const input = { email: pupil.email, password: PASSWORD };
    expect(await operation.ask(topology.client(), { input })).toMatchObject({
      login: { ...TOKENS, user: { id: pupil.id, name: 'Paula Pupil' } },
    });
  },

  async RefreshSession(operation, { topology, pupil }) {
    const { login } = await topology
      .client()
      .request<{ login: { refreshToken: string } }>(
        `mutation ($input: LoginInput!) { login(input: $input) { ... on AuthSession { refreshToken } } }`,
        { input: { email: pupil.email, password: PASSWORD } },
      );
    const { refreshToken } = login;
    expect(await operation.ask(topology.client(), { refreshToken })).toMatchObject({
      refreshSession: { ...TOKENS, expiresIn: expect.any(Number), user: { id: pupil.id } },
    });
  },

  async Logout(operation, { newcomer }) {
    const { client } = await newcomer('Lea Leaver');
    expect(await operation.ask(client)).toEqual({ logout: true });
  },

  async Viewer(operation, { pupil, slug }) {
    expect(await operation.ask(pupil.client)).toMatchObject({
      me: {
        id: pupil.id,
        email: pupil.email,
        organization: { slug },
        roles: [{ role: 'LEARNER' }],
        notifications: { unreadCount: expect.any(Number) },
      },
    });
  },

  async MySettings(operation, { pupil }) {
    const { me } = await operation.ask<{ me: { notificationPreferences: unknown[] } }>(
      pupil.client,
    );
    expect(me).toMatchObject({ id: pupil.id, locale: 'en', timeZone: 'UTC' });
    expect(me.notificationPreferences).toContainEqual(
      expect.objectContaining({ category: 'LEARNING', channel: 'EMAIL', enabled: true }),
    );
  },

  async UpdateProfile(operation, { newcomer }) {
    const { client } = await newcomer('Old Name');
    const profile = { name: 'New Name' };
    const preferences = { locale: 'de', timeZone: 'Europe/Berlin' };
    expect(await operation.ask(client, { profile, preferences })).toMatchObject({
      updateProfile: profile,
      updatePreferences: preferences,
    });
  },

  async AssignRole(operation, { admin, newcomer }) {
    const { id: userId } = await newcomer('Ina Instructed');
    const { assignRole } = await operation.ask<{ assignRole: { roles: unknown[] } }>(admin.client, {
      input: { userId, role: 'INSTRUCTOR' },
    });
    expect(assignRole.roles).toContainEqual(
      expect.objectContaining({ role: 'INSTRUCTOR', assignedAt: expect.any(String) }),
    );
  },

  async RevokeRole(operation, { admin, newcomer }) {
    const { id: userId } = await newcomer('Ron Revoked');
    const input = { userId, role: 'INSTRUCTOR' };
    await admin.client.request(
      `mutation ($input: RoleInput!) { assignRole(input: $input) { id } }`,
      { input },
    );
    expect(await operation.ask(admin.client, { input })).toMatchObject({
      revokeRole: { id: userId, roles: [{ role: 'LEARNER' }] },
    });
  },

  async People(operation, { admin, pupil }) {
    const { users } = await operation.ask<{ users: { totalCount: number; nodes: unknown[] } }>(
      admin.client,
      { search: 'Paula' },
    );
    expect(users.totalCount).toBe(1);
    expect(users.nodes).toMatchObject([
      { id: pupil.id, email: pupil.email, roles: [{ role: 'LEARNER' }] },
    ]);
  },

  async Person(operation, school) {
    const { admin, pupil, course } = school;
    await addMember(school, await newTeam(school, 'Team of one'), pupil);
    expect(await operation.ask(admin.client, { id: pupil.id })).toMatchObject({
      user: {
        id: pupil.id,
        roles: [{ role: 'LEARNER' }],
        teams: [{ name: 'Team of one' }],
        engagement: { activeDays: 1, interactions: expect.any(Number) },
        enrollments: { nodes: [{ course: { id: course.id }, progress: { percent: 100 } }] },
      },
    });
  },

  async CreateTeam(operation, { admin }) {
    const input = { name: 'Night shift' };
    expect(await operation.ask(admin.client, { input })).toMatchObject({ createTeam: input });
  },

  async AddTeamMember(operation, school) {
    const { admin, newcomer } = school;
    const { id: userId } = await newcomer('Tia Team');
    const input = { teamId: await newTeam(school, 'Day shift'), userId };
    expect(await operation.ask(admin.client, { input })).toMatchObject({
      addTeamMember: { members: { totalCount: 1, nodes: [{ id: userId, name: 'Tia Team' }] } },
    });
  },

  async Teams(operation, school) {
    const { admin, newcomer } = school;
    const member = await newcomer('Theo Team');
    const id = await newTeam(school, 'Aaa');
    await addMember(school, id, member);
    const { organization } = await operation.ask<{ organization: { teams: { nodes: unknown[] } } }>(
      admin.client,
    );
    expect(organization.teams.nodes).toContainEqual(
      expect.objectContaining({
        ...{ id, name: 'Aaa' },
        members: expect.objectContaining({
          totalCount: 1,
          nodes: [expect.objectContaining({ id: member.id, name: 'Theo Team' })],
        }),
      }),
    );
  },

  async UpdateOrganization(operation, { admin }) {
    const input = { name: 'The renamed school', timeZone: 'Europe/Paris', registration: 'OPEN' };
    expect(await operation.ask(admin.client, { input })).toMatchObject({
      updateOrganization: { id: admin.organizationId, ...input },
    });
  },
};
