import type { RequestContext } from '@lyceum/platform/context';
import { requirePermission } from '@lyceum/platform/permissions';
import { Args, Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import { DailyCount } from '../days/daily.types.js';
import { DayRangeArgs } from '../days/days.args.js';
import type { OrganizationInsightsService } from './organization-insights.service.js';
import { Organization, OrganizationInsights } from './organization-insights.types.js';

@Resolver(() => Organization)
export class InsightsOfOrganizationResolver {
  constructor(private readonly service: OrganizationInsightsService) {}

  @Directive('@cost(weight: 10)')
  @FieldResolver(() => OrganizationInsights, {
    nullable: true,
    description:
      'The figures of the organization; null without the permission `organization:insights`.',
  })
  insights(@Root() organization: Organization, @Ctx() context: RequestContext) {
    return this.service.ofOrganization(organization.id, context.viewer);
  }
}

@Resolver(() => OrganizationInsights)
export class OrganizationInsightsResolver {
  constructor(private readonly service: OrganizationInsightsService) {}

  @Directive('@listSize(assumedSize: 30)')
  @FieldResolver(() => [DailyCount], {
    description: 'Different people who did anything in any course, by day.',
  })
  activeLearnersByDay(
    @Args(() => DayRangeArgs) args: DayRangeArgs,
    @Ctx() context: RequestContext,
  ) {
    const viewer = requirePermission(context.viewer, 'organization:insights');
    return this.service.activeLearnersByDay(viewer, args);
  }

  @Directive('@listSize(assumedSize: 30)')
  @FieldResolver(() => [DailyCount], { description: 'New enrollments by day.' })
  enrollmentsByDay(@Args(() => DayRangeArgs) args: DayRangeArgs, @Ctx() context: RequestContext) {
    const viewer = requirePermission(context.viewer, 'organization:insights');
    return this.service.enrollmentsByDay(viewer, args);
  }

  @Directive('@listSize(assumedSize: 30)')
  @FieldResolver(() => [DailyCount], { description: 'Courses completed by day.' })
  completionsByDay(@Args(() => DayRangeArgs) args: DayRangeArgs, @Ctx() context: RequestContext) {
    const viewer = requirePermission(context.viewer, 'organization:insights');
    return this.service.completionsByDay(viewer, args);
  }
}
