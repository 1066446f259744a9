import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTime } from '@lyceum/platform/scalars';
import { CompletionState, TopicProgress } from '../topic-progress/topic-progress.types.js';
import { Lesson, Module } from './course.reference.js';

const PERCENT =
  '0 to 100: completed topics of all topics, rounded; 100 only when all are complete, never 0 once one is.';

@ObjectType({ description: "A learner's progress in one lesson." })
export class LessonProgress {
  @Field(() => Lesson, { description: 'The lesson.' })
  lesson!: Lesson;

  @Field(() => Int, { description: PERCENT })
  percent!: number;

  @Field(() => Int, { description: 'How many of its topics are complete.' })
  completedTopics!: number;

  @Field(() => Int, { description: 'How many topics it has.' })
  totalTopics!: number;

  @Field(() => CompletionState, { description: 'COMPLETE when all its topics are.' })
  state!: string;

  @Directive('@listSize(assumedSize: 4)')
  @Field(() => [TopicProgress], { description: 'Its topics, in order.' })
  topics!: TopicProgress[];
}

@ObjectType({ description: "A learner's progress in one module." })
export class ModuleProgress {
  @Field(() => Module, { description: 'The module.' })
  module!: Module;

  @Field(() => Int, { description: PERCENT })
  percent!: number;

  @Field(() => Int, { description: 'How many of its topics are complete.' })
  completedTopics!: number;

  @Field(() => Int, { description: 'How many topics it has.' })
  totalTopics!: number;

  @Field(() => CompletionState, { description: 'COMPLETE when all its topics are.' })
  state!: string;

  @Directive('@listSize(assumedSize: 4)')
  @Field(() => [LessonProgress], { description: 'Its lessons, in order.' })
  lessons!: LessonProgress[];
}

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    "A learner's progress in a course they are (or were) enrolled in. Seen by the learner and by holders of course:insights.",
})
export class CourseProgress {
  @Field(() => ID, { description: "The enrollment's id." })
  id!: string;

  @Field(() => Int, { description: PERCENT })
  percent!: number;

  @Field(() => Int, {
    description: 'How many topics are complete; of a completed course, how many it had then.',
  })
  completedTopics!: number;

  @Field(() => Int, {
    description:
      'How many topics the published course has; of a completed course, how many it had then.',
  })
  totalTopics!: number;

  @Field(() => CompletionState, {
    description: 'COMPLETE once every topic was; it stays so when more topics are published.',
  })
  state!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the earliest activity happened; null before any.',
  })
  startedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the latest activity happened; null before any.',
  })
  lastActivityAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was completed; null until then.' })
  completedAt!: Date | null;
}
