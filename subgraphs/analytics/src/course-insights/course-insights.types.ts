import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A course; here with its figures.' })
export class Course {
  @Field(() => ID, { description: 'Id of the course.' })
  id!: string;
}

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType({ description: 'A topic of a course.' })
export class Topic {
  @Field(() => ID, { description: 'Id of the topic.' })
  id!: string;
}

@ObjectType({ description: 'Learners whose progress lies in one band.' })
export class ProgressBand {
  @Field(() => Int, { description: 'Lower bound of the band in percent, included.' })
  fromPercent!: number;

  @Field(() => Int, { description: 'Upper bound in percent; included in the last band alone.' })
  toPercent!: number;

  @Field(() => Int, { description: 'Enrolled learners (not withdrawn) in the band.' })
  learners!: number;
}

@ObjectType({ description: 'How much a topic was used.' })
export class TopicInsights {
  @Field(() => Topic, { description: 'The topic.' })
  topic!: Topic;

  @Field(() => Int, { description: 'Interactions of all learners since the beginning.' })
  interactions!: number;

  @Field(() => Int, { description: 'Time spent by all learners, in seconds.' })
  durationSeconds!: number;
}

@ObjectType({ description: 'A wrong answer and how often it was given.' })
export class WrongAnswer {
  @Field(() => String, { description: 'What was answered, as text; a long answer is cut.' })
  response!: string;

  @Field(() => Int, { description: 'How often.' })
  count!: number;
}

@ObjectType({ description: 'How the answers to one question turned out.' })
export class QuestionInsights {
  @Field(() => ID, { description: 'Id of the question within its quiz.' })
  questionId!: string;

  @Field(() => ID, { description: 'Id of the quiz block.' })
  blockId!: string;

  @Field(() => Topic, { description: 'The topic that holds the quiz.' })
  topic!: Topic;

  @Field(() => String, { description: 'The question; a long one is cut.' })
  prompt!: string;

  @Field(() => Int, { description: 'Answers in all attempts.' })
  answers!: number;

  @Field(() => Int, { description: 'Those that were right.' })
  correct!: number;

  @Field(() => Float, {
    description: 'Facility: right answers in percent of all, 0–100. Low is difficult.',
  })
  facility!: number;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [WrongAnswer], { description: 'The most frequent wrong answers, at most five.' })
  commonWrongAnswers!: WrongAnswer[];
}

@ObjectType({
  description: 'The figures of a course, counted from events; a few moments behind at most.',
})
export class CourseInsights {
  /** Not part of the schema: which course the fields below are about. */
  courseId!: string;

  @Field(() => Int, { description: 'Learners ever enrolled, withdrawn ones included.' })
  enrolled!: number;

  @Field(() => Int, { description: 'Enrolled and neither completed nor withdrawn.' })
  active!: number;

  @Field(() => Int, { description: 'Learners who completed the course.' })
  completed!: number;

  @Field(() => Int, { description: 'Learners who withdrew without completing.' })
  withdrawn!: number;

  @Field(() => Int, { description: 'Learners waiting for a seat.' })
  waitlisted!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Completed in percent of all ever enrolled, 0–100; null before the first.',
  })
  completionRate!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Mean progress in percent of those not withdrawn, 0–100; null when there is none.',
  })
  averagePercent!: number | null;
}
