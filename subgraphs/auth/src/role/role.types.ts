import { ROLE_SCOPES, ROLES, type RoleName, type RoleScope } from '@lyceum/platform/permissions';
import { DateTime } from '@lyceum/platform/scalars';
import { Directive, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';

const enumOf = <T extends string>(names: readonly T[]) =>
  Object.fromEntries(names.map((name) => [name, name])) as { [K in T]: K };

export const Role = enumOf(Object.keys(ROLES) as RoleName[]);
export const Scope = enumOf(ROLE_SCOPES);

registerEnumType(Role, {
  name: 'Role',
  description: 'The built-in roles. Each stands for a set of permissions.',
  valuesConfig: {
    PLATFORM_ADMIN: { description: 'Runs the platform.' },
    ORGANIZATION_ADMIN: { description: 'Runs an organization: its people, settings and money.' },
    INSTRUCTOR: { description: 'Makes courses, teaches them and sees how learners do.' },
    TEACHING_ASSISTANT: { description: 'Sees how learners do.' },
    LEARNER: {
      description:
        'Takes part in courses; assigned to everyone who registers. Without this or any other role, a person signs in and sees their own account, and nothing of the organization.',
    },
    OBSERVER: { description: 'Accompanies others, such as a mentor or a parent.' },
  },
});
registerEnumType(Scope, {
  name: 'RoleScope',
  description: 'Where a role holds.',
  valuesConfig: {
    PLATFORM: { description: 'Everywhere.' },
    ORGANIZATION: { description: 'In one organization.' },
    TEAM: { description: 'In one team.' },
    COURSE: { description: 'In one course.' },
  },
});

@ObjectType('RoleAssignment', { description: 'A role that a person holds, and where.' })
export class RoleAssignmentObject {
  @Field(() => ID, { description: 'Names this assignment.' })
  id!: string;

  @Field(() => Role, { description: 'The role.' })
  role!: RoleName;

  @Field(() => Scope, { description: 'Where it holds.' })
  scope!: RoleScope;

  @Field(() => ID, {
    nullable: true,
    description: 'The organization, team or course; null for the whole platform.',
  })
  scopeId!: string | null;

  @Field(() => DateTime, { description: 'Since when.' })
  assignedAt!: Date;
}

/** A person; auth knows of their roles. */
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A person. Seen by the members of the same organization.' })
export class User {
  @Field(() => ID, { description: 'Names the person everywhere.' })
  id!: string;
}

@InputType({ description: 'A person and the role to give them or to take away.' })
export class RoleInput {
  @Field(() => ID, { description: 'Whose role; someone of your organization.' })
  userId!: string;

  @Field(() => Role, { description: 'Which role.' })
  role!: RoleName;

  @Field(() => Scope, {
    defaultValue: Scope.ORGANIZATION,
    description:
      'Where it holds. Administrators exist for an organization (or the platform) only, and LEARNER for an organization.',
  })
  scope!: RoleScope;

  @Field(() => ID, {
    nullable: true,
    description: 'The team or course; left out for your own organization and for the platform.',
  })
  scopeId?: string | null;
}
