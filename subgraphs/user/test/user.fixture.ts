import { accountRegistered } from '@lyceum/events/auth';
import { newId } from '@lyceum/platform/ids';
import type { RoleName } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import { person } from '@lyceum/testkit/person';
import type { TestService } from '@lyceum/testkit/service';

export interface School {
  organizationId: string;
  admin: SignedIn;
  /** Someone registers, and their profile has arrived. */
  join(name: string, roles?: readonly RoleName[]): Promise<SignedIn>;
}

/** The event of a registration. */
export function registration(who: SignedIn, name: string, slug: string, founded = false) {
  return {
    aggregateId: who.userId,
    organizationId: who.organizationId,
    actorId: who.userId,
    data: {
      userId: who.userId,
      email: `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@${slug}.example`,
      name,
      locale: founded ? 'de' : 'en',
      timeZone: founded ? 'Europe/Berlin' : 'UTC',
      organization: { id: who.organizationId, slug, name: `School ${slug}`, founded },
      roles: [...who.roles],
      registeredAt: '2026-01-05T09:00:00.000Z',
    },
  };
}

/** An organization with an administrator. */
export async function school(app: TestService, slug: string): Promise<School> {
  const organizationId = newId();
  const admin = person({ organizationId, roles: ['ORGANIZATION_ADMIN'] });
  await app.deliver(accountRegistered, registration(admin, 'Ada Admin', slug, true));
  return {
    organizationId,
    admin,
    async join(name, roles) {
      const who = person({ organizationId, roles });
      await app.deliver(accountRegistered, registration(who, name, slug));
      return who;
    },
  };
}
