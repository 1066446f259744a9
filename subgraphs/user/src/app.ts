import 'reflect-metadata';
import { courseStaffAdded, courseStaffRemoved } from '@lyceum/events/course';
import { staffConsumers, teachingViewer } from '@lyceum/platform/course-staff';
import { defineService } from '@lyceum/platform/service';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { DirectoryService } from './directory/directory.service.js';
import { userEnv } from './env.js';
import { OrganizationLoaders } from './organization/organization.loaders.js';
import { OrganizationResolver } from './organization/organization.resolver.js';
import { OrganizationService } from './organization/organization.service.js';
import { TeamLoaders } from './team/team.loaders.js';
import { TeamResolver } from './team/team.resolver.js';
import { TeamService } from './team/team.service.js';
import { userConsumers } from './user/user.consumers.js';
import { UserLoaders } from './user/user.loaders.js';
import { UserResolver } from './user/user.resolver.js';
import { UserService } from './user/user.service.js';

/** People and how they belong together. */
export const userService = defineService({
  name: 'user',
  env: userEnv,
  prisma: {
    create: (adapter) => new PrismaClient({ adapter, errorFormat: 'minimal' }),
    namespace: Prisma,
  },
  schema: { resolvers: [UserResolver, OrganizationResolver, TeamResolver] },
  build({ database, clock }) {
    const userLoaders = new UserLoaders(database);
    const organizationLoaders = new OrganizationLoaders(database);
    const teamLoaders = new TeamLoaders(database);
    const users = new UserService(database, userLoaders);
    const directory = new DirectoryService(database);
    const organizations = new OrganizationService(database, organizationLoaders);
    const teams = new TeamService(database, clock, userLoaders);
    return {
      resolvers: [
        new UserResolver(
          users,
          directory,
          userLoaders,
          organizationLoaders,
          teamLoaders,
          teachingViewer(database),
        ),
        new OrganizationResolver(organizations, organizationLoaders, teams),
        new TeamResolver(teams, teamLoaders),
      ],
      references: {
        User: ({ id }, context) => context.loader(userLoaders.byId).load(id),
        Organization: ({ id }, context) => context.loader(organizationLoaders.byId).load(id),
        Team: ({ id }, context) => context.loader(teamLoaders.byId).load(id),
      },
      consumers: [...userConsumers, ...staffConsumers(courseStaffAdded, courseStaffRemoved)],
    };
  },
});
