import type { RequestContext } from '@lyceum/platform/context';
import { OpenWithoutRole } from '@lyceum/platform/membership';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { User } from '../notification/notification.types.js';
import type { PreferenceService } from './preference.service.js';
import { NotificationPreference, SetNotificationPreferenceInput } from './preference.types.js';

@Resolver(() => User)
export class PreferenceResolver {
  constructor(private readonly preferences: PreferenceService) {}

  @OpenWithoutRole()
  @FieldResolver(() => [NotificationPreference], {
    nullable: true,
    description: 'Every category and channel; null unless it is yourself.',
  })
  async notificationPreferences(
    @Root() user: User,
    @Ctx() context: RequestContext,
  ): Promise<NotificationPreference[] | null> {
    const viewer = requireSignedIn(context.viewer);
    return user.id === viewer.userId ? this.preferences.all(viewer) : null;
  }

  @OpenWithoutRole()
  @Mutation(() => NotificationPreference, {
    description:
      'Chooses for yourself. CONFLICT with the reason CRITICAL_CATEGORY for what cannot be switched off.',
  })
  async setNotificationPreference(
    @Arg('input', () => SetNotificationPreferenceInput, { description: 'The choice.' })
    input: SetNotificationPreferenceInput,
    @Ctx() context: RequestContext,
  ): Promise<NotificationPreference> {
    return this.preferences.set(requireSignedIn(context.viewer), input);
  }
}
