import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime, LocalDate } from '@lyceum/platform/scalars';
import { TopicProgress } from '../topic-progress/topic-progress.types.js';
import { REJECTIONS, type ActivityKind, type Rejection } from './activity.rules.js';

export const ActivityKindEnum: Record<ActivityKind, ActivityKind> = {
  VIEWED: 'VIEWED',
  INTERACTED: 'INTERACTED',
  WATCHED: 'WATCHED',
  ANSWERED: 'ANSWERED',
  COMPLETED: 'COMPLETED',
};
registerEnumType(ActivityKindEnum, {
  name: 'ActivityKind',
  description: 'What a learner did with a topic or a block. All but INTERACTED mean it was opened.',
  valuesConfig: {
    VIEWED: { description: 'Opened it.' },
    INTERACTED: { description: 'Interacted with it: clicks, say, summed up by `count`.' },
    WATCHED: { description: 'Watched or listened to it, for `durationSeconds`.' },
    ANSWERED: { description: 'Answered something in it; marks come from `submitAnswer` alone.' },
    COMPLETED: {
      description:
        'Finished it, as an external tool reports. Rejected with NOT_COMPLETED_BY_ACTIVITY for quizzes and topics that are not completed by viewing.',
    },
  },
});

export const RejectionEnum = Object.fromEntries(
  Object.keys(REJECTIONS).map((code) => [code, code]),
) as Record<Rejection, Rejection>;
registerEnumType(RejectionEnum, {
  name: 'ActivityRejectionCode',
  description: 'Why an activity was not recorded.',
  valuesConfig: Object.fromEntries(
    Object.entries(REJECTIONS).map(([code, description]) => [code, { description }]),
  ),
});

@InputType({ description: 'One thing that a learner did in a course.' })
export class ActivityInput {
  @Field(() => ID, {
    description:
      'A UUID made by the client. What is sent again with the same id counts as a duplicate and changes nothing.',
  })
  id!: string;

  @Field(() => ID, { description: 'The enrollment it belongs to.' })
  enrollmentId!: string;

  @Field(() => ID, { description: 'The topic it happened in.' })
  topicId!: string;

  @Field(() => ID, {
    nullable: true,
    description: "The topic's block; without one the topic as a whole is meant.",
  })
  blockId?: string | null;

  @Field(() => ActivityKindEnum, { description: 'What was done.' })
  kind!: ActivityKind;

  @Field(() => DateTime, {
    description:
      'When it happened, not before 1970; may be long ago, as when someone learned offline.',
  })
  occurredAt!: Date;

  @Field(() => Int, {
    defaultValue: 1,
    description: 'How many such interactions this sums up: 1 to 1,000,000.',
  })
  count!: number;

  @Field(() => Int, {
    defaultValue: 0,
    description: 'How long it took, in seconds: 0 to 86,400.',
  })
  durationSeconds!: number;
}

@ObjectType({ description: 'An activity that was not recorded, and why.' })
export class RejectedActivity {
  @Field(() => Int, { description: 'Its place among the inputs, from 0.' })
  index!: number;

  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => RejectionEnum, { description: 'Why, for programs.' })
  code!: Rejection;

  @Field(() => String, { description: 'Why, for people.' })
  message!: string;
}

@ObjectType({ description: 'What became of activities that were sent.' })
export class ActivityReceipt {
  @Field(() => Int, { description: 'How many were recorded.' })
  accepted!: number;

  @Field(() => Int, { description: 'How many had been recorded before, by their id.' })
  duplicates!: number;

  @Field(() => [RejectedActivity], {
    description: 'Those that cannot be recorded; sending them again unchanged is of no use.',
  })
  rejected!: RejectedActivity[];
}

@ObjectType({ description: "A day's activity of a learner in a course." })
export class ActivityDay {
  @Field(() => LocalDate, { description: 'The day, in UTC, on which it happened.' })
  date!: string;

  @Field(() => Int, { description: 'How often something was opened.' })
  views!: number;

  @Field(() => Int, { description: 'Interactions of every kind, views included.' })
  interactions!: number;

  @Field(() => Int, { description: 'Seconds spent.' })
  durationSeconds!: number;
}

@ObjectType({ description: 'All recorded activity of a learner in a course, added up.' })
export class ActivityTotals {
  @Field(() => Int, { description: 'How often something was opened.' })
  views!: number;

  @Field(() => Int, { description: 'Interactions of every kind, views included.' })
  interactions!: number;

  @Field(() => Int, { description: 'Seconds spent.' })
  durationSeconds!: number;

  @Field(() => [TopicProgress], {
    description: 'The same by topic; topics without activity are left out.',
  })
  topics!: TopicProgress[];

  @Field(() => [ActivityDay], {
    description: 'The same by day, oldest first; days without activity are left out.',
  })
  days!: ActivityDay[];
}
