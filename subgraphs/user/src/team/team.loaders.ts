import type { RequestContext } from '@lyceum/platform/context';
import type { Database } from '@lyceum/platform/database';
import { isId } from '@lyceum/platform/ids';
import { Prisma, type PrismaClient, type Team, type User } from '../../generated/prisma/client.js';

/** A page of one team's members to fetch: `take` rows beyond `after`, in the order of names. */
export interface MembersKey {
  readonly teamId: string;
  readonly take: number;
  readonly backwards: boolean;
  /** `[searchName, id]` of the row to go on from. */
  readonly cursor: readonly [string, string] | null;
}

export class TeamLoaders {
  constructor(private readonly database: Database<PrismaClient>) {}

  readonly byId = async (
    ids: readonly string[],
    { viewer }: RequestContext,
  ): Promise<(Team | null)[]> => {
    if (viewer.kind !== 'person') return ids.map(() => null);
    const rows = await this.database
      .of(viewer)
      .team.findMany({ where: { id: { in: ids.filter(isId) } } });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  };

  /** The teams of each person, by name. */
  readonly ofUser = async (
    userIds: readonly string[],
    { viewer }: RequestContext,
  ): Promise<Team[][]> => {
    if (viewer.kind !== 'person') return userIds.map(() => []);
    const rows = await this.database.of(viewer).$queryRaw<(Team & { userId: string })[]>`
      SELECT m.user_id AS "userId", t.id, t.organization_id AS "organizationId", t.name,
        t.search_name AS "searchName", t.created_at AS "createdAt"
      FROM team_member m JOIN team t ON t.id = m.team_id
      WHERE m.user_id = ANY(${userIds}::uuid[]) AND t.organization_id = ${viewer.organizationId}::uuid
      ORDER BY t.search_name`;
    const byUser = new Map<string, Team[]>(userIds.map((id) => [id, []]));
    for (const row of rows) byUser.get(row.userId)?.push(row);
    return userIds.map((id) => byUser.get(id) ?? []);
  };

  /** How many members each team has. */
  readonly memberCount = async (
    teamIds: readonly string[],
    { viewer }: RequestContext,
  ): Promise<number[]> => {
    if (viewer.kind !== 'person') return teamIds.map(() => 0);
    const groups = await this.database
      .of(viewer)
      .teamMember.groupBy({ by: 'teamId', where: { teamId: { in: [...teamIds] } }, _count: true });
    const byTeam = new Map(groups.map((group) => [group.teamId, group._count]));
    return teamIds.map((id) => byTeam.get(id) ?? 0);
  };

  /** A page of members of each team: one statement for all teams that are asked for in one direction. */
  readonly members = async (
    keys: readonly MembersKey[],
    { viewer }: RequestContext,
  ): Promise<User[][]> => {
    if (viewer.kind !== 'person') return keys.map(() => []);
    const pages = keys.map((): User[] => []);
    for (const backwards of [false, true]) {
      const asked = keys.flatMap((key, index) =>
        key.backwards === backwards ? [{ key, index }] : [],
      );
      if (asked.length === 0) continue;
      const beyond = Prisma.raw(backwards ? '<' : '>');
      const direction = Prisma.raw(backwards ? 'DESC' : 'ASC');
      const rows = await this.database.of(viewer).$queryRaw<
        (User & { index: number })[]
      >(Prisma.sql`
        SELECT page.index, u.*
        FROM unnest(
          ${asked.map(({ index }) => index)}::int[],
          ${asked.map(({ key }) => key.teamId)}::uuid[],
          ${asked.map(({ key }) => key.take)}::int[],
          ${asked.map(({ key }) => key.cursor?.[0] ?? null)}::text[],
          ${asked.map(({ key }) => key.cursor?.[1] ?? null)}::uuid[]
        ) AS page(index, team_id, take, after_name, after_id)
        CROSS JOIN LATERAL (
          SELECT u.id, u.organization_id AS "organizationId", u.name,
            u.search_name AS "searchName", u.email, u.created_at AS "createdAt"
          FROM team_member m JOIN "user" u ON u.id = m.user_id
          WHERE m.team_id = page.team_id AND m.organization_id = ${viewer.organizationId}::uuid
            AND (page.after_id IS NULL
              OR (u.search_name, u.id) ${beyond} (page.after_name, page.after_id))
          ORDER BY u.search_name ${direction}, u.id ${direction}
          LIMIT page.take
        ) u
        ORDER BY page.index, u."searchName" ${direction}, u.id ${direction}`);
      for (const { index, ...user } of rows) pages[index]?.push(user);
    }
    return pages;
  };
}
