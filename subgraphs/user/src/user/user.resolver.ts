import type { RequestContext } from '@lyceum/platform/context';
import { OpenWithoutRole } from '@lyceum/platform/membership';
import { PageArgs } from '@lyceum/platform/pagination';
import { canSomewhere, requireSignedIn, requireSomewhere } from '@lyceum/platform/permissions';
import {
  Arg,
  Args,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Viewer } from '@lyceum/platform/viewer';
import type { Preference } from '../../generated/prisma/client.js';
import type { DirectoryService } from '../directory/directory.service.js';
import type { OrganizationLoaders } from '../organization/organization.loaders.js';
import { Organization } from '../organization/organization.types.js';
import type { TeamLoaders } from '../team/team.loaders.js';
import { Team } from '../team/team.types.js';
import type { UserLoaders } from './user.loaders.js';
import type { UserService } from './user.service.js';
import { UpdatePreferencesInput, UpdateProfileInput, User, UserConnection } from './user.types.js';

@Resolver(() => User)
export class UserResolver {
  constructor(
    private readonly profiles: UserService,
    private readonly directory: DirectoryService,
    private readonly loaders: UserLoaders,
    private readonly organizations: OrganizationLoaders,
    private readonly teamLoaders: TeamLoaders,
    /** The viewer with the roles they hold in courses. */
    private readonly teaching: (context: RequestContext) => Promise<Viewer>,
  ) {}

  @OpenWithoutRole()
  @Query(() => User, {
    nullable: true,
    description:
      'The viewer; null without authentication. Also for a person without any role in the organization: for them, fields about the organization’s content are null or empty.',
  })
  async me(@Ctx() context: RequestContext): Promise<User | null> {
    const { viewer } = context;
    return viewer.kind === 'person' ? context.loader(this.loaders.byId).load(viewer.userId) : null;
  }

  @Query(() => User, {
    nullable: true,
    description: 'A person of your organization; null for everybody else.',
  })
  user(
    @Arg('id', () => ID, { description: 'Whose id.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<User | null> {
    return context.loader(this.loaders.byId).load(id);
  }

  @Query(() => UserConnection, {
    description:
      'The directory: the people of your organization by name. Requires `user:list`, in one course at least. Errors: PERMISSION_DENIED.',
  })
  async users(
    @Arg('search', () => String, {
      nullable: true,
      description:
        'Words that all occur in the name, in any order, whatever case and accents; without any such, similar names are found. With `user:read-contact` also the beginning of an e-mail address, up to and beyond its @.',
    })
    search: string | null | undefined,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Omit<UserConnection, 'totalCount'>> {
    const viewer = requireSomewhere(await this.teaching(context), 'user:list');
    return this.directory.search(viewer, search, page);
  }

  @OpenWithoutRole()
  @Mutation(() => User, { description: 'Changes your profile. Errors: BAD_USER_INPUT.' })
  async updateProfile(
    @Arg('input', () => UpdateProfileInput, { description: 'What to change.' })
    input: UpdateProfileInput,
    @Ctx() context: RequestContext,
  ): Promise<User> {
    const viewer = requireSignedIn(context.viewer);
    const user = await this.profiles.updateProfile(viewer, input);
    context.loader(this.loaders.byId).clear(user.id);
    return user;
  }

  @OpenWithoutRole()
  @Mutation(() => User, { description: 'Changes your preferences. Errors: BAD_USER_INPUT.' })
  async updatePreferences(
    @Arg('input', () => UpdatePreferencesInput, { description: 'What to change.' })
    input: UpdatePreferencesInput,
    @Ctx() context: RequestContext,
  ): Promise<User> {
    const viewer = requireSignedIn(context.viewer);
    const user = await this.profiles.updatePreferences(viewer, input);
    context.loader(this.loaders.preferences).clear(user.id);
    return user;
  }

  @OpenWithoutRole()
  @FieldResolver(() => String, {
    nullable: true,
    description: 'E-mail address; null unless it is you, or you hold `user:read-contact`.',
  })
  async email(@Root() user: User, @Ctx() context: RequestContext): Promise<string | null> {
    return (await this.#seesContact(user, context)) ? user.email : null;
  }

  @OpenWithoutRole()
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Preferred language (BCP 47); null unless it is you, or you hold `user:read-contact`.',
  })
  async locale(@Root() user: User, @Ctx() context: RequestContext): Promise<string | null> {
    return (await this.#preference(user, context))?.locale ?? null;
  }

  @OpenWithoutRole()
  @FieldResolver(() => String, {
    nullable: true,
    description: 'Time zone (IANA); null unless it is you, or you hold `user:read-contact`.',
  })
  async timeZone(@Root() user: User, @Ctx() context: RequestContext): Promise<string | null> {
    return (await this.#preference(user, context))?.timeZone ?? null;
  }

  @OpenWithoutRole()
  @FieldResolver(() => Organization, {
    nullable: true,
    description: 'Where the person belongs. There always is one; it is null only in failure.',
  })
  organization(@Root() user: User, @Ctx() context: RequestContext): Promise<Organization | null> {
    return context.loader(this.organizations.byId).load(user.organizationId);
  }

  @Directive('@listSize(assumedSize: 3)')
  @FieldResolver(() => [Team], {
    description: 'The teams the person is in, by name; empty for a person without any role.',
  })
  teams(@Root() user: User, @Ctx() context: RequestContext): Promise<Team[]> {
    return context.loader(this.teamLoaders.ofUser).load(user.id);
  }

  async #preference(user: User, context: RequestContext): Promise<Preference | null> {
    if (!(await this.#seesContact(user, context))) return null;
    return context.loader(this.loaders.preferences).load(user.id);
  }

  /** Contact data is one's own, and of those who look after people. */
  async #seesContact(user: User, context: RequestContext): Promise<boolean> {
    const { viewer } = context;
    if (viewer.kind !== 'person') return false;
    if (viewer.userId === user.id) return true;
    return canSomewhere(await this.teaching(context), 'user:read-contact');
  }
}
