import { describe, expect, it } from '@jest/globals';
import { defineEvent } from '@lyceum/events/define';
import type { EventEnvelope } from '@lyceum/events/envelope';
import {
  Arg,
  Ctx,
  Directive,
  Field,
  ID,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { z } from 'zod';
import type { RequestContext } from './context.js';
import { notFound } from './errors.js';
import { FromEvent, skipEvent } from './from-event.js';
import { newId } from './ids.js';
import { RateLimited } from './rate-limited.js';
import { createExecutor } from './subgraph.js';
import { buildSubgraph, printSubgraph } from './subgraph-schema.js';
import { silentLogger } from './telemetry/logger.js';
import { ANONYMOUS } from './viewer.js';

const boatMoved = defineEvent(
  'test.boat.moved.v1',
  'A boat moved.',
  z.object({ boatId: z.string() }),
);

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A boat.' })
class Boat {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

@Resolver(() => Boat)
class BoatResolver {
  @Query(() => Boat, { nullable: true, description: 'A boat by its id.' })
  boat(@Arg('id', () => ID) id: string): Boat | null {
    if (id === 'sunk') throw notFound('Boat');
    if (id === 'busy') throw Object.assign(new Error('too many clients'), { code: '53300' });
    if (id === 'nul') throw new Error('invalid byte sequence for encoding "UTF8": 0x00');
    if (id === 'bug') throw new Error('secret detail');
    return { id };
  }

  @Mutation(() => Boat, { description: 'Gives it another name.' })
  rename(@Arg('id', () => ID) id: string): Boat {
    return { id };
  }

  @RateLimited({ budget: 'boarding', tries: 3, seconds: 60 })
  @Query(() => Boat, { description: 'Signs in.' })
  board(@Ctx() context: RequestContext): Boat {
    context.become({
      kind: 'person',
      userId: newId(),
      sessionId: newId(),
      organizationId: newId(),
      roles: [],
    });
    return { id: 'own' };
  }

  @FromEvent(() => Boat, {
    events: [boatMoved],
    match: ['data.boatId = args.boatId'],
    description: 'A boat that moves.',
  })
  boatMoves(
    @Root() event: EventEnvelope<{ boatId: string }>,
    @Arg('boatId', () => ID) _boatId: string,
  ): Boat {
    if (event.data.boatId === 'hidden') skipEvent();
    return { id: event.data.boatId };
  }
}

const classes = { resolvers: [BoatResolver] };
const schema = buildSubgraph(classes, [new BoatResolver()], {
  Boat: (reference) => (reference.id === 'gone' ? null : { id: reference.id }),
});
const execute = createExecutor(schema, silentLogger);
const run = (query: string, extra: object = {}) =>
  execute({ query, viewer: ANONYMOUS, correlationId: 'c-1', ...extra });
const moved = (boatId: string): EventEnvelope => ({
  id: newId(),
  type: boatMoved.type,
  time: new Date().toISOString(),
  aggregateId: boatId,
  organizationId: newId(),
  actorId: null,
  correlationId: 'c-1',
  causationId: null,
  data: { boatId },
});

describe('a subgraph made of classes', () => {
  it('says in its SDL which events feed a subscription', () => {
    expect(printSubgraph(classes)).toContain(
      '@fromEvent(types: ["test.boat.moved.v1"], match: ["data.boatId = args.boatId"])',
    );
  });

  it('says in its SDL how often a field may be tried', () => {
    expect(printSubgraph(classes)).toContain(
      'board: Boat! @rateLimited(budget: "boarding", tries: 3, seconds: 60)',
    );
  });

  it('executes a subscription for one event', async () => {
    const query = 'subscription { boatMoves(boatId: "b") { id } }';
    expect(await run(query, { event: moved('b') })).toEqual({ data: { boatMoves: { id: 'b' } } });
  });

  it('delivers nothing when the resolver skips the event', async () => {
    const query = 'subscription { boatMoves(boatId: "hidden") { id } }';
    expect(await run(query, { event: moved('hidden') })).toEqual({ extensions: { skip: true } });
  });

  it('resolves references, with null for what is not there', async () => {
    const query = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Boat { id } } }';
    const r = ['a', 'gone'].map((id) => ({ __typename: 'Boat', id }));
    expect((await run(query, { variables: { r } })).data).toEqual({
      _entities: [{ id: 'a' }, null],
    });
  });

  it('begins nothing more once nobody waits, unless it changes something', async () => {
    const abort = new AbortController();
    abort.abort();
    const { signal } = abort;
    expect((await run('{ a: boat(id: "a") { id } }', { signal })).data).toEqual({ a: null });
    const renamed = await run('mutation { rename(id: "a") { id } }', { signal });
    expect(renamed.data).toEqual({ rename: { id: 'a' } });
  });

  it('tells the gateway whom a login made of the caller', async () => {
    expect((await run('{ board { id } }')).extensions?.viewer?.kind).toBe('person');
  });

  it('shows refusals and masks bugs', async () => {
    const { errors } = await run('{ a: boat(id: "sunk") { id } b: boat(id: "bug") { id } }');
    expect(errors?.map((error) => error.extensions)).toEqual([
      { code: 'NOT_FOUND', what: 'Boat' },
      { code: 'INTERNAL_SERVER_ERROR', correlationId: 'c-1' },
    ]);
    expect(JSON.stringify(errors)).not.toContain('secret detail');
  });

  it('asks for patience when the database is busy, and for text that it can store', async () => {
    const { errors } = await run('{ a: boat(id: "busy") { id } b: boat(id: "nul") { id } }');
    expect(errors?.map(({ path, extensions }) => [path, extensions])).toEqual([
      [['a'], { code: 'SERVICE_UNAVAILABLE' }],
      [['b'], { code: 'BAD_USER_INPUT', path: [], reason: 'NUL_CHARACTER' }],
    ]);
  });
});
