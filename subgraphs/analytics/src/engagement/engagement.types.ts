import { LocalDate } from '@lyceum/platform/scalars';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A person; here with how engaged they are.' })
export class User {
  @Field(() => ID, { description: 'Id of the person.' })
  id!: string;
}

@ObjectType({ description: 'How much a person has been learning, over all courses.' })
export class Engagement {
  @Field(() => LocalDate, {
    nullable: true,
    description: 'The last day (UTC) with any activity; null before the first.',
  })
  lastActiveOn!: string | null;

  @Field(() => Int, { description: 'Different days with any activity.' })
  activeDays!: number;

  @Field(() => Int, { description: 'Interactions (clicks, views, answers) since the beginning.' })
  interactions!: number;

  @Field(() => Int, { description: 'Time spent, in seconds, as clients reported it.' })
  durationSeconds!: number;
}
