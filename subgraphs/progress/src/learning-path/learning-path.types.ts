import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTime } from '@lyceum/platform/scalars';
import { Course } from '../course-progress/course.reference.js';
import { CompletionState } from '../topic-progress/topic-progress.types.js';

@Directive('@key(fields: "id")')
@ObjectType()
export class LearningPath {
  @Field(() => ID)
  id!: string;
}

@ObjectType({ description: 'Where a learner stands in one course of a learning path.' })
export class LearningPathCourseProgress {
  @Field(() => Course, { description: 'The course.' })
  course!: Course;

  @Field(() => Int, { description: '0 to 100; 0 also before enrolling.' })
  percent!: number;

  @Field(() => CompletionState, { description: 'COMPLETE once it was completed.' })
  state!: string;
}

@ObjectType({ description: "A learner's progress in a learning path." })
export class LearningPathProgress {
  @Field(() => Int, {
    description:
      "0 to 100: the mean of its courses' percent, rounded; 100 only when all are complete, never 0 once one has begun.",
  })
  percent!: number;

  @Field(() => Int, { description: 'How many of its courses are complete.' })
  completedCourses!: number;

  @Field(() => Int, { description: 'How many courses it has.' })
  totalCourses!: number;

  @Field(() => CompletionState, {
    description: 'COMPLETE once every course was; it stays so when courses are added.',
  })
  state!: string;

  @Field(() => Course, {
    nullable: true,
    description: 'The first course that is not complete; null when none is left.',
  })
  nextCourse!: Course | null;

  @Field(() => [LearningPathCourseProgress], { description: 'Its courses, in order.' })
  courses!: LearningPathCourseProgress[];

  @Field(() => DateTime, { description: 'When the learner joined.' })
  joinedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was completed; null until then.' })
  completedAt!: Date | null;
}
