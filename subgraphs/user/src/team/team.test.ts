import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { ANONYMOUS, type SignedIn } from '@lyceum/platform/viewer';
import { person } from '@lyceum/testkit/person';
import { testService, type TestService } from '@lyceum/testkit/service';
import { school, type School } from '../../test/user.fixture.js';
import { userService } from '../app.js';

const CREATE = 'mutation ($name: String!) { team: createTeam(input: { name: $name }) { id name } }';
const MEMBERS = '{ id members { nodes { name } totalCount } }';
const ADD = `mutation ($input: TeamMemberInput!) { team: addTeamMember(input: $input) ${MEMBERS} }`;
const REMOVE = ADD.replace('addTeamMember', 'removeTeamMember');
const TEAM = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  team(id: $id) {
    name
    members(first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage }
    }
  }
}`;
interface TeamAnswer {
  team: { id: string };
}
interface MembersAnswer {
  team: { members: { edges: { cursor: string; node: { name: string } }[]; pageInfo: object } };
}

let app: TestService;
let harbour: School;
let hills: School;
let people: SignedIn[];
beforeAll(async () => {
  app = await testService(userService);
  harbour = await school(app, 'harbour');
  hills = await school(app, 'hills');
  people = [];
  for (const name of ['Cy', 'Abe', 'Bea', 'Dee']) people.push(await harbour.join(name));
});
afterAll(() => app.close());

async function teamOf(name: string, members: readonly SignedIn[] = []): Promise<string> {
  const { team } = await app.as(harbour.admin).ok<TeamAnswer>(CREATE, { name });
  for (const { userId } of members) {
    await app.as(harbour.admin).ok(ADD, { input: { teamId: team.id, userId } });
  }
  return team.id;
}

describe('a team', () => {
  it('has the members that were put in and not taken out again', async () => {
    const [cy, abe] = people as [SignedIn, SignedIn];
    const teamId = await teamOf('Blue', [cy, abe, abe]);
    const input = { teamId, userId: cy.userId };
    expect(await app.as(harbour.admin).ok(REMOVE, { input })).toEqual({
      team: { id: teamId, members: { nodes: [{ name: 'Abe' }], totalCount: 1 } },
    });
    await app.as(harbour.admin).ok(REMOVE, { input });
    const me = '{ me { teams { name } } }';
    expect(await app.as(abe).ok(me)).toEqual({ me: { teams: [{ name: 'Blue' }] } });
    expect(await app.as(cy).ok(me)).toEqual({ me: { teams: [] } });
  });

  it('shows each change within one operation', async () => {
    const [cy, abe] = people as [SignedIn, SignedIn];
    const teamId = await teamOf('Quick');
    const both = `mutation ($one: TeamMemberInput!, $two: TeamMemberInput!) {
      one: addTeamMember(input: $one) { members { totalCount nodes { name } } }
      two: addTeamMember(input: $two) { members { totalCount nodes { name } } }
    }`;
    expect(
      await app.as(harbour.admin).ok(both, {
        one: { teamId, userId: cy.userId },
        two: { teamId, userId: abe.userId },
      }),
    ).toEqual({
      one: { members: { totalCount: 1, nodes: [{ name: 'Cy' }] } },
      two: { members: { totalCount: 2, nodes: [{ name: 'Abe' }, { name: 'Cy' }] } },
    });
  });

  it('has a name of its own', async () => {
    await teamOf('Green');
    expect(await app.as(harbour.admin).refusal(CREATE, { name: 'GREEN' })).toBe('CONFLICT');
    await app.as(hills.admin).ok(CREATE, { name: 'Green' });
  });

  it('is changed by those with the permission, also for this one team', async () => {
    const [cy, abe] = people as [SignedIn, SignedIn];
    const teamId = await teamOf('Managed');
    const input = { teamId, userId: abe.userId };
    expect(await app.as(cy).refusal(ADD, { input })).toBe('PERMISSION_DENIED');
    expect(await app.as(cy).refusal(CREATE, { name: 'Mine' })).toBe('PERMISSION_DENIED');
    expect(await app.as(ANONYMOUS).refusal(CREATE, { name: 'Mine' })).toBe('UNAUTHENTICATED');
    const lead = person({
      organizationId: harbour.organizationId,
      assignments: [{ role: 'ORGANIZATION_ADMIN', scope: 'TEAM', scopeId: teamId }],
    });
    await app.as(lead).ok(ADD, { input });
  });

  it('does not exist for another organization, nor takes its people', async () => {
    const teamId = await teamOf('Secret', people);
    const stranger = await hills.join('Stranger');
    expect(await app.as(hills.admin).ok(TEAM, { id: teamId })).toEqual({ team: null });
    const theirs = { teamId, userId: stranger.userId };
    expect(await app.as(hills.admin).refusal(ADD, { input: theirs })).toBe('NOT_FOUND');
    expect(await app.as(hills.admin).refusal(REMOVE, { input: theirs })).toBe('NOT_FOUND');
    expect(await app.as(harbour.admin).refusal(ADD, { input: theirs })).toBe('NOT_FOUND');
    const nobody = { teamId: newId(), userId: stranger.userId };
    expect(await app.as(harbour.admin).refusal(ADD, { input: nobody })).toBe('NOT_FOUND');
  });
});

describe('a list of members', () => {
  it('is leafed through in both directions', async () => {
    const id = await teamOf('Pages', people);
    const page = async (variables: object) => {
      const { team } = await app.as(harbour.admin).ok<MembersAnswer>(TEAM, { id, ...variables });
      const { edges, pageInfo } = team.members;
      return { names: edges.map(({ node }) => node.name), edges, pageInfo };
    };
    const first = await page({ first: 3 });
    expect(first.names).toEqual(['Abe', 'Bea', 'Cy']);
    expect(first.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false });
    const rest = await page({ first: 3, after: first.edges[2]?.cursor });
    expect(rest.names).toEqual(['Dee']);
    const back = await page({ last: 2, before: rest.edges[0]?.cursor });
    expect(back.names).toEqual(['Bea', 'Cy']);
    expect((await page({ last: 2 })).names).toEqual(['Cy', 'Dee']);
    const foreign = Buffer.from(JSON.stringify(['x', 'y'])).toString('base64url');
    expect(await app.as(harbour.admin).refusal(TEAM, { id, after: foreign })).toBe(
      'BAD_USER_INPUT',
    );
  });

  it('costs the same few statements for many teams as for one', async () => {
    for (let i = 0; i < 10; i += 1) await teamOf(`Many ${i}`, people.slice(0, 2));
    const list = `query ($first: Int!) {
      organization { teams(first: $first) {
        totalCount nodes { members(first: 2) { totalCount nodes { id teams { name } } } }
      } }
    }`;
    const statements = (first: number) =>
      app.statements(() => app.as(harbour.admin).ok(list, { first }));
    // Organization, its teams, their count, members, counts of members, the members' teams.
    expect(await statements(1)).toBe(6);
    expect(await statements(10)).toBe(6);
  });
});
