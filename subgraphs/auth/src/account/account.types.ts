import { createUnionType, Field, InputType, Int, ObjectType } from 'type-graphql';
import { User } from '../role/role.types.js';

@ObjectType({ description: 'What a client needs after signing in. Keep the refresh token secret.' })
export class AuthSession {
  @Field(() => String, {
    description: 'Goes with every request: `Authorization: Bearer …` (a JWT after RFC 9068).',
  })
  accessToken!: string;

  @Field(() => String, {
    description:
      'Good for one `refreshSession`, which answers with the next one. Shown again later than ten seconds after that, it ends the session.',
  })
  refreshToken!: string;

  @Field(() => Int, { description: 'Seconds that the access token is good for.' })
  expiresIn!: number;

  @Field(() => User, { description: 'Who has signed in.' })
  user!: User;
}

export const LoginResult = createUnionType({
  name: 'LoginResult',
  description: 'What becomes of signing in. More outcomes may join, so branch on `__typename`.',
  types: () => [AuthSession] as const,
  resolveType: () => AuthSession,
});

@InputType({ description: 'An organization to be founded.' })
export class NewOrganizationInput {
  @Field(() => String, { description: 'What it is called; 1 to 200 characters.' })
  name!: string;

  @Field(() => String, {
    description:
      'Its short name, by which others join: 3 to 63 letters a–z, digits and single hyphens. It does not change.',
  })
  slug!: string;
}

@InputType({
  description:
    'Who registers, and into which organization: exactly one of the two ways to name it.',
})
export class RegisterInput {
  @Field(() => String, { description: 'E-mail address; one account each, whatever its case.' })
  email!: string;

  @Field(() => String, {
    description:
      'At least 15 characters, at most 256, of any kind. Refused are those that are mostly common words, the person’s own data, runs along the keyboard or repetitions.',
  })
  password!: string;

  @Field(() => String, { description: 'What others see; 1 to 200 characters.' })
  name!: string;

  @Field(() => String, {
    defaultValue: 'en',
    description: 'Preferred language after BCP 47, such as `de` or `pt-BR`.',
  })
  locale!: string;

  @Field(() => String, {
    defaultValue: 'UTC',
    description: 'Time zone of the IANA database, such as `Europe/Berlin`.',
  })
  timeZone!: string;

  @Field(() => String, { nullable: true, description: 'Short name of the organization to join.' })
  organizationSlug?: string | null;

  @Field(() => NewOrganizationInput, {
    nullable: true,
    description: 'An organization to found; the founder becomes its administrator.',
  })
  newOrganization?: NewOrganizationInput | null;
}

@InputType({ description: 'Who signs in.' })
export class LoginInput {
  @Field(() => String, { description: 'E-mail address.' })
  email!: string;

  @Field(() => String, { description: 'Password.' })
  password!: string;
}
