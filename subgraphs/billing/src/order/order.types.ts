import { OrderStatus } from '../../generated/prisma/enums.js';
import { connectionOf, PageArgs } from '@lyceum/platform/pagination';
import { DateTime, Money } from '@lyceum/platform/scalars';
import {
  ArgsType,
  Directive,
  Field,
  ID,
  InputType,
  ObjectType,
  registerEnumType,
} from 'type-graphql';

registerEnumType(OrderStatus, {
  name: 'OrderStatus',
  description: 'How far an order is.',
  valuesConfig: {
    PENDING: { description: 'To be paid.' },
    PAID: { description: 'Paid in full; its courses are open.' },
    FAILED: { description: 'The payment was declined.' },
    EXPIRED: { description: 'It was not paid in time.' },
    CANCELLED: { description: 'The buyer gave it up.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A person, with what they bought.' })
export class User {
  @Field(() => ID, { description: 'The person of the user service.' })
  id!: string;
}

@ObjectType({ description: 'Proof of a payment.' })
export class Receipt {
  @Field(() => String, {
    description: 'Such as `R-000042`: without gaps in each organization, in the order of payment.',
  })
  number!: string;

  @Field(() => DateTime, { description: 'When it was issued.' })
  issuedAt!: Date;

  @Field(() => String, { description: 'What was bought, as it was called then.' })
  productName!: string;

  @Field(() => Money, { description: 'What was paid.' })
  total!: Money;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description: 'A purchase. It keeps the name and the price of the moment it was made.',
})
export class Order {
  @Field(() => ID, { description: 'Of the order.' })
  id!: string;

  @Field(() => OrderStatus, { description: 'How far it is.' })
  status!: OrderStatus;

  @Field(() => String, { description: 'What is bought, as it was called then.' })
  productName!: string;

  @Field(() => Money, { description: 'What is to be paid, or was.' })
  total!: Money;

  @Field(() => DateTime, { description: 'When the checkout was started.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'Until when it can be paid.' })
  expiresAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was paid; null if it was not.' })
  paidAt!: Date | null;

  buyerId!: string;
  courseIds!: string[];
  paymentUrl!: string | null;
}

@ObjectType({ description: 'Orders, newest first.' })
export class OrderConnection extends connectionOf('Order', () => Order) {}

@ArgsType()
export class OrderArgs extends PageArgs {
  @Field(() => OrderStatus, { nullable: true, description: 'Only orders that are so far.' })
  status?: OrderStatus | null;
}

@ObjectType({ description: 'An order, and where to pay it.' })
export class Checkout {
  @Field(() => Order, { description: 'The order to be paid.' })
  order!: Order;

  @Field(() => String, { description: "Send the buyer's browser there." })
  paymentUrl!: string;
}

@InputType({ description: 'What to buy.' })
export class StartCheckoutInput {
  @Field(() => ID, { description: 'From `Course.offers`.' })
  offerId!: string;
}
