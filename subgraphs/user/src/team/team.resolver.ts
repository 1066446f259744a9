import type { RequestContext } from '@lyceum/platform/context';
import { cursorValues, PageArgs, pageOf, pageRequest } from '@lyceum/platform/pagination';
import { requirePermission, requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { UserConnection } from '../user/user.types.js';
import type { TeamLoaders } from './team.loaders.js';
import type { TeamService } from './team.service.js';
import { CreateTeamInput, Team, TeamMemberInput } from './team.types.js';

@Resolver(() => Team)
export class TeamResolver {
  constructor(
    private readonly teams: TeamService,
    private readonly loaders: TeamLoaders,
  ) {}

  @Query(() => Team, {
    nullable: true,
    description: 'A team of your organization; null for any other.',
  })
  team(
    @Arg('id', () => ID, { description: 'Which team.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Team | null> {
    return context.loader(this.loaders.byId).load(id);
  }

  @Mutation(() => Team, {
    description:
      'Makes a team without members. Takes `team:manage`. Errors: PERMISSION_DENIED, BAD_USER_INPUT, CONFLICT (TEAM_NAME_TAKEN).',
  })
  createTeam(
    @Arg('input', () => CreateTeamInput, { description: 'The team.' }) input: CreateTeamInput,
    @Ctx() context: RequestContext,
  ): Promise<Team> {
    return this.teams.create(requirePermission(context.viewer, 'team:manage'), input);
  }

  @Mutation(() => Team, {
    description:
      'Puts a person into a team; twice is no error. Takes `team:manage` for the team. Errors: PERMISSION_DENIED, NOT_FOUND.',
  })
  async addTeamMember(
    @Arg('input', () => TeamMemberInput, { description: 'Whom, and into which team.' })
    input: TeamMemberInput,
    @Ctx() context: RequestContext,
  ): Promise<Team> {
    const team = await this.teams.addMember(requireSignedIn(context.viewer), input);
    this.#forget(context);
    return team;
  }

  @Mutation(() => Team, {
    description:
      'Takes a person out of a team; no error if they are not in it. Takes `team:manage` for the team. Errors: PERMISSION_DENIED, NOT_FOUND.',
  })
  async removeTeamMember(
    @Arg('input', () => TeamMemberInput, { description: 'Whom, and out of which team.' })
    input: TeamMemberInput,
    @Ctx() context: RequestContext,
  ): Promise<Team> {
    const team = await this.teams.removeMember(requireSignedIn(context.viewer), input);
    this.#forget(context);
    return team;
  }

  @FieldResolver(() => UserConnection, { description: 'Who is in it, by name.' })
  async members(
    @Root() team: Team,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Omit<UserConnection, 'totalCount'>> {
    const request = pageRequest(page);
    const { take, backwards } = request;
    const cursor = cursorValues(request, ['text', 'id']);
    const rows = await context
      .loader(this.loaders.members)
      .load({ teamId: team.id, take, backwards, cursor });
    return {
      ...pageOf(request, rows, (row) => [row.searchName, row.id]),
      count: () => context.loader(this.loaders.memberCount).load(team.id),
    };
  }

  /** What this request has loaded of teams does not hold any more. */
  #forget(context: RequestContext): void {
    const { members, memberCount, ofUser } = this.loaders;
    context.loader(members).clearAll();
    context.loader(memberCount).clearAll();
    context.loader(ofUser).clearAll();
  }
}
