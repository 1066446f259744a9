import { LedgerAccountKind } from '../../generated/prisma/enums.js';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { MoneyTotal } from '../money/money-total.types.js';

registerEnumType(LedgerAccountKind, {
  name: 'LedgerAccountKind',
  description: 'What an account of the ledger stands for.',
  valuesConfig: {
    PROVIDER_CLEARING: { description: 'What the payment provider owes the organization.' },
    REVENUE: { description: 'What the organization has earned.' },
  },
});

@ObjectType({ description: 'An account of the double-entry ledger, one for each currency.' })
export class LedgerAccount {
  @Field(() => LedgerAccountKind, { description: 'What it stands for.' })
  kind!: LedgerAccountKind;

  @Field(() => MoneyTotal, {
    description: 'Debits less credits. Over all accounts of a currency it adds up to zero.',
  })
  balance!: MoneyTotal;
}

@ObjectType({ description: "An organization's business. Takes `billing:read`." })
export class OrganizationBilling {
  @Field(() => [MoneyTotal], { description: 'What was earned so far, in each currency.' })
  revenue!: MoneyTotal[];

  @Field(() => [LedgerAccount], { description: 'Every account with its balance.' })
  ledger!: LedgerAccount[];
}

@Directive('@key(fields: "id")')
@ObjectType({ description: 'An organization, with its business.' })
export class Organization {
  @Field(() => ID, { description: 'The organization of the user service.' })
  id!: string;
}
