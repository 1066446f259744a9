import type { Database } from '@lyceum/platform/database';
import { keyset, pageOf, pageRequest, type PageArgs } from '@lyceum/platform/pagination';
import { canSomewhere } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import { Prisma, type PrismaClient } from '../../generated/prisma/client.js';
import { searchWords } from './directory.rules.js';

const ORDER = [
  ['searchName', 'asc', 'text'],
  ['id', 'asc', 'id'],
] as const;
/** So many similar names are worth looking through. */
const MOST_SIMILAR = 200;

/** The people of an organization, by name. */
export class DirectoryService {
  constructor(private readonly database: Database<PrismaClient>) {}

  /**
   * A page of those whose name has every word of the search in it, or, when there is nobody, of those
   * whose name is similar. An e-mail address (or its beginning) finds its owner, for those who may
   * read addresses.
   */
  async search(viewer: SignedIn, search: string | null | undefined, args: PageArgs) {
    const prisma = this.database.of(viewer);
    const request = pageRequest(args);
    const { where: from, ...page } = keyset(request, ORDER);
    const rowsOf = (where: Prisma.UserWhereInput) =>
      prisma.user.findMany({ where: { AND: [where, from] }, ...page });

    let where = this.#exact(viewer, search ?? '');
    let rows = await rowsOf(where);
    if (search && rows.length === 0 && !(await prisma.user.findFirst({ where }))) {
      where = { id: { in: await this.#similar(viewer, search) } };
      rows = await rowsOf(where);
    }
    return {
      ...pageOf(request, rows, (row) => [row.searchName, row.id]),
      count: () => prisma.user.count({ where }),
    };
  }

  #exact(viewer: SignedIn, search: string): Prisma.UserWhereInput {
    if (search.includes('@') && canSomewhere(viewer, 'user:read-contact')) {
      return { email: { startsWith: search.toLowerCase().replaceAll(/[\s\p{Cc}]/gu, '') } };
    }
    return { AND: searchWords(search).map((word) => ({ searchName: { contains: word } })) };
  }

  async #similar(viewer: SignedIn, search: string): Promise<string[]> {
    const words = searchWords(search);
    if (words.length === 0) return [];
    const alike = words.map((word) => Prisma.sql`${word}::text <% search_name`);
    const rows = await this.database.of(viewer).$queryRaw<{ id: string }[]>(Prisma.sql`
      SELECT id FROM "user"
      WHERE organization_id = ${viewer.organizationId}::uuid AND ${Prisma.join(alike, ' AND ')}
      ORDER BY word_similarity(${words.join(' ')}::text, search_name) DESC, id
      LIMIT ${MOST_SIMILAR}::int`);
    return rows.map((row) => row.id);
  }
}
