import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { NotificationCategory, NotificationChannel } from '../../generated/prisma/enums.js';

registerEnumType(NotificationCategory, {
  name: 'NotificationCategory',
  description: 'What a notification is about; people choose by it.',
  valuesConfig: {
    ACCOUNT: { description: 'Your account, such as the welcome.' },
    SECURITY: { description: 'The safety of your account. Always on.' },
    LEARNING: { description: 'The courses you take part in.' },
    ACHIEVEMENT: { description: 'Completed courses and paths, and certificates.' },
    BILLING: { description: 'Receipts for what you paid. Always on.' },
    AUTHORING: { description: 'Courses you write or import.' },
  },
});

registerEnumType(NotificationChannel, {
  name: 'NotificationChannel',
  description: 'How a notification reaches a person.',
  valuesConfig: {
    IN_APP: { description: 'In the feed, live.' },
    EMAIL: { description: 'By e-mail.' },
  },
});

@ObjectType({ description: 'Whether one hears of a category through a channel.' })
export class NotificationPreference {
  @Field(() => NotificationCategory, { description: 'What it is about.' })
  category!: NotificationCategory;

  @Field(() => NotificationChannel, { description: 'How it reaches you.' })
  channel!: NotificationChannel;

  @Field(() => Boolean, { description: 'Your choice, or the default while you made none.' })
  enabled!: boolean;

  @Field(() => Boolean, { description: 'Whether it is always on and cannot be switched off.' })
  critical!: boolean;
}

@InputType({ description: 'A choice of what one wants to hear of.' })
export class SetNotificationPreferenceInput {
  @Field(() => NotificationCategory, { description: 'What it is about.' })
  category!: NotificationCategory;

  @Field(() => NotificationChannel, { description: 'How it would reach you.' })
  channel!: NotificationChannel;

  @Field(() => Boolean, { description: 'Whether you want it.' })
  enabled!: boolean;
}
