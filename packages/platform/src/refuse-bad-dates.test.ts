import { describe, expect, it } from '@jest/globals';
import { Arg, Field, InputType, Query, Resolver } from 'type-graphql';
import { DateTime, LocalDate } from './scalars.js';
import { createExecutor } from './subgraph.js';
import { buildSubgraph } from './subgraph-schema.js';
import { silentLogger } from './telemetry/logger.js';
import { ANONYMOUS } from './viewer.js';

@InputType({ description: 'When a boat sails.' })
class SailingInput {
  @Field(() => DateTime, { description: 'The moment.' })
  at!: Date;
}

@Resolver()
class HarborResolver {
  @Query(() => LocalDate, { nullable: true, description: 'The day, as it was understood.' })
  day(@Arg('day', () => LocalDate, { nullable: true }) day: string | null): string | null {
    return day ?? null;
  }

  @Query(() => [DateTime], { description: 'The moments, as they were understood.' })
  sail(@Arg('inputs', () => [SailingInput]) inputs: SailingInput[]): Date[] {
    return inputs.map(({ at }) => at);
  }

  @Query(() => LocalDate, { description: 'Long ago.' })
  built(): string {
    return '0001-01-01';
  }
}

const schema = buildSubgraph({ resolvers: [HarborResolver] }, [new HarborResolver()]);
const execute = createExecutor(schema, silentLogger);
const run = (query: string, variables: Record<string, unknown> = {}) =>
  execute({ query, variables, viewer: ANONYMOUS, correlationId: 'c-1' });

const DAY = 'query ($day: LocalDate) { day(day: $day) }';
const SAIL =
  'query ($at: DateTime!) { sail(inputs: [{ at: "2026-01-01T00:00:00Z" }, { at: $at }]) }';

describe('a date as input', () => {
  it.each(['1900-01-01', '2024-02-29', '2200-12-31'])('can be %s', async (day) => {
    const text = await run(`{ day(day: "${day}") }`);
    expect([text, await run(DAY, { day })]).toEqual([{ data: { day } }, { data: { day } }]);
  });

  it('can be null, or left out', async () => {
    expect(await run(DAY, { day: null })).toEqual({ data: { day: null } });
    expect(await run('{ day }')).toEqual({ data: { day: null } });
  });

  it.each([
    ['0000-01-01', 'OUT_OF_RANGE'],
    ['1899-12-31', 'OUT_OF_RANGE'],
    ['2201-01-01', 'OUT_OF_RANGE'],
    ['10000-01-01', 'INVALID_VALUE'],
    ['2026-02-30', 'INVALID_VALUE'],
    ['tomorrow', 'INVALID_VALUE'],
  ])('cannot be %s, wherever it is written', async (day, reason) => {
    const refusal = {
      message: expect.any(String),
      path: ['day'],
      extensions: { code: 'BAD_USER_INPUT', path: ['day'], reason },
    };
    for (const answer of [await run(DAY, { day }), await run(`{ day(day: "${day}") }`)]) {
      expect(answer.data).toEqual({ day: null });
      expect(answer.errors).toMatchObject([refusal]);
    }
  });

  it.each([
    ['1899-12-31T23:59:59.999Z', 'OUT_OF_RANGE'],
    ['2200-12-31T23:30:00-01:00', 'OUT_OF_RANGE'],
    ['2026-01-01', 'INVALID_VALUE'],
  ])('is found within lists and inputs: %s', async (at, reason) => {
    const whole = `{ sail(inputs: [{ at: "2026-01-01T00:00:00Z" }, { at: "${at}" }]) }`;
    for (const answer of [await run(SAIL, { at }), await run(whole)]) {
      const { errors } = answer;
      const path = ['inputs', 1, 'at'];
      expect(errors?.map((error) => error.extensions)).toEqual([
        { code: 'BAD_USER_INPUT', path, reason },
      ]);
    }
  });

  it('is taken to the last millisecond', async () => {
    const at = '2200-12-31T23:59:59.999Z';
    expect(await run(SAIL, { at })).toEqual({ data: { sail: ['2026-01-01T00:00:00.000Z', at] } });
  });

  it('does not bound what is shown', async () => {
    expect(await run('{ built }')).toEqual({ data: { built: '0001-01-01' } });
  });
});
