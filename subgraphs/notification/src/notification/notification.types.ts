import { connectionOf, PageArgs } from '@lyceum/platform/pagination';
import { DateTime } from '@lyceum/platform/scalars';
import { ArgsType, Directive, Field, ID, ObjectType } from 'type-graphql';
import { NotificationCategory } from '../../generated/prisma/enums.js';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A person, with what they are told.' })
export class User {
  @Field(() => ID, { description: 'The person of the user service.' })
  id!: string;
}

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType({ description: 'A course that a notification is about.' })
export class Course {
  @Field(() => ID, { description: 'The course of the course service.' })
  id!: string;
}

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType({ description: 'An order that a notification is about.' })
export class Order {
  @Field(() => ID, { description: 'The order of the billing service.' })
  id!: string;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: 'Something you were told.' })
export class Notification {
  @Field(() => ID, { description: 'Of the notification.' })
  id!: string;

  @Field(() => NotificationCategory, { description: 'What it is about.' })
  category!: NotificationCategory;

  @Field(() => String, {
    description:
      'The kind of message, such as `certificate-issued`; for choosing an icon, say. New kinds may come.',
  })
  template!: string;

  @Field(() => String, {
    description: 'One line of plain text (not HTML), in your language at that time.',
  })
  title!: string;

  @Field(() => String, { description: 'A sentence or two of plain text (not HTML).' })
  body!: string;

  @Field(() => String, { description: 'The language of title and body, after BCP 47.' })
  locale!: string;

  @Field(() => DateTime, { description: 'When it came.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When you read it; null while unread.' })
  readAt!: Date | null;

  courseId!: string | null;
  orderId!: string | null;
}

@ObjectType({ description: 'Notifications, newest first.' })
export class NotificationConnection extends connectionOf('Notification', () => Notification) {}

@ArgsType()
export class NotificationArgs extends PageArgs {
  @Field(() => Boolean, { defaultValue: false, description: 'Leaves out what was read.' })
  unreadOnly!: boolean;
}
