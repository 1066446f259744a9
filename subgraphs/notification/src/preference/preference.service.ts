import { conflict } from '@lyceum/platform/errors';
import type { SignedIn } from '@lyceum/platform/viewer';
import {
  NotificationCategory as Category,
  NotificationChannel as Channel,
} from '../../generated/prisma/enums.js';
import type { NotificationDatabase } from '../database.js';
import { isCritical, isEnabled } from './preference.rules.js';

export interface Preference {
  readonly category: Category;
  readonly channel: Channel;
  readonly enabled: boolean;
  readonly critical: boolean;
}

export class PreferenceService {
  constructor(private readonly database: NotificationDatabase) {}

  /** Every category and channel, with the viewer's choice or the default. */
  async all(viewer: SignedIn): Promise<Preference[]> {
    const chosen = await this.database
      .of(viewer)
      .notificationPreference.findMany({ where: { userId: viewer.userId } });
    return Object.values(Category).flatMap((category) =>
      Object.values(Channel).map((channel) => {
        const row = chosen.find((row) => row.category === category && row.channel === channel);
        return preference(category, channel, row?.enabled);
      }),
    );
  }

  /** @throws CONFLICT (CRITICAL_CATEGORY) for switching off what everyone must hear of */
  async set(
    viewer: SignedIn,
    wanted: { category: Category; channel: Channel; enabled: boolean },
  ): Promise<Preference> {
    const { category, channel, enabled } = wanted;
    if (isCritical(category) && !enabled) {
      throw conflict('CRITICAL_CATEGORY', 'This category cannot be switched off.');
    }
    const { userId, organizationId } = viewer;
    await this.database.of(viewer).notificationPreference.upsert({
      where: { userId_category_channel: { userId, category, channel } },
      create: { userId, organizationId, category, channel, enabled },
      update: { enabled },
    });
    return preference(category, channel, enabled);
  }
}

function preference(category: Category, channel: Channel, chosen?: boolean): Preference {
  const enabled = isEnabled(category, channel, chosen);
  return { category, channel, enabled, critical: isCritical(category) };
}
