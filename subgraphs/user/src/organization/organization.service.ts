import { organizationUpdated } from '@lyceum/events/user';
import type { Database } from '@lyceum/platform/database';
import { notFound } from '@lyceum/platform/errors';
import { parseInput } from '@lyceum/platform/input';
import { localeSchema, timeZoneSchema } from '@lyceum/platform/locale';
import type { SignedIn } from '@lyceum/platform/viewer';
import { z } from 'zod';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { RegistrationPolicy } from '../../generated/prisma/enums.js';
import { nameSchema } from '../directory/directory.rules.js';
import { toOrganization, type OrganizationLoaders } from './organization.loaders.js';
import type { Organization } from './organization.types.js';

const settingsInput = z.object({
  name: nameSchema.nullish(),
  locale: localeSchema.nullish(),
  timeZone: timeZoneSchema.nullish(),
  registration: z.enum(RegistrationPolicy).nullish(),
});

export class OrganizationService {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly loaders: OrganizationLoaders,
  ) {}

  /** @throws BAD_USER_INPUT */
  async update(viewer: SignedIn, input: unknown): Promise<Organization> {
    const settings = parseInput(settingsInput, input);
    const { organizationId } = viewer;
    if (!(await this.loaders.own(viewer))) throw notFound('Organization');
    return this.database.transaction(viewer, async (tx) => {
      const row = await tx.prisma.organization.update({
        where: { organizationId },
        data: {
          name: settings.name ?? undefined,
          locale: settings.locale ?? undefined,
          timeZone: settings.timeZone ?? undefined,
          registration: settings.registration ?? undefined,
        },
      });
      const { name, locale, timeZone, registration } = row;
      tx.record(organizationUpdated, {
        aggregateId: organizationId,
        data: { organizationId, name, locale, timeZone, registration },
      });
      return toOrganization(row);
    });
  }
}
