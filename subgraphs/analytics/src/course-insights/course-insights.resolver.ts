import type { RequestContext } from '@lyceum/platform/context';
import { Args, Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import { DailyActivity, DailyCount } from '../days/daily.types.js';
import { DayRangeArgs } from '../days/days.args.js';
import type { CourseInsightsService } from './course-insights.service.js';
import {
  Course,
  CourseInsights,
  ProgressBand,
  QuestionInsights,
  TopicInsights,
} from './course-insights.types.js';

@Resolver(() => Course)
export class CourseInsightsOfCourseResolver {
  constructor(private readonly insightsService: CourseInsightsService) {}

  @FieldResolver(() => CourseInsights, {
    nullable: true,
    description:
      'The figures of the course; null without the permission `course:insights`, and before the first publication.',
  })
  insights(@Root() course: Course, @Ctx() context: RequestContext) {
    return this.insightsService.ofCourse(course.id, context);
  }
}

@Resolver(() => CourseInsights)
export class CourseInsightsResolver {
  constructor(private readonly insights: CourseInsightsService) {}

  @Directive('@listSize(assumedSize: 30)')
  @FieldResolver(() => [DailyActivity], { description: 'Activity by day, each day of the range.' })
  activityByDay(
    @Root() { courseId }: CourseInsights,
    @Args(() => DayRangeArgs) args: DayRangeArgs,
    @Ctx() context: RequestContext,
  ) {
    return this.insights.activityByDay(context.viewer, courseId, args);
  }

  @Directive('@listSize(assumedSize: 30)')
  @FieldResolver(() => [DailyCount], { description: 'New enrollments by day.' })
  enrollmentsByDay(
    @Root() { courseId }: CourseInsights,
    @Args(() => DayRangeArgs) args: DayRangeArgs,
    @Ctx() context: RequestContext,
  ) {
    return this.insights.enrollmentsByDay(context.viewer, courseId, args);
  }

  @FieldResolver(() => [ProgressBand], {
    description: 'How far everyone is: learners in ten bands of progress.',
  })
  progressBands(@Root() { courseId }: CourseInsights, @Ctx() context: RequestContext) {
    return this.insights.progressBands(context.viewer, courseId);
  }

  @Directive('@listSize(assumedSize: 50)')
  @FieldResolver(() => [TopicInsights], { description: 'Use of each topic, most used first.' })
  topics(@Root() { courseId }: CourseInsights, @Ctx() context: RequestContext) {
    return this.insights.topics(context.viewer, courseId);
  }

  @Directive('@listSize(assumedSize: 30)')
  @FieldResolver(() => [QuestionInsights], {
    description: 'Which quiz answers go wrong: every question answered so far, hardest first.',
  })
  questions(@Root() { courseId }: CourseInsights, @Ctx() context: RequestContext) {
    return this.insights.questions(context.viewer, courseId);
  }
}
