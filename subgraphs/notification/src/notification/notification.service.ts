import { notificationCreated } from '@lyceum/events/notification';
import type { Clock } from '@lyceum/platform/clock';
import { notFound } from '@lyceum/platform/errors';
import { newId } from '@lyceum/platform/ids';
import { keyset, pageOf, type Page, type PageRequest } from '@lyceum/platform/pagination';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { Notification as NotificationRow, Prisma } from '../../generated/prisma/client.js';
import type { NotificationDatabase } from '../database.js';
import { isEnabled } from '../preference/preference.rules.js';
import { registrationOf } from '../recipient/recipient.consumers.js';
import type { TemplateService } from '../template/template.service.js';
import type { Tell } from '../workflow/workflow.js';

export class NotificationService {
  constructor(
    private readonly database: NotificationDatabase,
    private readonly templates: () => TemplateService,
    private readonly clock: Clock,
    /** Called once something is there to be sent. */
    private readonly onDelivery: () => void,
  ) {}

  /**
   * Puts a message into the recipient's feed and on its way by e-mail, once.
   * @throws NotYet when the person's registration has not arrived: the event waits for it
   */
  readonly tell: Tell = async (tx, event, message) => {
    const { recipientId, category, template, data, link } = message;
    const { organizationId } = event;
    const recipient = await tx.prisma.recipient.findUnique({ where: { userId: recipientId } });
    if (!recipient) throw registrationOf(recipientId);
    const chosen = await tx.prisma.notificationPreference.findFirst({
      where: { userId: recipientId, category, channel: 'IN_APP' },
    });
    const inFeed = isEnabled(category, 'IN_APP', chosen?.enabled);
    const { title, body, language } = await this.templates().feed(template, data, recipient);
    const now = this.clock.now();
    const id = newId();
    const { count } = await tx.prisma.notification.createMany({
      data: [
        {
          id,
          organizationId,
          recipientId,
          category,
          template,
          data,
          dedupeKey: `${template}:${message.dedupeKey}`,
          locale: language,
          title,
          body,
          courseId: message.courseId ?? null,
          orderId: message.orderId ?? null,
          link: { ...link },
          inFeed,
          createdAt: now,
        },
      ],
      skipDuplicates: true,
    });
    if (count === 0) return;
    if (inFeed) {
      tx.record(notificationCreated, {
        aggregateId: id,
        data: { notificationId: id, recipientId, category },
      });
    }
    if (message.email === false) return;
    await tx.prisma.delivery.createMany({
      data: [{ id: newId(), organizationId, notificationId: id, channel: 'EMAIL', nextTryAt: now }],
    });
    // Sent by a job, after the commit: a slow mail server holds up no events.
    tx.afterCommit(this.onDelivery);
  };

  async feed(
    viewer: SignedIn,
    request: PageRequest,
    unreadOnly: boolean,
  ): Promise<Page<NotificationRow>> {
    // UUIDv7: the order of the ids is the order of making.
    const { where, orderBy, take } = keyset(request, [['id', 'desc', 'id']]);
    const mine = this.#of(viewer, unreadOnly);
    const rows = await this.database.of(viewer).notification.findMany({
      where: { AND: [where as Prisma.NotificationWhereInput, mine] },
      orderBy,
      take,
    });
    return pageOf(request, rows, ({ id }) => [id]);
  }

  async unreadCount(viewer: SignedIn): Promise<number> {
    return this.database.of(viewer).notification.count({ where: this.#of(viewer, true) });
  }

  /** One of the viewer's own, null for any other. */
  async byId(viewer: SignedIn, id: string): Promise<NotificationRow | null> {
    return this.database
      .of(viewer)
      .notification.findFirst({ where: { ...this.#of(viewer, false), id } });
  }

  /** @throws NOT_FOUND */
  async markRead(viewer: SignedIn, id: string): Promise<NotificationRow> {
    await this.database.of(viewer).notification.updateMany({
      where: { ...this.#of(viewer, true), id },
      data: { readAt: this.clock.now() },
    });
    const notification = await this.byId(viewer, id);
    if (!notification) throw notFound('Notification');
    return notification;
  }

  /** @returns how many were unread */
  async markAllRead(viewer: SignedIn): Promise<number> {
    const { count } = await this.database.of(viewer).notification.updateMany({
      where: this.#of(viewer, true),
      data: { readAt: this.clock.now() },
    });
    return count;
  }

  #of(viewer: SignedIn, unreadOnly: boolean) {
    return {
      recipientId: viewer.userId,
      inFeed: true,
      ...(unreadOnly ? { readAt: null } : {}),
    };
  }
}
