import { profileUpdated } from '@lyceum/events/user';
import type { Database, Transaction } from '@lyceum/platform/database';
import { notFound } from '@lyceum/platform/errors';
import { parseInput } from '@lyceum/platform/input';
import { localeSchema, timeZoneSchema } from '@lyceum/platform/locale';
import type { SignedIn } from '@lyceum/platform/viewer';
import { z } from 'zod';
import type { PrismaClient, User } from '../../generated/prisma/client.js';
import { nameSchema, searchNameOf } from '../directory/directory.rules.js';
import type { UserLoaders } from './user.loaders.js';

const profileInput = z.object({ name: nameSchema.nullish() });
const preferencesInput = z.object({
  locale: localeSchema.nullish(),
  timeZone: timeZoneSchema.nullish(),
});

/** What a person says of themselves. */
export class UserService {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly loaders: UserLoaders,
  ) {}

  /** @throws BAD_USER_INPUT */
  async updateProfile(viewer: SignedIn, input: unknown): Promise<User> {
    const { name } = parseInput(profileInput, input);
    return this.#change(viewer, async ({ prisma }) => {
      if (name == null) return;
      await prisma.user.update({
        where: { id: viewer.userId },
        data: { name, searchName: searchNameOf(name) },
      });
    });
  }

  /** @throws BAD_USER_INPUT */
  async updatePreferences(viewer: SignedIn, input: unknown): Promise<User> {
    const { locale, timeZone } = parseInput(preferencesInput, input);
    return this.#change(viewer, async ({ prisma }) => {
      await prisma.preference.update({
        where: { userId: viewer.userId },
        data: { locale: locale ?? undefined, timeZone: timeZone ?? undefined },
      });
    });
  }

  async #change(
    viewer: SignedIn,
    change: (tx: Transaction<PrismaClient>) => Promise<void>,
  ): Promise<User> {
    const { userId, organizationId } = viewer;
    const arrived = await this.loaders.arrived(viewer, [userId]);
    if (!arrived.has(userId)) throw notFound('User');
    return this.database.transaction(viewer, async (tx) => {
      // The event tells the whole profile, so changes of its parts must come one after another.
      await tx.prisma.$queryRaw`
        SELECT id FROM "user"
        WHERE id = ${userId}::uuid AND organization_id = ${organizationId}::uuid FOR UPDATE`;
      await change(tx);
      const user = await tx.prisma.user.findUniqueOrThrow({ where: { id: userId } });
      const { locale, timeZone } = await tx.prisma.preference.findUniqueOrThrow({
        where: { userId },
      });
      tx.record(profileUpdated, {
        aggregateId: userId,
        data: { userId, name: user.name, locale, timeZone },
      });
      return user;
    });
  }
}
