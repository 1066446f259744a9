import 'reflect-metadata';
import { GraphQLDateTimeISO, GraphQLLocalDate } from 'graphql-scalars';
import { Field, Int, Directive, ObjectType } from 'type-graphql';
import { dateScalar } from './date-scalar.js';

/** A moment; inside services a `Date`. */
export const DateTime = dateScalar(GraphQLDateTimeISO, {
  name: 'DateTime',
  description: 'A moment in UTC after ISO 8601, such as `2026-03-01T08:30:00.000Z`.',
  yearOf: (moment) => moment.getUTCFullYear(),
});

/** A calendar day; inside services a `YYYY-MM-DD` string. */
export const LocalDate = dateScalar(GraphQLLocalDate, {
  name: 'LocalDate',
  description: 'A calendar day without a time, such as `2026-03-01`.',
  yearOf: (day) => Number(day.slice(0, 4)),
});

/** Names of the scalars whose input `refuseBadDates` looks at. */
export const DATE_SCALARS: ReadonlySet<string> = new Set([DateTime.name, LocalDate.name]);

@Directive('@shareable')
@ObjectType({ description: 'An amount of money, exact.' })
export class Money {
  @Field(() => Int, {
    description:
      "The amount in the currency's smallest unit: cents for EUR and USD, whole yen for JPY.",
  })
  amountMinor!: number;

  @Field(() => String, { description: 'ISO 4217 code, such as `EUR`.' })
  currency!: string;
}
