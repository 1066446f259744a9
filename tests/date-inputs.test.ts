import { expect, it } from '@jest/globals';
import { takesDates } from '@lyceum/platform/refuse-bad-dates';
import { DATE_SCALARS } from '@lyceum/platform/scalars';
import { buildSubgraph } from '@lyceum/platform/subgraph-schema';
import { services } from '@lyceum/standalone/services';
import {
  coerceInputValue,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
  type GraphQLError,
  type GraphQLField,
  type GraphQLInputType,
} from 'graphql';

interface Place {
  path: (string | number)[];
  /** A value of the argument with a date in that place, and nothing beside it. */
  holding(date: string): unknown;
}

/** Every place of a value of the type where a date can stand. */
function datesWithin(type: GraphQLInputType): Place[] {
  const bare = getNullableType(type);
  if (isListType(bare)) {
    return datesWithin(bare.ofType).map(({ path, holding }) => ({
      path: [0, ...path],
      holding: (date) => [holding(date)],
    }));
  }
  if (isInputObjectType(bare)) {
    return Object.values(bare.getFields()).flatMap((field) =>
      datesWithin(field.type).map(({ path, holding }) => ({
        path: [field.name, ...path],
        holding: (date) => ({ [field.name]: holding(date) }),
      })),
    );
  }
  return DATE_SCALARS.has(bare.toString()) ? [{ path: [], holding: (date) => date }] : [];
}

interface DateInput extends Place {
  name: string;
  refusal(date: string): unknown;
}

/** Every date that the graph takes anywhere, of all services. */
const inputs: DateInput[] = services.flatMap((service) =>
  Object.values(buildSubgraph(service.schema).getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
    .flatMap(({ type, field }) =>
      field.args
        .filter((argument) => takesDates(argument.type))
        .flatMap((argument) =>
          datesWithin(argument.type).map(({ path, holding }) => ({
            name: [type, field.name, argument.name, ...path].join('.'),
            path: [argument.name, ...path],
            holding,
            refusal: (date: string) =>
              refusalOf(field, {
                [argument.name]: coerceInputValue(holding(date), argument.type, () => undefined),
              }),
          })),
        ),
    ),
);

function refusalOf(field: GraphQLField<unknown, unknown>, args: Record<string, unknown>): unknown {
  try {
    return field.resolve?.({}, args, {}, {} as never);
  } catch (error) {
    return (error as GraphQLError).extensions;
  }
}

it('finds the dates that are known to be taken', () => {
  expect(inputs.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'CourseInsights.enrollmentsByDay.from',
      'Mutation.recordActivities.inputs.0.occurredAt',
      'Mutation.withdrawFromCourse.leftAt',
      'OrganizationInsights.completionsByDay.to',
    ]),
  );
});

it.each(inputs)('$name is refused outside the years 1900 to 2200', ({ path, refusal }) => {
  for (const [date, reason] of [
    ['0000-01-01', 'OUT_OF_RANGE'],
    ['1899-12-31', 'OUT_OF_RANGE'],
    ['2201-01-01', 'OUT_OF_RANGE'],
    ['2026-02-30', 'INVALID_VALUE'],
  ]) {
    const refused = [refusal(`${date}`), refusal(`${date}T00:00:00Z`)];
    expect(refused).toContainEqual({ code: 'BAD_USER_INPUT', path, reason });
  }
});
