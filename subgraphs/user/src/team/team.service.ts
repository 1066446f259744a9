import type { Clock } from '@lyceum/platform/clock';
import { isUniqueViolation, type Database } from '@lyceum/platform/database';
import { conflict, notFound } from '@lyceum/platform/errors';
import { newId } from '@lyceum/platform/ids';
import { parseInput } from '@lyceum/platform/input';
import { keyset, pageOf, pageRequest, type PageArgs } from '@lyceum/platform/pagination';
import { requirePermission } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import { z } from 'zod';
import type { PrismaClient, Team } from '../../generated/prisma/client.js';
import { nameSchema, searchNameOf } from '../directory/directory.rules.js';
import type { UserLoaders } from '../user/user.loaders.js';

const teamInput = z.object({ name: nameSchema });
const memberInput = z.object({ teamId: z.uuid(), userId: z.uuid() });

export class TeamService {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: Clock,
    private readonly users: UserLoaders,
  ) {}

  /** The organization's teams. */
  async list(viewer: SignedIn, args: PageArgs) {
    const prisma = this.database.of(viewer);
    const request = pageRequest(args);
    const { where, ...page } = keyset(request, [['searchName', 'asc', 'text']]);
    const rows = await prisma.team.findMany({ where: { AND: [where] }, ...page });
    return {
      ...pageOf(request, rows, (row) => [row.searchName]),
      count: () => prisma.team.count(),
    };
  }

  /** @throws BAD_USER_INPUT, CONFLICT (TEAM_NAME_TAKEN) */
  async create(viewer: SignedIn, input: unknown): Promise<Team> {
    const { name } = parseInput(teamInput, input);
    return this.database.transaction(viewer, ({ prisma }) =>
      prisma.team
        .create({
          data: {
            id: newId(),
            organizationId: viewer.organizationId,
            name,
            searchName: searchNameOf(name),
            createdAt: this.clock.now(),
          },
        })
        .catch((error: unknown): never => {
          if (!isUniqueViolation(error)) throw error;
          throw conflict('TEAM_NAME_TAKEN', 'There is a team with this name.');
        }),
    );
  }

  /**
   * Puts someone into a team; doing it twice is no error.
   * @throws BAD_USER_INPUT, NOT_FOUND (Team, User), PERMISSION_DENIED
   */
  async addMember(viewer: SignedIn, input: unknown): Promise<Team> {
    const { team, userId } = await this.#find(viewer, input);
    const found = await this.users.arrived(viewer, [userId]);
    if (!found.has(userId)) throw notFound('User');
    await this.database.transaction(viewer, ({ prisma }) =>
      prisma.teamMember.createMany({
        data: [
          {
            teamId: team.id,
            userId,
            organizationId: viewer.organizationId,
            addedAt: this.clock.now(),
          },
        ],
        skipDuplicates: true,
      }),
    );
    return team;
  }

  /**
   * Takes someone out of a team; whoever is not in it stays out.
   * @throws BAD_USER_INPUT, NOT_FOUND (Team), PERMISSION_DENIED
   */
  async removeMember(viewer: SignedIn, input: unknown): Promise<Team> {
    const { team, userId } = await this.#find(viewer, input);
    await this.database.transaction(viewer, ({ prisma }) =>
      prisma.teamMember.deleteMany({ where: { teamId: team.id, userId } }),
    );
    return team;
  }

  async #find(viewer: SignedIn, input: unknown): Promise<{ team: Team; userId: string }> {
    const { teamId, userId } = parseInput(memberInput, input);
    const team = await this.database.of(viewer).team.findUnique({ where: { id: teamId } });
    if (!team) throw notFound('Team');
    requirePermission(viewer, 'team:manage', { teamId });
    return { team, userId };
  }
}
