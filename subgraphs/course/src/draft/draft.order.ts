import { Prisma } from '../../generated/prisma/client.js';
import type { AnyTx } from '../service-types.js';

interface Draft {
  id: string;
  organizationId: string;
}

/** The levels of a course's tree: their table, and the column that names the parent. */
const LEVELS = {
  module: { table: Prisma.sql`module`, parent: Prisma.sql`version_id` },
  lesson: { table: Prisma.sql`lesson`, parent: Prisma.sql`module_id` },
  topic: { table: Prisma.sql`topic`, parent: Prisma.sql`lesson_id` },
  block: { table: Prisma.sql`block`, parent: Prisma.sql`topic_id` },
} as const;
export type Level = keyof typeof LEVELS;

/** Ids of a parent's children in their order. */
export async function childrenOf(
  { prisma }: Pick<AnyTx, 'prisma'>,
  draft: Draft,
  level: Level,
  parentId: string,
): Promise<string[]> {
  const { table, parent } = LEVELS[level];
  const rows = await prisma.$queryRaw<{ id: string }[]>`
    SELECT id FROM ${table}
    WHERE version_id = ${draft.id}::uuid AND organization_id = ${draft.organizationId}::uuid
      AND ${parent} = ${parentId}::uuid
    ORDER BY position, id`;
  return rows.map(({ id }) => id);
}

/** Makes `ids` the children of the parent in this order, positions counting from 0 without gaps. */
export async function arrange(
  { prisma }: Pick<AnyTx, 'prisma'>,
  draft: Draft,
  level: Level,
  parentId: string,
  ids: readonly string[],
): Promise<void> {
  const { table, parent } = LEVELS[level];
  await prisma.$executeRaw`
    UPDATE ${table} x SET position = o.position - 1, ${parent} = ${parentId}::uuid
    FROM unnest(${[...ids]}::uuid[]) WITH ORDINALITY AS o(id, position)
    WHERE x.id = o.id AND x.version_id = ${draft.id}::uuid
      AND x.organization_id = ${draft.organizationId}::uuid
      AND (x.position <> o.position - 1 OR x.${parent} <> ${parentId}::uuid)`;
}
