import { OpenWithoutRole } from '@lyceum/platform/membership';
import { connectionOf } from '@lyceum/platform/pagination';
import { DateTime } from '@lyceum/platform/scalars';
import { Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A person. Seen by the members of the same organization.' })
export class User {
  @Field(() => ID, { description: 'Names the person everywhere.' })
  id!: string;

  @OpenWithoutRole()
  @Field(() => String, { description: 'What they are called.' })
  name!: string;

  @OpenWithoutRole()
  @Field(() => DateTime, { description: 'When they registered.' })
  createdAt!: Date;

  /** Shown by the resolver to those who may read it. */
  email!: string;
  organizationId!: string;
}

@ObjectType('UserConnection', { description: 'A page of a list of people (Relay).' })
export class UserConnection extends connectionOf('User', () => User) {
  @Field(() => Int, { description: 'How many there are in the whole list.' })
  totalCount(): Promise<number> {
    return this.count();
  }

  /** Counts when asked. */
  count!: () => Promise<number>;
}

@InputType({ description: 'What to change of your profile; what is left out stays.' })
export class UpdateProfileInput {
  @Field(() => String, { nullable: true, description: 'What others see; 1 to 200 characters.' })
  name?: string | null;
}

@InputType({ description: 'What to change of your preferences; what is left out stays.' })
export class UpdatePreferencesInput {
  @Field(() => String, {
    nullable: true,
    description: 'Language after BCP 47, such as `de` or `pt-BR`.',
  })
  locale?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Time zone of the IANA database, such as `Europe/Berlin`.',
  })
  timeZone?: string | null;
}
