import type { RoleName, RoleScope } from '@lyceum/platform/permissions';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Role, Scope } from '../role/role.types.js';

@Directive('@inaccessible')
@ObjectType({
  description:
    'What access tokens may no longer be trusted with: either a session, or a role of a person.',
})
export class Revocation {
  @Field(() => ID, { nullable: true, description: 'The session that ended.' })
  sessionId!: string | null;

  @Field(() => ID, { description: 'Whose session or role it was.' })
  userId!: string;

  @Field(() => Role, { nullable: true, description: 'The role that was taken away.' })
  role!: RoleName | null;

  @Field(() => Scope, { nullable: true, description: 'Where the role held.' })
  scope!: RoleScope | null;

  @Field(() => ID, { nullable: true, description: 'The organization, team or course of the role.' })
  scopeId!: string | null;

  @Field(() => Int, { description: 'How long from now a token of before may still be shown.' })
  secondsLeft!: number;
}
