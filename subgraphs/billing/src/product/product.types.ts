import { Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Money } from '@lyceum/platform/scalars';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A course, with what it costs.' })
export class Course {
  @Field(() => ID, { description: 'The course of the course service.' })
  id!: string;
}

@ObjectType({ description: 'Something that is sold. It opens one or more courses.' })
export class Product {
  @Field(() => ID, { description: 'Steady over all changes of the price.' })
  id!: string;

  @Field(() => [Course], { description: 'The courses one may enroll in after paying.' })
  courses!: Course[];
}

@ObjectType({
  description:
    'A price at which a product can be bought now. Another price is another offer, with another id.',
})
export class Offer {
  @Field(() => ID, { description: 'Give it to `startCheckout`.' })
  id!: string;

  @Field(() => Money, { description: 'What is to be paid, once.' })
  price!: Money;

  productId!: string;
}

@InputType({ description: 'What a course is to cost in one currency.' })
export class SetCoursePriceInput {
  @Field(() => ID, { description: 'The course; it may still be a draft.' })
  courseId!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      "In the currency's smallest unit (cents for EUR), 1 to 2,000,000,000; null takes the price away.",
  })
  amountMinor?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'ISO 4217 code in capitals, such as `EUR`. Needed with an amount; without both, all prices are taken away.',
  })
  currency?: string | null;
}
