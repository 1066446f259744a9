import { LocalDate } from '@lyceum/platform/scalars';
import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A number of things on one day.' })
export class DailyCount {
  @Field(() => LocalDate, { description: 'The day, in UTC.' })
  day!: string;

  @Field(() => Int, { description: 'How many; 0 on days without any.' })
  count!: number;
}

@ObjectType({ description: 'What learners did on one day.' })
export class DailyActivity {
  @Field(() => LocalDate, { description: 'The day, in UTC, on which it happened.' })
  day!: string;

  @Field(() => Int, { description: 'Different people who did anything.' })
  activeLearners!: number;

  @Field(() => Int, { description: 'Interactions (clicks, views, answers) of all of them.' })
  interactions!: number;

  @Field(() => Int, {
    description: 'Time spent by all of them, in seconds, as clients reported it.',
  })
  durationSeconds!: number;
}
