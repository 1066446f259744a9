import type { RequestContext } from '@lyceum/platform/context';
import { parseInput } from '@lyceum/platform/input';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { z } from 'zod';
import { uuid } from '../input.js';
import type { CourseProgressLoaders } from '../course-progress/course-progress.loaders.js';
import { Enrollment } from '../course-progress/enrollment.reference.js';
import { requireProgress } from '../course-progress/course-progress.service.js';
import { topicProgressOf } from '../topic-progress/topic-progress.types.js';
import type { ActivityLoaders } from './activity.loaders.js';
import { LARGEST } from './activity.rows.js';
import { ACTIVITY_KINDS } from './activity.rules.js';
import type { ActivityService } from './activity.service.js';
import { ActivityInput, ActivityReceipt, ActivityTotals } from './activity.types.js';

export const MAX_ACTIVITIES = 500;

const activity = z.object({
  id: uuid,
  enrollmentId: uuid,
  topicId: uuid,
  blockId: uuid.nullish().transform((id) => id ?? null),
  kind: z.enum(ACTIVITY_KINDS),
  occurredAt: z.date().min(new Date(0)),
  count: z.int().min(1).max(1_000_000),
  durationSeconds: z.int().min(0).max(86_400),
});
const activities = z.array(activity).min(1).max(MAX_ACTIVITIES);

@Resolver(() => Enrollment)
export class ActivityResolver {
  constructor(
    private readonly service: ActivityService,
    private readonly progress: CourseProgressLoaders,
    private readonly loaders: ActivityLoaders,
  ) {}

  @Mutation(() => ActivityReceipt, {
    description:
      'Records one activity of a learner. It may complete a topic, and with it lesson, module and course. Errors: BAD_USER_INPUT for values out of range.',
  })
  async recordActivity(
    @Arg('input', () => ActivityInput, { description: 'What was done.' }) input: ActivityInput,
    @Ctx() context: RequestContext,
  ): Promise<ActivityReceipt> {
    const viewer = requireSignedIn(context.viewer);
    return this.service.record(viewer, [parseInput(activity, input)]);
  }

  @Mutation(() => ActivityReceipt, {
    description:
      'Records up to 500 activities, of one learner or (with the permission activity:record-for-others) of many. Single ones may be rejected, which does not keep the others back. Errors: BAD_USER_INPUT for values out of range, which records nothing.',
  })
  async recordActivities(
    @Arg('inputs', () => [ActivityInput], { description: 'What was done; 1 to 500.' })
    inputs: ActivityInput[],
    @Ctx() context: RequestContext,
  ): Promise<ActivityReceipt> {
    const viewer = requireSignedIn(context.viewer);
    return this.service.record(viewer, parseInput(activities, inputs, 'inputs'));
  }

  @FieldResolver(() => ActivityTotals, {
    description:
      "The learner's recorded activity in this course, added up by topic and by day. For the learner, and for holders of course:insights.",
  })
  async activityTotals(
    @Root() enrollment: Enrollment,
    @Ctx() context: RequestContext,
  ): Promise<ActivityTotals> {
    const row = await requireProgress(this.progress, enrollment.id, context);
    const [topics, days] = await Promise.all([
      context.loader(this.progress.topics).load(row.id),
      context.loader(this.loaders.days).load(row.id),
    ]);
    const active = topics.filter((topic) => topic.lastAt !== null);
    const sum = (of: 'views' | 'interactions' | 'durationSeconds') =>
      active.reduce((total, topic) => Math.min(LARGEST, total + topic[of]), 0);
    return {
      views: sum('views'),
      interactions: sum('interactions'),
      durationSeconds: sum('durationSeconds'),
      topics: active.map((topic) => topicProgressOf(topic.topicId, topic)),
      days,
    };
  }
}
