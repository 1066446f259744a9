import { OpenWithoutRole } from '@lyceum/platform/membership';
import { DateTime } from '@lyceum/platform/scalars';
import { Directive, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { RegistrationPolicy } from '../../generated/prisma/enums.js';

registerEnumType(RegistrationPolicy, {
  name: 'RegistrationPolicy',
  description: 'Who can join an organization.',
  valuesConfig: {
    OPEN: { description: 'Anybody who knows its short name.' },
    CLOSED: { description: 'Nobody by themselves.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({ description: 'An organization: a school, a company, a club. Seen by its members.' })
export class Organization {
  @Field(() => ID, { description: 'Names the organization everywhere.' })
  id!: string;

  @OpenWithoutRole()
  @Field(() => String, { description: 'Short name, by which people join. It does not change.' })
  slug!: string;

  @OpenWithoutRole()
  @Field(() => String, { description: 'What it is called.' })
  name!: string;

  @OpenWithoutRole()
  @Field(() => String, { description: 'Language of the organization (BCP 47).' })
  locale!: string;

  @OpenWithoutRole()
  @Field(() => String, { description: 'Time zone of the organization (IANA).' })
  timeZone!: string;

  @OpenWithoutRole()
  @Field(() => RegistrationPolicy, { description: 'Who can join.' })
  registration!: RegistrationPolicy;

  @OpenWithoutRole()
  @Field(() => DateTime, { description: 'When it was founded.' })
  createdAt!: Date;
}

@InputType({ description: 'What to change of your organization; what is left out stays.' })
export class UpdateOrganizationInput {
  @Field(() => String, { nullable: true, description: 'What it is called; 1 to 200 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Language after BCP 47.' })
  locale?: string | null;

  @Field(() => String, { nullable: true, description: 'Time zone of the IANA database.' })
  timeZone?: string | null;

  @Field(() => RegistrationPolicy, { nullable: true, description: 'Who can join.' })
  registration?: RegistrationPolicy | null;
}
