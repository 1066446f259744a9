import type { RawClient } from '@lyceum/platform/consumers';
import type { AttemptGrant as AttemptGrantRow } from '../../generated/prisma/client.js';

export type { AttemptGrantRow };

/** Attempts that staff granted, oldest first: by enrollment, and in it by block. */
export async function attemptGrants(
  prisma: RawClient,
  organizationId: string,
  enrollmentIds: readonly string[],
): Promise<Map<string, Map<string, AttemptGrantRow[]>>> {
  const rows = await prisma.$queryRaw<AttemptGrantRow[]>`
    SELECT id, organization_id AS "organizationId", enrollment_id AS "enrollmentId",
      block_id AS "blockId", attempts, attempts_made AS "attemptsMade", reason,
      granted_by AS "grantedBy", granted_at AS "grantedAt"
    FROM attempt_grant
    WHERE organization_id = ${organizationId}::uuid
      AND enrollment_id = ANY(${[...enrollmentIds]}::uuid[])
    ORDER BY granted_at, id`;
  const found = new Map<string, Map<string, AttemptGrantRow[]>>();
  for (const row of rows) {
    const blocks = found.get(row.enrollmentId) ?? new Map<string, AttemptGrantRow[]>();
    found.set(row.enrollmentId, blocks);
    blocks.set(row.blockId, [...(blocks.get(row.blockId) ?? []), row]);
  }
  return found;
}
