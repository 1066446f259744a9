import { courseStaffAdded, courseStaffRemoved } from '@lyceum/events/course';
import { staffConsumers, staffGrants } from '@lyceum/platform/course-staff';
import { defineService } from '@lyceum/platform/service';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import {
  CourseInsightsOfCourseResolver,
  CourseInsightsResolver,
} from './course-insights/course-insights.resolver.js';
import { CourseInsightsService } from './course-insights/course-insights.service.js';
import { Course } from './course-insights/course-insights.types.js';
import { EngagementResolver } from './engagement/engagement.resolver.js';
import { EngagementService } from './engagement/engagement.service.js';
import { User } from './engagement/engagement.types.js';
import { analyticsEnv } from './env.js';
import { ingestion } from './ingestion/ingestion.consumers.js';
import {
  InsightsOfOrganizationResolver,
  OrganizationInsightsResolver,
} from './organization-insights/organization-insights.resolver.js';
import { OrganizationInsightsService } from './organization-insights/organization-insights.service.js';
import { Organization } from './organization-insights/organization-insights.types.js';

export const analyticsService = defineService({
  name: 'analytics',
  env: analyticsEnv,
  prisma: {
    create: (adapter) => new PrismaClient({ adapter, errorFormat: 'minimal' }),
    namespace: Prisma,
  },
  schema: {
    resolvers: [
      CourseInsightsOfCourseResolver,
      CourseInsightsResolver,
      InsightsOfOrganizationResolver,
      OrganizationInsightsResolver,
      EngagementResolver,
    ],
    types: [Course, Organization, User],
  },
  build({ database, clock }) {
    const courses = new CourseInsightsService(database, clock);
    const organizations = new OrganizationInsightsService(database, clock);
    return {
      resolvers: [
        new CourseInsightsOfCourseResolver(courses),
        new CourseInsightsResolver(courses),
        new InsightsOfOrganizationResolver(organizations),
        new OrganizationInsightsResolver(organizations),
        new EngagementResolver(new EngagementService(database)),
      ],
      references: {
        Course: (reference) => ({ id: reference.id }),
        Organization: (reference) => ({ id: reference.id }),
        User: (reference) => ({ id: reference.id }),
      },
      grantsOf: staffGrants(database),
      consumers: [ingestion(), ...staffConsumers(courseStaffAdded, courseStaffRemoved)],
    };
  },
});
