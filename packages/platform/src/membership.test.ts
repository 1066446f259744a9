import { describe, expect, it } from '@jest/globals';
import {
  Directive,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { newId } from './ids.js';
import { OpenWithoutRole } from './membership.js';
import { connectionOf } from './pagination.js';
import { createExecutor } from './subgraph.js';
import { buildSubgraph } from './subgraph-schema.js';
import { silentLogger } from './telemetry/logger.js';
import { ANONYMOUS, type RoleAssignment, type SignedIn, type Viewer } from './viewer.js';

const organizationId = newId();

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A person.' })
class User {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @OpenWithoutRole()
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Closed, for nothing is said of it.' })
  desk!: string;

  @Field(() => String, { description: 'Closed, and never null.' })
  badge!: string;
}

@ObjectType({ description: 'What is counted.' })
class Counts {
  @Field(() => [String], { description: 'Names.' })
  names!: string[];
}

@ObjectType('UserConnection', { description: 'A page.' })
class UserConnection extends connectionOf('User', () => User) {}

@Resolver(() => UserConnection)
class UserConnectionResolver {
  @FieldResolver(() => Int, { description: 'Counted apart from the page.' })
  totalCount(): number {
    return 7;
  }

  @FieldResolver(() => Counts, { description: 'Counted too.' })
  counts(): Counts {
    return { names: ['Ada'] };
  }
}

const ada = (id: string) => ({ id, name: 'Ada', desk: '4', badge: 'A-4' });

@Resolver(() => User)
class UserResolver {
  @OpenWithoutRole()
  @Query(() => User, { description: 'Open.' })
  me(): object {
    return ada('own');
  }

  @Query(() => User, { nullable: true, description: 'Closed.' })
  boss(): object {
    return ada('boss');
  }

  @Mutation(() => Boolean, { description: 'Closed.' })
  promote(): boolean {
    return true;
  }

  @FieldResolver(() => [User], { description: 'Closed.' })
  friends(@Root() user: User): object[] {
    return [user];
  }

  @FieldResolver(() => UserConnection, { description: 'Closed.' })
  staff(): object {
    return { nodes: [ada('staff')] };
  }
}

const schema = buildSubgraph(
  { resolvers: [UserResolver, UserConnectionResolver] },
  [new UserResolver(), new UserConnectionResolver()],
  { User: ({ id }) => ada(id) },
);
const execute = createExecutor(schema, silentLogger);

const holding = (...roles: RoleAssignment[]): SignedIn => ({
  kind: 'person',
  userId: newId(),
  sessionId: newId(),
  organizationId,
  roles,
});
const ask = (query: string, viewer: Viewer, variables: Record<string, unknown> = {}) =>
  execute({ query, variables, viewer, correlationId: 'c-1' });

const REFUSED = { code: 'PERMISSION_DENIED', reason: 'ROLE_REQUIRED' };
const ENTITIES = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { name } } }`;
const anyOf = (...ids: string[]) => ({ r: ids.map((id) => ({ __typename: 'User', id })) });

describe('without any role', () => {
  const outsider = holding();

  it('root fields are refused, unless they are open', async () => {
    expect(await ask('{ boss { name } }', outsider)).toMatchObject({
      data: { boss: null },
      errors: [{ path: ['boss'], extensions: REFUSED }],
    });
    expect(await ask('mutation { promote }', outsider)).toMatchObject({
      errors: [{ extensions: REFUSED }],
    });
    expect(await ask('{ me { id name } }', outsider)).toEqual({
      data: { me: { id: 'own', name: 'Ada' } },
    });
  });

  it('fields of entities hold nothing, and leave what is beside them', async () => {
    const query = `{ me { name desk friends { name } staff {
      nodes { name } totalCount counts { names } pageInfo { hasNextPage endCursor } } } }`;
    expect(await ask(query, outsider)).toEqual({
      data: {
        me: {
          name: 'Ada',
          desk: null,
          friends: [],
          staff: {
            nodes: [],
            totalCount: 0,
            counts: { names: [] },
            pageInfo: { hasNextPage: false, endCursor: null },
          },
        },
      },
    });
    expect(await ask('{ me { badge } }', outsider)).toMatchObject({
      errors: [{ path: ['me', 'badge'], extensions: REFUSED }],
    });
  });

  it('there is nobody by reference but oneself', async () => {
    expect(await ask(ENTITIES, outsider, anyOf(newId(), outsider.userId))).toEqual({
      data: { _entities: [null, { name: 'Ada' }] },
    });
  });

  it('a role in another organization is none', async () => {
    const elsewhere = holding({ role: 'LEARNER', scope: 'ORGANIZATION', scopeId: newId() });
    expect(await ask('{ boss { name } }', elsewhere)).toMatchObject({
      errors: [{ extensions: REFUSED }],
    });
  });
});

describe('everything is as declared', () => {
  const whole: readonly [string, Viewer][] = [
    ['LEARNER', holding({ role: 'LEARNER', scope: 'ORGANIZATION', scopeId: organizationId })],
    ['OBSERVER of a team', holding({ role: 'OBSERVER', scope: 'TEAM', scopeId: newId() })],
    ['assistant', holding({ role: 'TEACHING_ASSISTANT', scope: 'COURSE', scopeId: newId() })],
    ['platform', holding({ role: 'PLATFORM_ADMIN', scope: 'PLATFORM', scopeId: null })],
    ['nobody signed in, whom each field judges itself', ANONYMOUS],
  ];

  it.each(whole)('for %s', async (_name, viewer) => {
    expect(await ask('{ boss { badge friends { name } } }', viewer)).toEqual({
      data: { boss: { badge: 'A-4', friends: [{ name: 'Ada' }] } },
    });
    expect(await ask('{ boss { staff { totalCount counts { names } } } }', viewer)).toEqual({
      data: { boss: { staff: { totalCount: 7, counts: { names: ['Ada'] } } } },
    });
    expect(await ask(ENTITIES, viewer, anyOf('x'))).toEqual({
      data: { _entities: [{ name: 'Ada' }] },
    });
  });
});
