import type { RequestContext } from '@lyceum/platform/context';
import { OpenWithoutRole } from '@lyceum/platform/membership';
import { PageArgs } from '@lyceum/platform/pagination';
import { requirePermission, requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { TeamService } from '../team/team.service.js';
import { TeamConnection } from '../team/team.types.js';
import type { OrganizationLoaders } from './organization.loaders.js';
import type { OrganizationService } from './organization.service.js';
import { Organization, UpdateOrganizationInput } from './organization.types.js';

@Resolver(() => Organization)
export class OrganizationResolver {
  constructor(
    private readonly organizations: OrganizationService,
    private readonly loaders: OrganizationLoaders,
    private readonly teamService: TeamService,
  ) {}

  @OpenWithoutRole()
  @Query(() => Organization, {
    nullable: true,
    description:
      'Your organization; null for any other, and when nobody has signed in. For a person without any role, its courses and teams are empty.',
  })
  async organization(
    @Arg('id', () => ID, { nullable: true, description: 'Your own unless given.' })
    id: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Organization | null> {
    const { viewer } = context;
    if (viewer.kind !== 'person') return null;
    return context.loader(this.loaders.byId).load(id ?? viewer.organizationId);
  }

  @Mutation(() => Organization, {
    description:
      'Changes the settings of your organization. Takes `organization:update`. Errors: PERMISSION_DENIED, BAD_USER_INPUT.',
  })
  async updateOrganization(
    @Arg('input', () => UpdateOrganizationInput, { description: 'What to change.' })
    input: UpdateOrganizationInput,
    @Ctx() context: RequestContext,
  ): Promise<Organization> {
    const viewer = requirePermission(context.viewer, 'organization:update');
    const organization = await this.organizations.update(viewer, input);
    context.loader(this.loaders.byId).clear(organization.id);
    return organization;
  }

  // Only the viewer's own organization is ever resolved, so there is one such list in a request.
  @FieldResolver(() => TeamConnection, {
    description: 'Its teams, by name; empty for a person without any role.',
  })
  teams(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Omit<TeamConnection, 'totalCount'>> {
    return this.teamService.list(requireSignedIn(context.viewer), page);
  }
}
