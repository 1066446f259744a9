import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { OpenWithoutRole } from '@lyceum/platform/membership';
import { DateTime } from '@lyceum/platform/scalars';

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'Says that someone completed a course. Anyone who has its verification code may see it; its names are those of the day it was issued.',
})
export class Certificate {
  @Field(() => ID, { description: 'Id of the certificate.' })
  id!: string;

  @OpenWithoutRole()
  @Field(() => String, {
    nullable: true,
    description: "The learner's name; null only for moments, until it is known here.",
  })
  learnerName!: string | null;

  @OpenWithoutRole()
  @Field(() => String, { description: 'What the course was called.' })
  courseTitle!: string;

  @OpenWithoutRole()
  @Field(() => String, {
    nullable: true,
    description: 'The organization that gave the course; null when its name was not known.',
  })
  organizationName!: string | null;

  @OpenWithoutRole()
  @Field(() => String, {
    description:
      'For `verifyCertificate`: 26 letters and digits in groups. Whoever has it can see the certificate.',
  })
  verificationCode!: string;

  @OpenWithoutRole()
  @Field(() => DateTime, { description: 'When it was issued.' })
  issuedAt!: Date;
}
