import { Field, ObjectType } from 'type-graphql';
import { decimalOf, type Amount } from './money.rules.js';

@ObjectType({
  description: 'A sum of many amounts in one currency, exact. Unlike Money it has no upper bound.',
})
export class MoneyTotal {
  @Field(() => String, {
    description:
      "The amount in the currency's smallest unit, as the digits of an integer, such as `-125000`.",
  })
  amountMinor!: string;

  @Field(() => String, { description: "In the currency's main unit, such as `-1250.00`." })
  decimal!: string;

  @Field(() => String, { description: 'ISO 4217 code, such as `EUR`.' })
  currency!: string;
}

export function totalOf(amount: Amount): MoneyTotal {
  return {
    amountMinor: String(amount.amountMinor),
    decimal: decimalOf(amount),
    currency: amount.currency,
  };
}
