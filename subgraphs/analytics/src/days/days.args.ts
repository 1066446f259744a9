import { badInput } from '@lyceum/platform/errors';
import { LocalDate } from '@lyceum/platform/scalars';
import { ArgsType, Field } from 'type-graphql';
import { daysBetween, MOST_DAYS } from './days.rules.js';

@ArgsType()
export class DayRangeArgs {
  @Field(() => LocalDate, {
    nullable: true,
    description: 'First day (UTC); 29 days before `to` unless given.',
  })
  from?: string | null;

  @Field(() => LocalDate, {
    nullable: true,
    description: 'Last day (UTC), included; today unless given. At most 400 days after `from`.',
  })
  to?: string | null;
}

/** @throws BAD_USER_INPUT for a range that is empty or too long */
export function daysOf(args: DayRangeArgs, now: Date): string[] {
  const days = daysBetween(args.from, args.to, now);
  if (!days) {
    throw badInput(['from'], 'OUT_OF_RANGE', `Ask for 1 to ${MOST_DAYS} days, in order.`);
  }
  return days;
}
