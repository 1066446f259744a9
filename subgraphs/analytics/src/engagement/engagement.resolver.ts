import type { RequestContext } from '@lyceum/platform/context';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { EngagementService } from './engagement.service.js';
import { Engagement, User } from './engagement.types.js';

@Resolver(() => User)
export class EngagementResolver {
  constructor(private readonly service: EngagementService) {}

  @FieldResolver(() => Engagement, {
    nullable: true,
    description:
      'How engaged the person is; null for others than themself and staff with `course:insights`.',
  })
  engagement(@Root() user: User, @Ctx() context: RequestContext) {
    return this.service.ofPerson(user.id, context);
  }
}
