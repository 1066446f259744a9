import { connectionOf } from '@lyceum/platform/pagination';
import { DateTime } from '@lyceum/platform/scalars';
import { Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'People who belong together. Seen by the members of the organization.' })
export class Team {
  @Field(() => ID, { description: 'Names the team everywhere.' })
  id!: string;

  @Field(() => String, { description: 'What it is called; unique in the organization.' })
  name!: string;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;
}

@ObjectType('TeamConnection', { description: 'A page of a list of teams (Relay).' })
export class TeamConnection extends connectionOf('Team', () => Team) {
  @Field(() => Int, { description: 'How many there are in the whole list.' })
  totalCount(): Promise<number> {
    return this.count();
  }

  /** Counts when asked. */
  count!: () => Promise<number>;
}

@InputType({ description: 'A team to be made.' })
export class CreateTeamInput {
  @Field(() => String, { description: 'What it is called; 1 to 200 characters.' })
  name!: string;
}

@InputType({ description: 'A team and a person.' })
export class TeamMemberInput {
  @Field(() => ID, { description: 'Which team.' })
  teamId!: string;

  @Field(() => ID, { description: 'Which person; of the same organization.' })
  userId!: string;
}
