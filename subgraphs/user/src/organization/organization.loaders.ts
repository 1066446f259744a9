import type { RequestContext } from '@lyceum/platform/context';
import type { Database } from '@lyceum/platform/database';
import { settle } from '@lyceum/platform/settle';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { Organization as Row, PrismaClient } from '../../generated/prisma/client.js';
import type { Organization } from './organization.types.js';

export class OrganizationLoaders {
  constructor(private readonly database: Database<PrismaClient>) {}

  /** The viewer's organization; null for all others. */
  readonly byId = async (
    ids: readonly string[],
    { viewer }: RequestContext,
  ): Promise<(Organization | null)[]> => {
    if (viewer.kind !== 'person') return ids.map(() => null);
    const own = ids.includes(viewer.organizationId) ? await this.own(viewer) : null;
    return ids.map((id) => (id === viewer.organizationId ? own : null));
  };

  /** Waits for an organization that was founded just now. */
  async own(viewer: SignedIn): Promise<Organization | null> {
    const { organizationId } = viewer;
    const found = await settle([organizationId], async () => {
      const row = await this.database
        .of(viewer)
        .organization.findUnique({ where: { organizationId } });
      return new Map(row ? [[organizationId, toOrganization(row)]] : []);
    });
    return found.get(organizationId) ?? null;
  }
}

export function toOrganization({ organizationId, ...row }: Row): Organization {
  return { id: organizationId, ...row };
}
