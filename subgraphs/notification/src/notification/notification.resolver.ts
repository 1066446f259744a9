import type { EventEnvelope } from '@lyceum/events/envelope';
import { notificationCreated } from '@lyceum/events/notification';
import type { RequestContext } from '@lyceum/platform/context';
import { notFound } from '@lyceum/platform/errors';
import { FromEvent, skipEvent } from '@lyceum/platform/from-event';
import { isId } from '@lyceum/platform/ids';
import { pageRequest, type Page } from '@lyceum/platform/pagination';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { Notification as NotificationRow } from '../../generated/prisma/client.js';
import { destinationOf, readLink, type Site } from '../link/link.rules.js';
import type { NotificationService } from './notification.service.js';
import {
  Course,
  Notification,
  NotificationArgs,
  NotificationConnection,
  Order,
  User,
} from './notification.types.js';

@Resolver(() => Notification)
export class NotificationResolver {
  constructor(
    private readonly notifications: NotificationService,
    private readonly site: Site,
  ) {}

  @Mutation(() => Notification, { description: 'Marks one of your notifications as read.' })
  async markNotificationRead(
    @Arg('id', () => ID, { description: 'Of the notification.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<NotificationRow> {
    const viewer = requireSignedIn(context.viewer);
    if (!isId(id)) throw notFound('Notification');
    return this.notifications.markRead(viewer, id);
  }

  @Mutation(() => Int, {
    description: 'Marks all of your notifications as read; returns how many were unread.',
  })
  async markAllNotificationsRead(@Ctx() context: RequestContext): Promise<number> {
    return this.notifications.markAllRead(requireSignedIn(context.viewer));
  }

  @FromEvent(() => Notification, {
    events: [notificationCreated],
    match: ['data.recipientId = viewer.userId'],
    description: 'Your notifications, as they come.',
  })
  async notificationReceived(
    @Root() event: EventEnvelope<{ notificationId: string }>,
    @Ctx() context: RequestContext,
  ): Promise<NotificationRow> {
    const viewer = requireSignedIn(context.viewer);
    return (await this.notifications.byId(viewer, event.data.notificationId)) ?? skipEvent();
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Address of the page to open next, the one that the e-mail links to: of the frontend where there is one, else of the platform itself. Null for what is older than links.',
  })
  url(@Root() { link }: NotificationRow): string | null {
    const known = readLink(link);
    return known && destinationOf(known, this.site).url;
  }

  @FieldResolver(() => Course, {
    nullable: true,
    description: 'The course it is about; null when it is about none, or you may not see it.',
  })
  course(@Root() { courseId }: NotificationRow): Course | null {
    return courseId ? { id: courseId } : null;
  }

  @FieldResolver(() => Order, {
    nullable: true,
    description: 'The order it is about; null when it is about none.',
  })
  order(@Root() { orderId }: NotificationRow): Order | null {
    return orderId ? { id: orderId } : null;
  }
}

@Resolver(() => User)
export class FeedResolver {
  constructor(private readonly feed: NotificationService) {}

  @FieldResolver(() => NotificationConnection, {
    nullable: true,
    description: 'What they were told, newest first; null unless it is yourself.',
  })
  async notifications(
    @Root() user: User,
    @Args(() => NotificationArgs) args: NotificationArgs,
    @Ctx() context: RequestContext,
  ): Promise<Page<NotificationRow> | null> {
    const viewer = requireSignedIn(context.viewer);
    if (user.id !== viewer.userId) return null;
    return this.feed.feed(viewer, pageRequest(args), args.unreadOnly);
  }
}

@Resolver(() => NotificationConnection)
export class NotificationConnectionResolver {
  constructor(private readonly notifications: NotificationService) {}

  @FieldResolver(() => Int, {
    description: 'How many of all your notifications are unread, whatever this page shows.',
  })
  async unreadCount(@Ctx() context: RequestContext): Promise<number> {
    return this.notifications.unreadCount(requireSignedIn(context.viewer));
  }
}
