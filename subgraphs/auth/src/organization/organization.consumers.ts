import { organizationUpdated } from '@lyceum/events/user';
import { on, type EventConsumer } from '@lyceum/platform/consumers';
import type { PrismaClient } from '../../generated/prisma/client.js';

/** Keeps who may join an organization as its administrators set it in the user service. */
export const organizationConsumers: readonly EventConsumer<PrismaClient>[] = [
  on(organizationUpdated, async ({ data }, tx) => {
    const { organizationId, name, registration } = data;
    await tx.prisma.organization.updateMany({
      where: { organizationId },
      data: { name, registration },
    });
  }),
];
