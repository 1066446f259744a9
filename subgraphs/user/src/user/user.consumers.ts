import { accountRegistered } from '@lyceum/events/auth';
import { on, type EventConsumer } from '@lyceum/platform/consumers';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { searchNameOf } from '../directory/directory.rules.js';

/** Whoever registers with auth gets a profile here, and an organization that was founded is set up. */
export const userConsumers: readonly EventConsumer<PrismaClient>[] = [
  on(accountRegistered, async ({ data, organizationId }, { prisma }) => {
    const { userId, name, email, locale, timeZone, organization } = data;
    const registeredAt = new Date(data.registeredAt);
    // Someone who joins may be heard of before the founder: events of different people have no order.
    const settings = organization.founded
      ? { locale, timeZone }
      : { locale: 'en', timeZone: 'UTC' };
    await prisma.organization.upsert({
      where: { organizationId },
      create: {
        organizationId,
        slug: organization.slug,
        name: organization.name,
        ...settings,
        createdAt: registeredAt,
      },
      update: organization.founded ? settings : {},
    });
    await prisma.user.create({
      data: {
        id: userId,
        organizationId,
        name,
        searchName: searchNameOf(name),
        email,
        createdAt: registeredAt,
      },
    });
    await prisma.preference.create({ data: { userId, organizationId, locale, timeZone } });
    await prisma.membership.create({ data: { organizationId, userId, joinedAt: registeredAt } });
  }),
];
