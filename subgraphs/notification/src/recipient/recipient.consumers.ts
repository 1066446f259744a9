import { accountRegistered } from '@lyceum/events/auth';
import { profileUpdated } from '@lyceum/events/user';
import { on } from '@lyceum/platform/consumers';
import { NotYet } from '@lyceum/platform/not-yet';
import type { NotificationConsumer } from '../database.js';

/** The person has not been heard of: their registration is on its way, and the event waits for it. */
export function registrationOf(userId: string): NotYet {
  return new NotYet(`the registration of ${userId}`);
}

/** Keeps what notifications need to know of people. */
export function recipients(): NotificationConsumer[] {
  return [
    on(accountRegistered, async ({ organizationId, data }, tx) => {
      const { userId, email, name, locale, timeZone } = data;
      await tx.prisma.recipient.createMany({
        data: [{ userId, organizationId, email, name, locale, timeZone }],
        skipDuplicates: true,
      });
    }),
    on(profileUpdated, async ({ data }, tx) => {
      const { userId, name, locale, timeZone } = data;
      const { count } = await tx.prisma.recipient.updateMany({
        where: { userId },
        data: { name, locale, timeZone },
      });
      if (count === 0) throw registrationOf(userId);
    }),
  ];
}
