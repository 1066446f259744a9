import type { RequestContext } from '@lyceum/platform/context';
import { OpenWithoutRole } from '@lyceum/platform/membership';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { RoleLoaders } from './role.loaders.js';
import type { RoleService } from './role.service.js';
import { RoleAssignmentObject, RoleInput, User } from './role.types.js';

@Resolver(() => User)
export class RoleResolver {
  constructor(
    private readonly service: RoleService,
    private readonly loaders: RoleLoaders,
  ) {}

  @Directive('@listSize(assumedSize: 2)')
  @OpenWithoutRole()
  @FieldResolver(() => [RoleAssignmentObject], {
    description:
      'What the person may do, and where. Your own, and with `user:list` everybody’s of your organization; empty otherwise.',
  })
  roles(@Root() user: User, @Ctx() context: RequestContext): Promise<RoleAssignmentObject[]> {
    return context.loader(this.loaders.rolesOf).load(user.id);
  }

  @Mutation(() => User, {
    description:
      'Gives a role. Takes `role:assign` and every permission of the role, where it is to hold. It opens things with the person’s next refresh. Errors: PERMISSION_DENIED, NOT_FOUND, BAD_USER_INPUT (SCOPE_NOT_FOR_ROLE, SCOPE_ID_MISSING, SCOPE_ID_NOT_YOURS).',
  })
  async assignRole(
    @Arg('input', () => RoleInput, { description: 'Whom, and which role.' }) input: RoleInput,
    @Ctx() context: RequestContext,
  ): Promise<User> {
    const id = await this.service.assign(requireSignedIn(context.viewer), input);
    context.loader(this.loaders.rolesOf).clear(id);
    return { id };
  }

  @Mutation(() => User, {
    description:
      'Takes a role away; what it opened closes at once. Takes what giving it takes. Without any role left, a person signs in and sees their own account, and all else is refused with PERMISSION_DENIED (ROLE_REQUIRED). Errors: PERMISSION_DENIED, NOT_FOUND, CONFLICT (LAST_ADMINISTRATOR), BAD_USER_INPUT.',
  })
  async revokeRole(
    @Arg('input', () => RoleInput, { description: 'From whom, and which role.' }) input: RoleInput,
    @Ctx() context: RequestContext,
  ): Promise<User> {
    const id = await this.service.revoke(requireSignedIn(context.viewer), input);
    context.loader(this.loaders.rolesOf).clear(id);
    return { id };
  }
}
